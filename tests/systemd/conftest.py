# SPDX-License-Identifier: BSD-3-Clause
"""One boot for all tests; each sets the stack of sshd and logind, and leaves neither a session nor a process of a user."""

import os
import sys
import time

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "integration"))

from harness import place, proc  # noqa: E402
from harness.summary import pytest_sessionfinish, pytest_terminal_summary  # noqa: E402, F401

from machine import CannotBoot, Machine  # noqa: E402

TREE = os.environ.get("SYSTEMD_TREE", "")
CONSOLE = os.environ.get("SYSTEMD_CONSOLE", "")

LOGINUID = "session    required     pam_loginuid.so\n"
COMMON = "@include common-session\n"
UNIX = "session    required     pam_unix.so\n"


def line_of(arguments):
    return f"session    required     pam_idletimeout.so {arguments}\n"


@pytest.fixture(scope="session")
def booted():
    try:
        machine = Machine(TREE, CONSOLE)
    # One that hangs on its way up, as in a chroot, cannot either: nothing of ours runs before a login.
    except (CannotBoot, AssertionError) as error:
        pytest.skip(f"systemd-nspawn cannot boot a tree here: {' '.join(str(error).split()[-30:])}")
    machine.sshd_stack = machine.read("/etc/pam.d/sshd")
    assert LOGINUID in machine.sshd_stack and COMMON in machine.sshd_stack, machine.sshd_stack
    yield machine
    machine.end()


class Session:
    """One login over ssh: its terminal, its watchdog and leader as pids of this machine, and logind's name for it."""

    def __init__(self, machine, terminal, watchdog, name):
        self.machine = machine
        self.terminal = terminal
        self.watchdog = watchdog
        self.leader = proc.watched_pid(watchdog)
        self.inner_leader = proc.status(self.leader)["NSpid"].split()[-1]
        self.leader_fd = os.pidfd_open(self.leader)
        self.watchdog_fd = os.pidfd_open(watchdog)
        self.name = name

    def is_up(self):
        return not proc.wait_gone(self.leader_fd, 0) and not proc.wait_gone(self.watchdog_fd, 0)

    def wait_end(self, timeout):
        assert proc.wait_gone(self.leader_fd, timeout), f"the leader lives on after {timeout} s: {proc.stat(self.leader)}"
        return time.monotonic()

    def type(self):
        """A key, and the moment just before."""
        self.terminal.run("true")
        return self.terminal.last_key

    def release(self):
        self.terminal.close()
        os.close(self.leader_fd)
        os.close(self.watchdog_fd)


class Host:
    """The machine as one test sees it."""

    def __init__(self, machine):
        self.machine = machine
        self.start = machine.mark()
        self.open = []

    def stack(self, arguments, after=False, logind=True):
        """The example's place of the line, or the one behind pam_systemd."""
        anchor = COMMON if after else LOGINUID
        text = self.machine.sshd_stack.replace(anchor, anchor + line_of(arguments))
        self.machine.write("/etc/pam.d/sshd", text if logind else text.replace(COMMON, UNIX))

    def logind(self, **settings):
        rows = "".join(f"{key}={value}\n" for key, value in settings.items())
        self.machine.write("/etc/systemd/logind.conf.d/test.conf", f"[Login]\n{rows}")
        self.machine.must("systemctl", "restart", "systemd-logind")

    def log_in(self, user="alice", has_name=True):
        before = set(self.machine.watchdogs()), set(self.machine.sessions(user))
        terminal = self.machine.shell(user).ready(30)
        fresh = place.wait_for(lambda: set(self.machine.watchdogs()) - before[0], 5, lambda: f"armed: {self.log()}")
        names = set(self.machine.sessions(user)) - before[1]
        assert len(names) == has_name, (names, self.log())
        session = Session(self.machine, terminal, fresh.pop(), names.pop() if names else None)
        self.open.append(session)
        return session

    def log(self, *parts):
        return self.machine.journal(self.start, *parts)

    def wait_log(self, *parts):
        return self.machine.wait_journal(self.start, *parts)

    def assert_ended(self, session):
        """By its own clean path, with nothing left: no process of ours, no record, no session of logind's, no tampering."""
        assert proc.wait_gone(session.watchdog_fd, 5), "the watchdog lives on"
        self.wait_log(f"[{session.inner_leader}]", "session closed for user")
        place.wait_for(lambda: not self.machine.records(), 3, lambda: self.machine.records())
        if session.name:
            place.wait_for(lambda: self.is_unknown(session), 10, lambda: self.machine.state(session.name), 0.1)
        self.assert_not_tampered()

    def is_unknown(self, session):
        return session.name not in self.machine.sessions()

    def assert_not_tampered(self):
        assert not self.log("watchdog of this session was lost"), self.log()
        assert not self.log("tamper"), self.log()
        assert not self.log("left standing"), self.log()

    def clean_up(self):
        for session in self.open:
            session.release()
        self.machine.write("/etc/pam.d/sshd", self.machine.sshd_stack)
        for user in ("alice", "bob"):
            self.machine.call("loginctl", "disable-linger", user)
            self.machine.call("loginctl", "terminate-user", user)
            self.machine.call("pkill", "-KILL", "-u", user)
        place.wait_for(lambda: not self.machine.watchdogs() and not self.machine.sessions(), 15, None, 0.1)


@pytest.fixture
def host(booted):
    host = Host(booted)
    yield host
    if booted.nspawn.poll() is None:
        host.clean_up()

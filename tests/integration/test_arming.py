# SPDX-License-Identifier: BSD-3-Clause
"""No watchdog, no session: every way in which a watchdog can fail to come up."""

import os
import signal
import subprocess

import pytest
from harness import audit, client, place, proc
from harness.sshd import pam_line

# The watchdog's file in the daemon's own mount namespace: what is put over it.
FAULTS = {
    "missing": "mount -t tmpfs tmpfs {dir}",
    "not executable": "cp {file} {scratch}; chmod 644 {scratch}; mount --bind {scratch} {file}",
    "not of root": "cp {file} {scratch}; chown alice {scratch}; mount --bind {scratch} {file}",
    "writable by others": "cp {file} {scratch}; chmod 777 {scratch}; mount --bind {scratch} {file}",
    "a directory": "mount -t tmpfs tmpfs {dir}; mkdir {file}",
    "dies before ready": "printf '#!/bin/sh\\nexit 1\\n' >{scratch}; chmod 755 {scratch}; mount --bind {scratch} {file}",
    "killed before ready": "printf '#!/bin/sh\\nkill -9 $$\\n' >{scratch}; chmod 755 {scratch}; mount --bind {scratch} {file}",
    "not a program": "printf 'nonsense' >{scratch}; chmod 755 {scratch}; mount --bind {scratch} {file}",
    "never answers": "printf '#!/bin/sh\\nexec sleep 1000\\n' >{scratch}; chmod 755 {scratch}; mount --bind {scratch} {file}",
    "without its account": "grep -v '^idletimeout:' /etc/passwd >{scratch}; chmod 644 {scratch};"
    " mount --bind {scratch} /etc/passwd",
}


REFUSED = "refused within 2 s, one line that says why, nothing left"


@pytest.fixture
def broken(daemon, tmp_path):
    def start(fault, **more):
        words = {"file": place.WATCHDOG, "dir": os.path.dirname(place.WATCHDOG), "scratch": tmp_path / "scratch"}
        return daemon("idle=15m", before=FAULTS[fault].format(**words), **more)

    return start


def nothing_left(sshd):
    place.wait_for(lambda: not proc.children(sshd.process.pid), 3, f"no process left of {sshd.service}")
    assert not sshd.connections()
    if place.AUDIT_LOG:
        for ses in audit.of_service(sshd.service):
            assert not proc.of_audit_session(ses), [proc.command_line(pid) for pid in proc.of_audit_session(ses)]


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=pytest.mark.fault("The watchdog's program", name, REFUSED)) for name in FAULTS]
)
def test_session_is_refused_within_2_seconds(broken, fault, observe):
    sshd = broken(fault)
    answer = client.run(sshd, "alice", "echo in")
    assert answer.returncode != 0 and "in" not in answer.stdout.split(), answer
    assert sshd.log.wait("pam_idletimeout("), sshd.log.tail()
    refused = sshd.log.wait("pam_open_session(): Cannot make/remove an entry")[0][0]
    accepted = sshd.log.lines("Accepted publickey for alice")[0][0]
    assert refused - accepted <= 2.1, f"refused {refused - accepted:.3f} s after the authentication"
    nothing_left(sshd)
    observe(f"refused after {(refused - accepted) * 1000:.0f} ms")


@pytest.mark.parametrize("fault", ["missing", "dies before ready", "never answers"])
def test_connection_without_a_command_is_shut_down(broken, fault):
    """sshd itself would keep `ssh -N` connected."""
    sshd = broken(fault)
    answer = client.run(sshd, "alice", options=["-N"], timeout=10)
    assert answer.returncode == 255, answer
    nothing_left(sshd)


def test_log_line_of_an_optional_line_says_why(broken):
    """Even where the administrator lets the stack go on, the failure is in the log."""
    sshd = broken("missing", line=pam_line("idle=15m", control="optional"))
    client.run(sshd, "alice", "true")
    assert sshd.log.wait("pam_idletimeout(", "idle-watchdog"), sshd.log.tail()


def test_rehearsal_that_cannot_be_armed_lets_everybody_in(broken):
    """dry_run on an optional line disconnects nobody, whatever is wrong with the installation."""
    sshd = broken("missing", line=pam_line("idle=15m dry_run", control="optional"))
    answer = client.run(sshd, "alice", "echo in")
    assert answer.stdout.split() == ["in"], answer
    assert sshd.log.wait("pam_idletimeout(", "not armed"), sshd.log.tail()


def test_many_logins_at_once_are_all_armed(daemon):
    sshd = daemon("idle=15m")
    words = client.command(sshd, "alice", "sleep 3; cat /proc/self/sessionid")
    clients = [
        subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) for _ in range(10)
    ]
    sessions = {one.communicate(timeout=60)[0].strip() for one in clients}
    assert len(sessions) == 10
    assert len(sshd.log.lines("armed", f"alice ({sshd.service}, ")) == 10


def test_killed_leader_leaves_nothing_behind(daemon, shell):
    """SIGKILL to the leader: no pam_close_session ever comes, but the client must not stay connected."""
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    os.kill(session.leader, signal.SIGKILL)
    terminal.wait_end(5)
    assert proc.wait_gone(session.watchdog_fd, 3)
    session.wait_nothing_left(5)

# SPDX-License-Identifier: BSD-3-Clause
"""The dead man's switch: a watchdog that ends before its session takes it along, whatever ended it and whenever."""

import contextlib
import os
import signal
import subprocess
import threading
import time

import pytest
from harness import audit, checks, client, place, proc
from harness.local import COMMANDS
from harness.sshd import list_json, records

AT_ONCE = 1.0
# su itself waits two seconds for its shell.
AT_ONCE_BY = {"su": AT_ONCE + 2.5, "login": AT_ONCE}

LOST = "the watchdog of the session was lost"

# Milliseconds from the moment at which the watchdog's program was seen.
MOMENTS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50)


def end(session, number):
    os.kill(session.watchdog, number)
    return time.monotonic()


def of(session):
    """The words of a log line about it; su and login have one name each, but one test at a time."""
    return "idle-watchdog", f"alice ({session.service}, ", LOST


def loss_is_on_record(session):
    session.sshd.log.wait("tampering in the session of ", *of(session))
    session.sshd.log.wait("disconnected ", *of(session))
    if place.AUDIT_LOG:
        place.wait_for(lambda: audit.search("ANOM_SESSION", session.ses), 5, f"ANOM_SESSION of session {session.ses}")
        (tampering,) = audit.search("ANOM_SESSION", session.ses)
        assert (tampering["reason"], tampering["res"]) == ("watchdog-lost", "failed"), tampering


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT], ids=lambda number: number.name)
def test_crash_takes_the_session_along(daemon, shell, number):
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    begin = end(session, number)
    assert session.wait_end(5) - begin <= AT_ONCE
    assert terminal.wait_end(2) - begin <= AT_ONCE
    checks.closed_properly(session)
    loss_is_on_record(session)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV], ids=lambda number: number.name)
@pytest.mark.parametrize("name", COMMANDS)
def test_sessions_without_a_connection_go_along_too(local, name, number):
    session, terminal = local(name, "idle=15m")
    begin = end(session, number)
    assert session.wait_end(10) - begin <= AT_ONCE_BY[name]
    terminal.wait_end(2)
    terminal.exit_status()
    # Who holds the other end of a pseudo-terminal lets go of it when its program has ended.
    terminal.close()
    place.wait_for(lambda: not proc.of_audit_session(session.ses), 2, lambda: f"nobody left: {session.left()}")
    if dies_of_sigterm(session):
        # Nobody is left to report it, nor to remove the files; they count for nothing.
        assert not session.listed()
        forget(session)
    else:
        loss_is_on_record(session)
        session.wait_nothing_left()


def dies_of_sigterm(session):
    """As the login of shadow does, which Debian has up to 12; it closes no session then."""
    closed = f"login[{session.leader}]", "session closed for user alice"
    return session.service == "login" and not place.wait_for(lambda: session.sshd.log.lines(*closed), 1)


def forget(session):
    for name in session.own_files():
        os.unlink(f"{place.RUN_DIR}/{name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_loss_is_only_logged_when_asked_for(local, name):
    session, terminal = local(name, "idle=15m on_watchdog_loss=log")
    end(session, signal.SIGKILL)
    assert terminal.watch(3)
    assert terminal.run("echo still") == "still"
    terminal.key("exit\r")
    terminal.wait_end(5)
    terminal.exit_status()
    session.sshd.log.wait("tampering in the session of ", *of(session))
    assert not session.sshd.log.lines("disconnected ", *of(session))


class Killer(threading.Thread):
    """Kills the first watchdog of a daemon so many milliseconds after its program was seen; `killed` is when."""

    def __init__(self, sshd, after_ms):
        super().__init__()
        self.sshd = sshd
        self.known = set(proc.pids())
        self.after = after_ms / 1000
        self.killed = None
        self.start()

    def fresh(self):
        """Watchdogs are children of nobody's: those of this daemon hold a pidfd of one of its children."""
        leaders = proc.children(self.sshd.process.pid)
        new = [pid for pid in proc.pids() if pid not in self.known]
        return [pid for pid in new if proc.read(pid, "comm") == "idle-watchdog\n" and proc.watched_pid(pid) in leaders]

    def run(self):
        found = place.wait_for(self.fresh, 5, step=0)
        if not found:
            return
        time.sleep(self.after)
        with contextlib.suppress(ProcessLookupError):
            os.kill(found[0], signal.SIGKILL)
        self.killed = time.monotonic()


@pytest.mark.parametrize("after", MOMENTS)
def test_no_session_stands_without_its_watchdog(daemon, after):
    """Whether that comes before the session, while it is armed, or just after: refused or closed, never left alone."""
    sshd = daemon("idle=15m")
    killer = Killer(sshd, after)
    answer = client.run(sshd, "alice", "sleep 20")
    ended = time.monotonic()
    killer.join()
    assert killer.killed and answer.returncode != 0, answer
    assert ended - killer.killed <= AT_ONCE, f"gone {ended - killer.killed:.3f} s after the watchdog"
    place.wait_for(lambda: not proc.children(sshd.process.pid), 2, "no process of the session is left")
    left = [record for record in records().values() if record.get("service") == sshd.service]
    if sshd.log.lines("not armed: alice"):
        assert not left
    elif sshd.log.lines("session closed for user alice"):
        assert not left
        sshd.log.wait("idle-watchdog", "tampering in the session of alice", LOST)
    else:
        # sshd dies of SIGTERM between the opening of the session and the moment from which it minds it.
        assert not [row for row in list_json() if row["service"] == sshd.service]


class Memory:
    """A memory cgroup of its own for one process, of version 1 or 2, with room for no page more."""

    PLACES = (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max"))

    def __init__(self):
        self.path = None
        for top, self.limit in self.PLACES:
            self.path = f"{top}/idletimeout-test-{os.getpid()}"
            with contextlib.suppress(OSError):
                os.mkdir(self.path)
                if os.path.exists(f"{self.path}/{self.limit}"):
                    return
                os.rmdir(self.path)
        pytest.skip("no memory cgroup can be made here")

    def write(self, name, text):
        with open(f"{self.path}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def starve(self, pid):
        self.write("cgroup.procs", str(pid))
        self.write(self.limit, "4096")

    def close(self):
        place.wait_for(lambda: not open(f"{self.path}/cgroup.procs", encoding="ascii").read(), 5)
        os.rmdir(self.path)


def ask(session):
    subprocess.run([place.COMMAND, "show", session.id], capture_output=True, timeout=10)


def adjustment(pid):
    return int(proc.read(pid, "oom_score_adj"))


def test_watchdog_is_as_safe_from_the_out_of_memory_killer_as_sshd(daemon, shell):
    """sshd gives itself -1000 where it has the right to."""
    sshd = daemon("idle=15m")
    shell(sshd)
    assert adjustment(sshd.session().watchdog) <= adjustment(sshd.process.pid)


def test_out_of_memory_killer_takes_the_session_along(daemon, shell, keep):
    memory = keep(Memory())
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    with open(f"/proc/{session.watchdog}/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")
    memory.starve(session.watchdog)
    place.wait_for(lambda: ask(session) or proc.wait_gone(session.watchdog_fd, 0), 10, "the kernel kills the watchdog")
    begin = time.monotonic()
    assert session.wait_end(5) - begin <= AT_ONCE
    terminal.wait_end(2)
    checks.closed_properly(session)
    loss_is_on_record(session)

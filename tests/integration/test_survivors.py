# SPDX-License-Identifier: BSD-3-Clause
"""kill=: what lives on after a cut, what does not, and who must not notice."""

import contextlib
import os
import signal
import time

import pytest
from harness import become, checks, client, place, proc
from harness.jobs import Jobs

OUTLIVING = ["tmux", "screen", "nohup", "setsid", "daemon"]
STUBBORN = {"deaf": "setsid", "stopped": "setsid", "runaway": "setsid"}

# From SIGTERM to the record: a second for who wants to tidy up, and what SIGKILL takes.
SWEEP = 2.0

NO_LOGINUID = """\
auth     required pam_permit.so
account  required pam_permit.so
{line}
session  required pam_unix.so
"""


@pytest.fixture
def jobs(keep):
    """jobs(terminal, name, user) is a place for jobs of the session on that terminal."""

    def prepare(terminal, name, user="alice"):
        found = keep(Jobs(name, user))
        found.prepare(terminal)
        return found

    return prepare


@pytest.fixture
def neighbours(daemon, shell, jobs):
    """Everybody who must not notice: another session of alice's, with a tmux of its own, one of bob's, and their daemon."""

    class Neighbours:
        def __init__(self):
            self.sshd = daemon("idle=15m")
            self.terminals = [shell(self.sshd, user="alice"), shell(self.sshd, user="bob")]
            self.sessions = [self.sshd.session(), self.sshd.session()]
            self.jobs = [
                jobs(self.terminals[0], f"{self.sshd.service}-alice", "alice"),
                jobs(self.terminals[1], f"{self.sshd.service}-bob", "bob"),
            ]
            for terminal, theirs in zip(self.terminals, self.jobs):
                theirs.start(terminal, "tmux", "tmux")
                theirs.start(terminal, "nohup", "nohup")

        def assert_unharmed(self):
            assert self.sshd.process.poll() is None
            assert all(one.is_up() for one in self.sessions), self.sshd.log.tail()
            assert all(one.run("echo here-$((40+2))") == "here-42" for one in self.terminals)
            for theirs in self.jobs:
                theirs.assert_writing()

    return Neighbours()


def need(*tools):
    tool = place.missing_tool("python3", *tools)
    if tool:
        pytest.skip(f"{tool} is not installed")


def test_work_left_running_lives_on(daemon, shell, jobs, neighbours):
    """A cut is what a broken connection is: what was made to outlive that outlives this, and goes on working."""
    need("tmux", "screen")
    sshd = daemon("idle=4s")
    terminal = shell(sshd)
    session = sshd.session()
    mine = jobs(terminal, sshd.service)
    for how in OUTLIVING:
        mine.start(terminal, how, how)
    session.wait_end(15)
    terminal.wait_end(2)
    mine.assert_writing()
    checks.closed_properly(session, survivors=mine.pids())
    checks.explained(session, terminal, "alice", "idle")
    neighbours.assert_unharmed()


def test_command_without_a_terminal_lives_on(daemon, keep, jobs, shell):
    """As after a lost connection: sshd does not signal it, so neither does a cut."""
    need()
    calm = daemon("idle=15m")
    sshd = daemon("idle=15m max=4s")
    mine = jobs(shell(calm), sshd.service)
    keep(client.Terminal(client.command(sshd, "alice", f"python3 {mine.place}/work.py {mine.place}/command plain")))
    session = sshd.session()
    mine.names.append("command")
    session.wait_end(15)
    mine.assert_writing()
    checks.closed_properly(session, survivors=mine.pids())


def test_kill_session_ends_the_session_and_nobody_else(daemon, shell, jobs, neighbours):
    need("tmux", "screen")
    sshd = daemon("idle=5s kill=session")
    terminal = shell(sshd)
    session = sshd.session()
    mine = jobs(terminal, sshd.service)
    for how in OUTLIVING:
        mine.start(terminal, how, how)
    for kind, how in STUBBORN.items():
        mine.start(terminal, kind, how, kind)
    end = session.wait_end(15)
    place.wait_for(lambda: not mine.pids(), SWEEP + 0.5, lambda: [proc.command_line(pid) for pid in mine.pids()])
    assert time.monotonic() - end <= SWEEP + 0.5
    checks.closed_properly(session)
    checks.logged(session, "alice", "idle")
    if place.AUDIT_LOG:
        checks.one_record(session, "alice", "idle")
    neighbours.assert_unharmed()


def test_kill_session_ends_what_runs_as_somebody_else(daemon, shell, jobs, su_service):
    """An audit session is one login, whoever it has become since."""
    need("su", "sudo")
    su_service("", stack=become.PERMIT)
    become.allow_sudo()
    sshd = daemon("idle=5s kill=session")
    terminal = shell(sshd)
    session = sshd.session()
    mine = jobs(terminal, sshd.service)
    for how in ("su", "sudo"):
        mine.start(terminal, how, how)
    users = {proc.status(pid)["Uid"].split()[0] for pid in mine.pids()}
    assert len(users) == 2 and "0" in users, users
    session.wait_end(15)
    place.wait_for(lambda: not mine.pids(), SWEEP + 0.5, lambda: [proc.command_line(pid) for pid in mine.pids()])
    checks.closed_properly(session)
    checks.logged(session, "alice", "idle")


def test_processes_that_multiply_are_swept_or_the_record_says_so(daemon, shell, jobs):
    need()
    sshd = daemon("idle=5s kill=session")
    terminal = shell(sshd)
    session = sshd.session()
    mine = jobs(terminal, sshd.service)
    mine.start(terminal, "multiplying", "setsid", "multiplying")
    place.wait_for(lambda: len(mine.pids()) >= 200, 10, "200 processes")
    end = session.wait_end(25)
    sshd.log.wait("idle-watchdog", "disconnected alice", timeout=10)
    took = time.monotonic() - end
    left = [pid for pid in mine.pids() if proc.alive(pid)]
    text = sshd.log.lines("idle-watchdog", "disconnected alice")[0][1]
    assert bool(left) == ("left standing" in text), (len(left), text)
    assert not left and took <= SWEEP + 0.5, f"{len(left)} left after {took:.3f} s"


def test_sweep_without_an_audit_session_is_refused_and_said_once(daemon, keep, jobs, shell):
    """Every process that was never logged in has the same unset session: nobody may be swept by that."""
    need()
    if proc.audit_session(os.getpid()) != 0xFFFFFFFF:
        pytest.skip("the suite itself runs in an audit session, which sshd would inherit")
    calm = daemon("idle=15m")
    sshd = daemon("max=4s kill=session", stack=NO_LOGINUID)
    mine = jobs(shell(calm), sshd.service)
    terminal = keep(client.shell(sshd)).ready()
    mine.start(terminal, "setsid", "setsid")
    terminal.wait_end(15)
    sshd.log.wait("disconnected alice")
    mine.assert_writing()
    assert len(sshd.log.lines("kill=session does nothing for alice")) == 1, sshd.log.tail()


# -- Users who do not want to be cut -----------------------------------------------------------------------------------

EXCLUSIVE = 'python3 -c "import fcntl, termios; fcntl.ioctl(0, termios.TIOCEXCL)"'
DEAF = "trap '' HUP TERM INT QUIT TSTP"
STOP = "kill -STOP $PPID"
FOR_EVER = "while :; do sleep 77; done"
DEFENCES = {
    "deaf": [DEAF, FOR_EVER],
    "stopped sshd": [STOP],
    "exclusive terminal": [EXCLUSIVE, FOR_EVER],
    "everything": [EXCLUSIVE, DEAF, STOP, FOR_EVER],
}


@pytest.fixture
def left_of(keep):
    """The user's own processes of a session that has ended; they end with the test."""

    class Left:
        def __init__(self):
            self.pids = []

        def __call__(self, session):
            user = [str(session.auid)]
            members = proc.of_audit_session(session.ses)
            self.pids = [pid for pid in members if proc.status(pid).get("Uid", "").split()[:1] == user]
            return self.pids

        def close(self):
            for pid in self.pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    return keep(Left())


@pytest.mark.parametrize("kill", ["connection", "session"])
@pytest.mark.parametrize("limit", ["idle", "max"])
@pytest.mark.parametrize("defence", DEFENCES)
def test_user_who_defends_himself_is_cut_all_the_same(daemon, shell, left_of, defence, limit, kill):
    need()
    sshd = daemon(f"{limit}=4s kill={kill}")
    begin = time.monotonic()
    terminal = shell(sshd)
    session = sshd.session()
    typed = terminal.key("; ".join(DEFENCES[defence]) + "\r")
    end = session.wait_end(15)
    terminal.wait_end(1)
    # Who stopped his side of sshd costs half a second more, twice.
    assert 4 <= end - (typed if limit == "idle" else begin) <= 6.5, (end - typed, end - begin)
    checks.closed_properly(session, survivors=left_of(session) if kill == "connection" else ())
    checks.logged(session, "alice", limit)
    if place.AUDIT_LOG:
        checks.one_record(session, "alice", limit)
        checks.closed_in_audit(session)

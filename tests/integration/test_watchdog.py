# SPDX-License-Identifier: BSD-3-Clause
"""What the watchdog is, as the kernel sees it."""

import ctypes
import os
import pwd
import re
import signal
import time

import pytest
from harness import checks, client, place, proc, somebody
from harness.sshd import watchdog_of

SECCOMP_MODE_FILTER = "2"

CAP_DAC_OVERRIDE, CAP_KILL, CAP_AUDIT_WRITE = 1, 5, 29

# What a watchdog may hold; anything else came from its host.
OWN_FDS = re.compile(
    r"/dev/null|/proc|/dev/pts|socket:\[\d+\]|pidfd:\[\d+\]|anon_inode:\[?(eventpoll|timerfd|pidfd|signalfd|eventfd)\]?"
)

# SIGPIPE, because messages are sent with care, SIGCHLD, so that its own children leave no zombies, and SIGTERM, which at a
# shutdown comes to the watchdog and to its leader at the same time.
OWN_IGNORED = 1 << signal.SIGPIPE - 1 | 1 << signal.SIGCHLD - 1 | 1 << signal.SIGTERM - 1


def landlock_version():
    return ctypes.CDLL(None).syscall(444, None, 0, 1)


@pytest.fixture
def session(daemon, shell):
    sshd = daemon("idle=15m keepalive=30s max=12h")
    shell(sshd)
    return sshd.session()


def numbers(text):
    return [int(word) for word in text.split()]


def test_account_and_capabilities(session):
    status = proc.status(session.watchdog)
    account = pwd.getpwnam(place.WATCHDOG_USER)
    assert set(numbers(status["Uid"])) == {account.pw_uid}
    assert account.pw_gid in numbers(status["Gid"]) and 0 not in numbers(status["Gid"])
    assert 0 not in numbers(status["Groups"])
    held = {bit for bit in range(64) if int(status["CapEff"], 16) >> bit & 1}
    expected = {CAP_KILL, CAP_AUDIT_WRITE} | ({CAP_DAC_OVERRIDE} if landlock_version() > 0 else set())
    assert held == expected
    assert status["CapPrm"] == status["CapEff"]
    for name in ("CapInh", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == 0, name
    assert status["NoNewPrivs"] == "1"


def test_the_leader_had_what_the_watchdog_gave_up(session):
    """Before and after: it was started by a process of root's with every capability that root has here, and no filter."""
    before, after = proc.status(session.leader), proc.status(session.watchdog)
    assert set(numbers(before["Uid"])) == {0} and 0 not in numbers(after["Uid"])
    assert int(before["CapEff"], 16) == int(proc.status(os.getpid())["CapEff"], 16)
    assert before["NoNewPrivs"] == "0"
    assert int(after["Seccomp_filters"]) == int(before["Seccomp_filters"]) + 1
    assert after["Seccomp"] == SECCOMP_MODE_FILTER


def test_leaves_no_memory_behind_and_shows_none(session):
    limits = {line[:26].strip(): line[26:].split()[:2] for line in proc.read(session.watchdog, "limits").splitlines()}
    assert limits["Max core file size"] == ["0", "0"]
    # The files in /proc of a process that must not be dumped are root's, whoever runs it (proc(5)).
    assert os.stat(f"/proc/{session.watchdog}/environ").st_uid == 0
    def try_all():
        for name in ("mem", "maps", "environ", "auxv", "exe", "cwd", "fd/3"):
            with pytest.raises(PermissionError):
                os.open(f"/proc/{session.watchdog}/{name}", os.O_RDONLY)

    # Nor do other processes of its account see into it.
    assert somebody.does(pwd.getpwnam(place.WATCHDOG_USER).pw_uid, try_all)


def test_stands_alone(session):
    """Own session, root directory, no environment, nobody's terminal, not a child of the login's."""
    pid = session.watchdog
    words = proc.read(pid, "stat").rsplit(")", 1)[1].split()
    assert int(words[3]) == pid, "own session (setsid)"
    assert int(words[2]) == pid, "own process group"
    assert int(words[4]) == 0, "no terminal"
    assert os.readlink(f"/proc/{pid}/cwd") == "/"
    assert proc.environment(pid) == []
    assert pid not in proc.descendants(session.sshd.process.pid)
    assert proc.status(pid)["Umask"] in ("0077", "0027")
    assert proc.state(pid) == "S"


def test_holds_nothing_foreign(session):
    fds = proc.fds(session.watchdog)
    assert {fds[number] for number in (0, 1, 2)} == {"/dev/null"}
    foreign = {number: what for number, what in fds.items() if not OWN_FDS.fullmatch(what) and not what.startswith(place.RUN_DIR)}
    assert not foreign, foreign


def test_blocks_no_signal_it_inherited(daemon, shell):
    """Signals that the host ignored or blocked are not the watchdog's."""
    sshd = daemon("idle=15m")
    shell(sshd)
    status = proc.status(sshd.session().watchdog)
    assert int(status["SigBlk"], 16) == 0
    assert int(status["SigIgn"], 16) & ~OWN_IGNORED == 0


def test_sigterm_to_everybody_is_a_clean_end(daemon, shell):
    """As a unit that stops sends it, and a shutdown: the leader closes its session, and no watchdog was lost."""
    sshd = daemon("idle=15m")
    shell(sshd)
    session = sshd.session()
    os.kill(session.watchdog, signal.SIGTERM)
    time.sleep(0.5)
    assert session.is_up(), sshd.log.tail()
    os.kill(session.leader, signal.SIGTERM)
    session.wait_end(3)
    checks.closed_properly(session)
    assert not sshd.log.lines("lost"), sshd.log.tail()


def test_inherits_nothing_of_a_careless_host(keep, su_service, tmp_path):
    """su hands on what its caller left: descriptors, limits, environment, mask, directory, priority."""
    leak = tmp_path / "leak"
    leak.write_text("secret")
    su_service("idle=15m")
    script = (
        f"exec 9<{leak}; cd {tmp_path}; umask 0; export SECRET=1; trap '' CHLD PIPE USR1 TERM;"
        " ulimit -n 64; ulimit -f 100; echo 500 >/proc/self/oom_score_adj; exec nice -n 5 su - alice"
    )
    terminal = keep(client.Terminal(["sh", "-c", script])).ready()
    watchdog = place.wait_for(lambda: watchdog_of(terminal.child.pid), 5, "a watchdog")
    place.wait_for(lambda: proc.status(watchdog).get("NoNewPrivs") == "1", 3)
    assert not [what for what in proc.fds(watchdog).values() if str(tmp_path) in what]
    assert proc.environment(watchdog) == []
    assert os.readlink(f"/proc/{watchdog}/cwd") == "/"
    assert int(proc.status(watchdog)["SigIgn"], 16) & ~OWN_IGNORED == 0
    assert int(proc.read(watchdog, "oom_score_adj")) <= 0
    assert "100" not in next(line for line in proc.read(watchdog, "limits").splitlines() if line.startswith("Max file size"))


def test_sees_its_session_only(session, shell):
    """The record is readable by root and by the account, not by the neighbours."""
    path = f"{place.RUN_DIR}/{session.id}"
    found = os.stat(path)
    assert found.st_mode & 0o022 == 0
    assert os.stat(place.RUN_DIR).st_mode & 0o022 == 0
    socket = os.stat(path + ".sock")
    assert socket.st_uid == int(session.record["uid"]) and socket.st_mode & 0o777 == 0o600, oct(socket.st_mode)


@pytest.mark.alone
def test_sleeps_while_nothing_happens(session):
    """
    Not a measurement (see tests/bench): ten seconds without a wake-up to speak of. Alone, because each `idletimeout
    list` of another test asks this watchdog too. After a login it looks ever more rarely, to see the first keepalives alone.
    """
    def switches():
        return int(proc.status(session.watchdog)["voluntary_ctxt_switches"])

    time.sleep(11)
    before = switches()
    time.sleep(10)
    assert switches() - before <= 3

# SPDX-License-Identifier: BSD-3-Clause
"""Users who do not want to be cut, and the neighbours who must not suffer for it."""

import os
import signal
import time

import pytest
from harness import audit, checks, client, place, proc


@pytest.fixture
def killed():
    """Ends, after the test, what a test lets survive a session."""
    left = []
    yield left.append
    for pid in left:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def job(session, words):
    """The pid of a process of the session by its command line."""
    found = place.wait_for(
        lambda: [pid for pid in proc.of_audit_session(session.ses) if proc.command_line(pid) == words], 5, f"the job {words}"
    )
    return found[0]


def test_user_who_traps_hup_and_term(daemon, shell, killed):
    sshd = daemon("idle=5s")
    terminal = shell(sshd)
    session = sshd.session()
    begin = terminal.key("trap '' HUP TERM INT QUIT TSTP; while :; do sleep 77; done\r")
    job(session, "sleep 77")
    end = session.wait_end(15)
    terminal.wait_end(1)
    assert 5 <= end - begin <= 7
    survivors = [pid for pid in proc.of_audit_session(session.ses) if pid != session.watchdog]
    for pid in survivors:
        killed(pid)
    checks.closed_properly(session, survivors=survivors)
    checks.explained(session, terminal, "alice", "idle")


def test_user_who_traps_everything_loses_it_with_kill_session(daemon, shell):
    sshd = daemon("idle=5s kill=session")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.key("trap '' HUP TERM INT QUIT TSTP; while :; do sleep 78; done\r")
    job(session, "sleep 78")
    session.wait_end(15)
    terminal.wait_end(1)
    checks.closed_properly(session)
    checks.explained(session, terminal, "alice", "idle")


@pytest.mark.parametrize("kill", ["connection", "session"])
def test_user_who_stops_his_sshd_child(daemon, shell, killed, kill):
    sshd = daemon(f"idle=5s kill={kill}")
    terminal = shell(sshd)
    session = sshd.session()
    begin = terminal.key("kill -STOP $PPID\r")
    child = place.wait_for(
        lambda: [pid for pid in proc.children(session.leader) if proc.state(pid) == "T"], 3, "a stopped sshd"
    )[0]
    end = session.wait_end(20)
    terminal.wait_end(2)
    assert 5 <= end - begin <= 9, end - begin
    place.wait_for(lambda: not proc.alive(child), 1, "the end of the stopped sshd")
    checks.closed_properly(session)


@pytest.mark.parametrize("user", ["alice", "root"])
def test_stopped_leader_closes_its_session(daemon, keep, user):
    """Who is root can stop the leader itself: it is woken to end by its own path, and not killed."""
    sshd = daemon("max=4s")
    terminal = keep(client.shell(sshd, user=user, words=["exec cat"]))
    session = sshd.session()
    begin = time.monotonic()
    job(session, "cat")
    os.kill(session.leader, signal.SIGSTOP)
    assert session.wait_end(20) - begin <= 4 + 1
    terminal.wait_end(2)
    checks.closed_properly(session)
    checks.logged(session, user, "max")


def test_user_cannot_touch_the_watchdog(daemon, shell):
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    for name in ("STOP", "KILL", "TERM", "CONT", "HUP", "USR1"):
        assert "not permitted" in terminal.run(f"kill -{name} {session.watchdog}"), name
    for path in ("fd", "environ", "mem", "cwd"):
        inside = f"/proc/{session.watchdog}/{path}"
        assert "denied" in terminal.run(f"ls -l {inside}/ {inside} >/dev/null; cat {inside}")
    assert session.is_up() and proc.state(session.watchdog) == "S"


def test_user_cannot_write_the_records(daemon, shell):
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    record = f"{place.RUN_DIR}/{session.id}"
    assert "denied" in terminal.run(f"echo idle=0 >>{record}")
    assert "denied" in terminal.run(f"rm -f {record}")
    assert "denied" in terminal.run(f"mv {record} {record}.x")
    assert sorted(session.own_files()) == sorted([session.id, session.id + ".sock"])


def test_lifeline_is_out_of_the_users_hands(daemon, shell):
    """A process of the user's holds the module's end of the lifeline or it does not: closing it must change nothing."""
    sshd = daemon("idle=5s")
    terminal = shell(sshd)
    session = sshd.session()
    shell_pid = int(terminal.run("echo $$").split()[-1])
    assert not [what for fd, what in proc.fds(shell_pid).items() if what.startswith("socket:")], proc.fds(shell_pid)
    begin = terminal.last_key
    end = session.wait_end(15)
    assert 5 <= end - begin <= 6.2


@pytest.mark.parametrize("user", ["alice", "root"])
def test_watchdog_killed_by_root_takes_its_session_along(daemon, keep, user):
    sshd = daemon("idle=15m")
    terminal = keep(client.shell(sshd, user=user, words=[] if user == "alice" else ["exec cat"]))
    session = sshd.session()
    if user == "alice":
        terminal.ready()
    terminal.watch(0.5)
    begin = time.monotonic()
    os.kill(session.watchdog, signal.SIGKILL)
    assert session.wait_end(5) - begin <= 1.0
    assert terminal.wait_end(2) - begin <= 1.0
    checks.closed_properly(session)
    if place.AUDIT_LOG:
        checks.closed_in_audit(session, listed=user != "root")
        checks.one_record(session, user, "watchdog-lost")
        tampering = audit.search("ANOM_SESSION", session.ses)
        assert len(tampering) == 1 and tampering[0]["op"] == "idletimeout:tamper", tampering
        assert (tampering[0]["reason"], tampering[0]["res"]) == ("watchdog-lost", "failed"), tampering
    session.sshd.log.wait(f"{user} ({session.service}", "watchdog")


def test_loss_of_the_watchdog_is_only_logged_when_asked_for(daemon, shell):
    sshd = daemon("idle=15m on_watchdog_loss=log")
    terminal = shell(sshd)
    session = sshd.session()
    os.kill(session.watchdog, signal.SIGKILL)
    assert terminal.watch(3)
    assert terminal.run("echo still") == "still"
    assert not proc.wait_gone(session.leader_fd, 0)


def test_stopped_watchdog_of_root_resumes(daemon, shell):
    """Only root can stop it; what was due meanwhile happens when it goes on."""
    sshd = daemon("idle=4s")
    terminal = shell(sshd)
    session = sshd.session()
    os.kill(session.watchdog, signal.SIGSTOP)
    assert terminal.watch(6)
    os.kill(session.watchdog, signal.SIGCONT)
    session.wait_end(8)
    terminal.wait_end(2)
    checks.closed_properly(session)


def test_two_users_are_not_mixed_up(daemon, shell):
    sshd = daemon("idle=8s")
    alice = shell(sshd, user="alice")
    of_alice = sshd.session()
    bob = shell(sshd, user="bob")
    of_bob = sshd.session()
    assert (of_alice.record["user"], of_bob.record["user"]) == ("alice", "bob")
    assert of_alice.ses != of_bob.ses and of_alice.watchdog != of_bob.watchdog
    for _ in range(7):
        bob.key()
        assert bob.watch(2), bob.shown
    assert not of_alice.is_up() and of_bob.is_up()
    alice.wait_end(1)
    assert "idletimeout" not in bob.shown
    checks.explained(of_alice, alice, "alice", "idle")
    assert not sshd.log.lines("idle-watchdog", "disconnected bob")
    if place.AUDIT_LOG:
        checks.one_record(of_alice, "alice", "idle")
        assert not audit.search("RESP_TERM_ACCESS", of_bob.ses)


@pytest.fixture
def work(daemon, shell, killed):
    """An idle session of alice's with tmux and nohup work, and what must not suffer: another of hers, and one of bob's."""

    def start(arguments):
        tool = place.missing_tool("tmux")
        if tool:
            pytest.skip(f"{tool} is not installed")
        sshd = daemon(arguments)
        calm = daemon("idle=15m")
        terminal = shell(sshd)
        session = sshd.session()
        seconds = 1000 + session.leader
        jobs = {}
        for name, line in {
            "tmux": f"tmux -S ~/{sshd.service} -f /dev/null new-session -d 'exec sleep {seconds}1'",
            "nohup": f"nohup sleep {seconds}2 >/dev/null 2>&1 &",
            "setsid": f"setsid sleep {seconds}3 </dev/null >/dev/null 2>&1 &",
        }.items():
            terminal.run(line)
            jobs[name] = job(session, f"sleep {seconds}{len(jobs) + 1}")
        server = [pid for pid in proc.of_audit_session(session.ses) if "tmux" in proc.command_line(pid)]
        for pid in [*jobs.values(), *server]:
            killed(pid)
        others = [shell(calm, user="alice"), shell(calm, user="bob")]
        other_sessions = [calm.session(), calm.session()]
        session.wait_end(25)
        terminal.wait_end(2)
        return session, jobs, server, others, other_sessions

    return start


def test_tmux_and_nohup_work_survives_a_cut(work):
    session, jobs, server, others, other_sessions = work("idle=5s")
    checks.closed_properly(session, survivors=[*jobs.values(), *server])
    for name, pid in jobs.items():
        assert proc.alive(pid), name
    assert all(one.is_up() for one in other_sessions)
    assert all(one.run("echo here") == "here" for one in others)


def test_tmux_and_nohup_work_dies_with_kill_session(work):
    session, jobs, _, others, other_sessions = work("idle=5s kill=session")
    place.wait_for(lambda: not any(proc.alive(pid) for pid in jobs.values()), 2, "the end of the jobs")
    checks.closed_properly(session)
    assert all(one.is_up() for one in other_sessions)
    assert all(one.run("echo here") == "here" for one in others)


def test_forking_user_is_swept_with_kill_session(daemon, shell, killed):
    """Processes that are made while the sweep goes on are found as well."""
    sshd = daemon("idle=5s kill=session")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("cat >f.sh <<'E'\ntrap '' HUP TERM\nwhile :; do (sleep 0.05) & (sleep 0.05) & wait; done\nE")
    terminal.run("for i in 1 2 3; do setsid sh f.sh </dev/null >/dev/null 2>&1 & done")
    session.wait_end(20)
    terminal.wait_end(2)
    checks.closed_properly(session)

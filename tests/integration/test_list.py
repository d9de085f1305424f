# SPDX-License-Identifier: BSD-3-Clause
"""`idletimeout list`: what an administrator sees of living sessions."""

import os
import signal
import subprocess
import time

from harness import client, place, proc


def command(*words, **more):
    return subprocess.run([place.COMMAND, *words], capture_output=True, text=True, timeout=10, **more)


def test_session_is_listed_while_it_lives(daemon, shell):
    sshd = daemon("idle=15m keepalive=30s max=12h")
    terminal = shell(sshd)
    session = sshd.session()
    tty = terminal.run("tty").splitlines()[-1].removeprefix("/dev/")
    row = session.listed()
    assert row["user"] == "alice" and row["service"] == sshd.service
    assert row["tty"] == [tty] and row["address"] == "127.0.0.1"
    assert row["ses"] == session.ses and row["auid"] == session.auid and row["leader_pid"] == session.leader
    assert row["limits"]["idle"]["seconds"] == 900 and row["limits"]["max"]["seconds"] == 43200
    assert row["limits"]["keepalive"] == {"seconds": 30, "origin": row["limits"]["keepalive"]["origin"], "count": 3}
    assert row["first"] in ("idle", "keepalive") and row["state"] == "running"
    table = command("list")
    assert table.returncode in place.LISTED
    line = next(line for line in table.stdout.splitlines() if session.id in line)
    for word in ("alice", sshd.service, tty, "127.0.0.1"):
        assert word in line, table.stdout
    terminal.key("exit\r")
    terminal.wait_end(5)
    assert place.wait_for(lambda: session.listed() is None, 2)


def test_time_left_counts_down_and_a_key_winds_it_up(daemon, shell):
    sshd = daemon("idle=60s")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("true")
    first = session.listed()
    assert 58 <= first["left_seconds"] <= 60 and first["first"] == "idle", first
    assert terminal.watch(10)
    later = session.listed()
    assert 9 <= later["idle_seconds"] <= 11 and 48 <= later["left_seconds"] <= 51, later
    terminal.run("true")
    assert session.listed()["left_seconds"] >= 58


def test_two_terminals_are_listed_with_the_younger_clock(daemon, shell, keep):
    sshd = daemon("idle=60s")
    control = f"{place.ROOT}/{sshd.service}.control"
    first = shell(sshd, options=["-M", "-S", control])
    session = sshd.session()
    assert first.watch(9)
    second = keep(client.shell(sshd, options=["-S", control])).ready()
    second.run("true")
    row = session.listed()
    assert len(row["tty"]) == 2, row
    assert row["idle_seconds"] <= 2, row


def test_command_without_a_terminal_is_listed(daemon, keep):
    sshd = daemon("idle=60s max=1h")
    keep(client.Terminal(client.command(sshd, "bob", "sleep 100")))
    session = sshd.session()
    place.wait_for(lambda: session.listed(), 3, "the session in the list")
    row = session.listed()
    assert row["user"] == "bob" and row["tty"] == [], row


def test_questions_do_not_count_as_activity(daemon, shell):
    sshd = daemon("idle=6s")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("true")
    begin = terminal.last_key
    while session.is_up() and time.monotonic() < begin + 12:
        command("list")
        terminal.watch(0.3)
    assert 6 <= session.wait_end(1) - begin <= 7.4


def test_stale_record_is_recognised(daemon, shell):
    """Watchdog and leader killed at once: whatever is left on disk is no session."""
    sshd = daemon("idle=15m")
    shell(sshd)
    session = sshd.session()
    os.kill(session.watchdog, signal.SIGSTOP)
    os.kill(session.leader, signal.SIGKILL)
    os.kill(session.watchdog, signal.SIGKILL)
    assert proc.wait_gone(session.watchdog_fd, 2)
    answer = command("list")
    assert answer.returncode in place.LISTED, answer
    row = session.listed()
    assert row is None or row["state"] not in ("running", "warned"), row


def test_wrong_usage():
    assert command("lisst").returncode == 2
    assert command("list", "--jsn").returncode == 2
    assert command().returncode == 2


def test_other_users_sessions_are_not_shown_to_a_user(daemon, shell):
    sshd = daemon("idle=15m")
    shell(sshd, user="alice")
    session = sshd.session()
    bob = shell(sshd, user="bob")
    shown = bob.run(f"{place.COMMAND} list --json")
    assert session.id not in shown and "alice" not in shown, shown

# SPDX-License-Identifier: BSD-3-Clause
"""`idletimeout show`: everything about one living session, and what keeps it alive."""

import json
import os
import signal
import subprocess
import time

from harness import client, place

SOURCES = ("input", "output", "process", "network")


def command(*words):
    return subprocess.run([place.COMMAND, *words], capture_output=True, text=True, timeout=10)


def shown(session):
    answer = command("show", session.id, "--json")
    assert answer.returncode == 0, answer
    return json.loads(answer.stdout)


def text_of(session):
    answer = command("show", session.id)
    assert answer.returncode == 0 and answer.stderr == "", answer
    return answer.stdout


def test_session_is_shown_while_it_lives(daemon, shell):
    sshd = daemon("idle=15m keepalive=30s max=12h kill=session")
    terminal = shell(sshd)
    session = sshd.session()
    tty = terminal.run("tty").splitlines()[-1].removeprefix("/dev/")
    row = shown(session)
    assert row["id"] == session.id and row["user"] == "alice" and row["service"] == sshd.service
    assert row["tty"] == [tty] and row["address"] == "127.0.0.1" and row["leader_pid"] == session.leader
    assert row["limits"]["idle"] == {"seconds": 900, "origin": "argument"}
    assert row["settings"]["kill"] == {"value": "session", "origin": "argument"}
    assert row["settings"]["activity"]["origin"] == "default"
    assert list(row["activity"]) == ["counts", "source", *SOURCES]
    assert set(session.listed()) < set(row)
    text = text_of(session)
    for words in (f"id: {session.id}", "user: alice (uid", f"terminals: {tty}", f"leader pid: {session.leader}"):
        assert words in " ".join(text.split()), text
    assert "  idle              15m (argument)," in text and "  kill              session (argument)\n" in text, text
    assert max(map(len, text.splitlines())) <= 80
    terminal.key("exit\r")
    terminal.wait_end(5)
    session.wait_end(5)
    session.wait_nothing_left()
    answer = command("show", session.id)
    assert (answer.returncode, answer.stdout) == (1, "") and f"there is no session '{session.id}'" in answer.stderr, answer


def test_beginning_of_an_id_in_capitals(daemon, shell):
    sshd = daemon("idle=15m")
    shell(sshd)
    session = sshd.session()
    answer = command("show", session.id[:7].upper(), "--json")
    assert answer.returncode == 0 and json.loads(answer.stdout)["id"] == session.id, answer


def test_unknown_and_malformed_ids():
    answer = command("show", "zzzzzzzz")
    assert (answer.returncode, answer.stdout) == (1, "") and "'zzzzzzzz'" in answer.stderr, answer
    for words in ((), ("7k",), ("not-an-id",), ("../../etc/passwd",), ("7k2q90xw", "--jsn")):
        answer = command("show", *words)
        assert (answer.returncode, answer.stdout) == (2, ""), answer


def test_own_session_is_shown_to_its_user(daemon, shell):
    sshd = daemon("idle=15m")
    alice = shell(sshd, user="alice")
    session = sshd.session()
    said = alice.run(f"{place.COMMAND} show {session.id} | head -n 3; echo code ${{PIPESTATUS[0]}}")
    assert session.id in said and "alice (uid" in said and "code 0" in said, said


def test_session_of_another_user_is_not_shown(daemon, shell):
    sshd = daemon("idle=15m")
    shell(sshd, user="alice")
    session = sshd.session()
    bob = shell(sshd, user="bob")
    for option in ("", "--json"):
        said = bob.run(f"{place.COMMAND} show {session.id} {option}; echo code $?")
        assert "code 3" in said and "another user" in said and session.id in said, said
        assert "alice" not in said and "limits" not in said, said


def test_silent_watchdog_leaves_the_record(daemon, shell):
    sshd = daemon("idle=15m")
    shell(sshd)
    session = sshd.session()
    os.kill(session.watchdog, signal.SIGSTOP)
    try:
        answer = command("show", session.id)
    finally:
        os.kill(session.watchdog, signal.SIGCONT)
    assert answer.returncode == 1 and "no answer" in answer.stdout and "alice" in answer.stdout, answer
    assert shown(session)["state"] == "running"


def test_typing_is_input(daemon, shell):
    sshd = daemon("idle=60s")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("true")
    assert terminal.watch(10)
    row = shown(session)
    activity = row["activity"]
    assert activity["source"] == "input", activity
    assert 9 <= activity["input"]["seconds"] <= 11, activity
    assert abs(activity["input"]["seconds"] - row["idle_seconds"]) <= 1, row
    assert row["stamps_set_by_hand"] is False
    [line] = [line for line in text_of(session).splitlines() if line.startswith("  input ")]
    assert line.endswith(" ago        counts, keeps the session alive"), line
    terminal.run("true")
    assert shown(session)["activity"]["input"]["seconds"] <= 1


def test_output_is_seen_and_does_not_count(daemon, shell):
    """A terminal is stamped once in eight seconds for what it prints, too."""
    sshd = daemon("idle=60s")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.key("while sleep 0.5; do echo tick; done\r")
    assert terminal.watch(20)
    activity = shown(session)["activity"]
    assert activity["source"] == "input", activity
    assert activity["input"]["seconds"] >= 11, activity
    assert activity["output"]["seconds"] <= 9, activity
    [line] = [line for line in text_of(session).splitlines() if line.startswith("  output ")]
    assert "counts" not in line and "ago" in line, line


def test_payload_of_a_command_without_a_terminal_is_network(daemon, keep):
    sshd = daemon("idle=60s")
    keep(client.Terminal(client.command(sshd, "bob", "while sleep 0.5; do echo tick; done")))
    session = sshd.session()
    place.wait_for(lambda: session.listed(), 3, "the session in the list")
    time.sleep(5)
    activity = shown(session)["activity"]
    assert activity["source"] in ("network", "process"), activity
    assert activity["input"] is None, activity
    assert activity["network"]["seconds"] <= 2, activity
    assert " ago" in text_of(session)


def test_stamps_set_by_hand_are_told(daemon, shell):
    sshd = daemon("idle=60s")
    terminal = shell(sshd)
    session = sshd.session()
    tty = terminal.run("tty").splitlines()[-1]
    assert shown(session)["stamps_set_by_hand"] is False
    terminal.run(f"touch -a -d '+1 hour' {tty}")
    assert shown(session)["stamps_set_by_hand"] is True
    assert "warning: the stamps of a terminal were set by hand" in text_of(session)

# SPDX-License-Identifier: BSD-3-Clause
"""max=: the longest session, whatever it does."""

import time

from harness import checks, client, place


def type_until_cut(terminal, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        terminal.key()
        if not terminal.watch(0.5):
            return
    raise AssertionError(f"not cut within {seconds} s")


def test_typing_user_is_warned_and_cut_at_15_seconds(daemon, shell):
    sshd = daemon("max=15s warn=5s")
    terminal = shell(sshd)
    session = sshd.session()
    login = int(session.record["login_boot"]) / 1e9
    offset = place.boottime() - time.monotonic()
    type_until_cut(terminal, 25)
    end = session.wait_end(1)
    begin = login - offset
    assert 15.0 <= end - begin <= 16.0, f"cut {end - begin:.3f} s after the login"
    warned = terminal.wait_shown(r"idletimeout", 0.1)
    assert 9.9 <= warned - begin <= 11.0, f"warned {warned - begin:.3f} s after the login"
    assert len(terminal.reasons()) >= 2, terminal.reasons()
    checks.closed_properly(session)
    checks.explained(session, terminal, "alice", "max")


def test_the_limit_that_comes_first_cuts(daemon, shell):
    sshd = daemon("idle=4s max=60s keepalive=30s")
    terminal = shell(sshd)
    session = sshd.session()
    session.wait_end(15)
    terminal.wait_end(2)
    checks.closed_properly(session)
    checks.explained(session, terminal, "alice", "idle")


def test_silent_command_without_a_terminal_is_cut_by_max(daemon):
    sshd = daemon("max=5s")
    begin = time.monotonic()
    answer = client.run(sshd, "alice", "while sleep 0.2; do echo tick; done")
    assert answer.returncode == 255, answer
    assert 5 <= time.monotonic() - begin <= 7

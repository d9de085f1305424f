# SPDX-License-Identifier: BSD-3-Clause
"""Warnings: when, where, and what answers them."""

import re
import time

import pytest
from harness import checks, place


def test_warnings_come_at_their_times_and_any_key_answers_them(daemon, shell):
    sshd = daemon("idle=20s warn=10s,4s")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("true")
    begin = terminal.last_key
    first = terminal.wait_shown("(?i)idletimeout", 15)
    assert 9.9 <= first - begin <= 11.2, first - begin
    start = len(terminal.shown)
    second = terminal.wait_shown("(?i)idletimeout", 10, start)
    assert 15.9 <= second - begin <= 17.2, second - begin
    begin = terminal.key("x")
    assert terminal.watch(9), terminal.shown
    assert session.is_up()
    end = session.wait_end(15)
    assert 20 <= end - begin <= 21, end - begin


@pytest.mark.parametrize("activity", ["input,output", "input,network"])
def test_warning_is_no_activity_itself(daemon, shell, activity):
    """Its own output would put the end off for ever. What was printed last is in the dark for the stamp's eight seconds."""
    sshd = daemon(f"idle=8s warn=4s activity={activity}")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("true")
    begin = terminal.last_key
    end = session.wait_end(30)
    assert 8 <= end - begin <= 8 + 8 + 1.5, end - begin
    terminal.wait_end(2)
    assert len(terminal.reasons()) >= 2, terminal.shown


def test_no_warning_when_off(daemon, shell):
    sshd = daemon("idle=8s warn=off")
    terminal = shell(sshd)
    session = sshd.session()
    session.wait_end(15)
    terminal.wait_end(2)
    assert len(terminal.reasons()) == 1, terminal.reasons()


def test_terminal_under_mesg_n_is_warned(daemon, shell):
    sshd = daemon("idle=10s warn=6s")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("mesg n 2>/dev/null || chmod 600 $(tty)")
    assert "600" in terminal.run("stat -c %a $(tty)")
    terminal.wait_shown("(?i)idletimeout", 10)
    session.wait_end(20)
    terminal.wait_end(2)
    assert len(terminal.reasons()) >= 2, terminal.shown
    checks.closed_properly(session)


def test_terminal_of_root_is_warned(daemon, shell):
    """A root login has no monitor: the leader is the process that serves the terminal."""
    sshd = daemon("idle=10s warn=6s")
    terminal = shell_of_root(shell, sshd)
    session = sshd.session()
    terminal.wait_shown("(?i)idletimeout", 10)
    session.wait_end(20)
    terminal.wait_end(2)
    checks.closed_properly(session)
    checks.explained(session, terminal, "root", "idle")


def shell_of_root(shell, sshd):
    return shell(sshd, user="root", words=[f"exec env PS1='{place.PROMPT}' sh -i"])


def test_stopped_terminal_does_not_delay_the_cut(daemon, shell):
    sshd = daemon("idle=10s warn=5s,3s")
    terminal = shell(sshd)
    session = sshd.session()
    begin = terminal.key("sleep 1000\r")
    terminal.watch(0.4)
    stopped = terminal.key("\x13")
    end = session.wait_end(25)
    assert 10 <= end - begin and end - stopped <= 11, (end - begin, end - stopped)
    terminal.wait_end(2)
    checks.closed_properly(session)


def test_full_terminal_does_not_delay_the_cut(daemon, shell):
    """Stopped while a program writes: the terminal takes nothing any more."""
    sshd = daemon("idle=10s warn=5s")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.key("yes\r")
    terminal.watch(0.3)
    stopped = terminal.key("\x13")
    time.sleep(0.1)
    end = session.wait_end(25)
    assert end - stopped <= 11, end - stopped
    checks.closed_properly(session)


def test_warning_is_safe_text(daemon, shell):
    sshd = daemon("idle=6s warn=3s")
    terminal = shell(sshd)
    session = sshd.session()
    start = len(terminal.shown)
    session.wait_end(15)
    terminal.wait_end(2)
    ours = terminal.shown[start:]
    assert not re.search(r"[^\x07\x20-\x7e\r\n]", ours.split("Connection to")[0]), repr(ours)

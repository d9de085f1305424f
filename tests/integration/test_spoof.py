# SPDX-License-Identifier: BSD-3-Clause
"""Stamps set by hand: they extend no session, shorten none, and are told once. What only looks like it is not told."""

import time

import pytest
from harness import audit, client, place

LIMIT = 12.0
STAMP_BUCKET = 8.0
HARDLY_LATE = 1.0
# Stamps that the kernel could have written are believed twice, at looks some seconds apart.
DOUBTS = 6.0
CHATTY = ["-o", "ServerAliveInterval=2", "-o", "ServerAliveCountMax=100"]

# What a program of the user does over and over to his terminal, TTY.
FORGERIES = {
    "now": "touch -a TTY",
    "both stamps": "touch TTY",
    "an hour ahead": "touch -a -d '+1 hour' TTY",
    "yesterday": "touch -a -d yesterday TTY",
    "whole seconds": 'touch -a -d "@$(date +%s)" TTY',
    "two seconds ago, whole": 'touch -a -d "@$(( $(date +%s) - 2 ))" TTY',
    "there and back": "touch -a -d '+1 hour' TTY; touch -a -d '-1 minute' TTY",
}


def tty_of(terminal):
    return terminal.run("tty").splitlines()[-1]


def told(session):
    """The log lines that say so."""
    return session.sshd.log.lines("idle-watchdog", "tampering in the session of alice", "set by hand")


def assert_told_once(session):
    place.wait_for(lambda: told(session), 5, "tampering in the log")
    assert len(told(session)) == 1, told(session)
    if place.AUDIT_LOG:
        found = place.wait_for(lambda: audit.search("ANOM_SESSION", session.ses), 5, "ANOM_SESSION")
        assert len(found) == 1, found
        assert found[0]["op"] == "idletimeout:tamper" and found[0]["reason"] == "spoof", found
        assert found[0]["res"] == "failed" and found[0]["acct"] == "alice", found


@pytest.mark.parametrize("options", [[], CHATTY], ids=["quiet wire", "client keepalives"])
@pytest.mark.parametrize("forgery", FORGERIES)
def test_stamps_set_in_a_loop_extend_nothing(daemon, shell, forgery, options):
    sshd = daemon("idle=12s warn=off")
    terminal = shell(sshd, options=options)
    session = sshd.session()
    tty = tty_of(terminal)
    begin = terminal.key(f"while sleep 0.7; do {FORGERIES[forgery].replace('TTY', tty)}; done\r")
    end = session.wait_end(3 * LIMIT)
    assert LIMIT <= end - begin <= LIMIT + STAMP_BUCKET + DOUBTS + HARDLY_LATE, f"{end - begin:.3f} s after the last key"
    assert_told_once(session)


@pytest.mark.parametrize("period", [4, 9])
def test_whole_seconds_now_and_then_extend_nothing_for_long(daemon, shell, period):
    """As like the kernel's own as a stamp can be: it takes three to tell."""
    sshd = daemon("idle=12s warn=off")
    terminal = shell(sshd, options=CHATTY)
    session = sshd.session()
    tty = tty_of(terminal)
    begin = terminal.key(f'while sleep {period}; do touch -a -d "@$(date +%s)" {tty}; done\r')
    end = session.wait_end(6 * LIMIT)
    assert LIMIT <= end - begin <= LIMIT + 3 * period + STAMP_BUCKET + HARDLY_LATE, f"{end - begin:.3f} s after the last key"
    assert_told_once(session)


@pytest.mark.parametrize("when", ["-1 hour", "now", "+1 hour"])
def test_one_forgery_shortens_nothing_and_who_types_on_is_active(daemon, shell, when):
    sshd = daemon("idle=12s warn=off")
    terminal = shell(sshd)
    session = sshd.session()
    tty = tty_of(terminal)
    terminal.run(f"touch -a -d '{when}' {tty}")
    for _ in range(3):
        assert terminal.watch(LIMIT - 2), f"cut {time.monotonic() - terminal.last_key:.3f} s after the last key"
        terminal.key()
    end = session.wait_end(3 * LIMIT)
    assert LIMIT <= end - terminal.last_key <= LIMIT + HARDLY_LATE, f"{end - terminal.last_key:.3f} s after the last key"


def test_a_forgery_from_elsewhere_hides_no_typing(daemon, shell, keep):
    """Another session of the user sets the stamps of this one back, over and over, while he works in it."""
    sshd = daemon("idle=12s warn=off")
    terminal = shell(sshd)
    session = sshd.session()
    tty = tty_of(terminal)
    vandal = keep(client.shell(sshd)).ready()
    vandal.key(f"for i in 1 2 3 4 5; do touch -a -d '-1 minute' {tty}; sleep 6; done; exit\r")
    for _ in range(8):
        terminal.key()
        assert terminal.watch(5), terminal.shown
    assert session.is_up()


def test_changes_of_mode_are_no_forgery(daemon, shell):
    sshd = daemon("idle=12s warn=off")
    terminal = shell(sshd)
    session = sshd.session()
    tty = tty_of(terminal)
    for _ in range(4):
        terminal.run(f"mesg n; mesg y; chmod 622 {tty}; chmod 620 {tty}")
        assert terminal.watch(5)
    row = session.listed()
    assert row["idle_seconds"] <= STAMP_BUCKET, row
    end = session.wait_end(3 * LIMIT)
    assert LIMIT <= end - terminal.last_key <= LIMIT + HARDLY_LATE, f"{end - terminal.last_key:.3f} s after the last key"
    assert not told(session), told(session)

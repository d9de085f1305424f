# SPDX-License-Identifier: BSD-3-Clause
"""idle=: who is cut, who is not, and when."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness import checks, client, place

LIMIT = 20.0
HARDLY_LATE = 1.0
STAMP_BUCKET = 8.0


def assert_cut_in_time(begin, end, late=HARDLY_LATE, limit=LIMIT):
    assert limit <= end - begin <= limit + late, f"cut {end - begin:.3f} s after the last key"


def test_cut_between_20_and_21_seconds_after_the_last_key(daemon, shell):
    """Eight sessions, the last key of each in another phase of the kernel's bucket of 8 seconds."""
    sshd = daemon("idle=20s")

    def one(phase):
        terminal = client.shell(sshd).ready()
        try:
            time.sleep((phase - time.time()) % STAMP_BUCKET)
            terminal.run("true")
            terminal.wait_end(LIMIT + 15)
            return terminal
        finally:
            terminal.close()

    with ThreadPoolExecutor(8) as pool:
        terminals = list(pool.map(one, [0.05, 0.9, 1.7, 2.8, 4.1, 5.2, 6.6, 7.9]))
    for terminal in terminals:
        assert_cut_in_time(terminal.last_key, terminal.ended)


def test_chaff_after_a_key_is_bounded_by_the_stamp(daemon, shell):
    """The stamp says within eight seconds when the last key was; the chaff that hides it cannot add more."""
    if not client.obscures_keystrokes():
        pytest.skip("the ssh client here sends no chaff (OpenSSH before 9.5)")
    sshd = daemon("idle=20s")
    terminal = shell(sshd, chaff=True)
    terminal.run("true")
    assert_cut_in_time(terminal.last_key, terminal.wait_end(LIMIT + 15), STAMP_BUCKET + HARDLY_LATE)


def test_untouched_shell_is_cut_and_explained(daemon, shell):
    sshd = daemon("idle=20s")
    begin = time.monotonic()
    terminal = shell(sshd)
    session = sshd.session()
    end = session.wait_end(LIMIT + 10)
    terminal.wait_end(2)
    assert LIMIT <= end - begin <= LIMIT + 3
    assert terminal.exit_status() != 0
    checks.closed_properly(session)
    checks.explained(session, terminal, "alice", "idle")


def test_one_key_each_5_seconds_for_a_minute_is_not_cut(daemon, shell):
    sshd = daemon("idle=20s")
    terminal = shell(sshd)
    session = sshd.session()
    for _ in range(12):
        terminal.key()
        assert terminal.watch(5), terminal.shown
    assert session.is_up()
    assert "idletimeout" not in terminal.shown


def test_key_just_before_the_limit_saves_the_session(daemon, shell):
    sshd = daemon("idle=20s")
    terminal = shell(sshd)
    session = sshd.session()
    for _ in range(2):
        terminal.key()
        assert terminal.watch(19.3), terminal.shown
    terminal.key()
    assert terminal.watch(3)
    assert session.is_up()
    end = session.wait_end(LIMIT + 5)
    assert_cut_in_time(terminal.last_key, end)


@pytest.mark.parametrize("typist", ["first", "second"])
def test_the_younger_of_two_terminals_counts(daemon, shell, keep, typist):
    """Two shells over one connection; one of them is left alone, and both live until the other is idle as well."""
    sshd = daemon("idle=20s")
    control = f"{place.ROOT}/{sshd.service}.control"
    first = shell(sshd, options=["-M", "-S", control])
    session = sshd.session()
    second = keep(client.shell(sshd, options=["-S", control])).ready()
    assert len(sshd.leaders()) == 1
    young, old = (first, second) if typist == "first" else (second, first)
    for _ in range(6):
        young.key()
        assert young.watch(4.5), young.shown
    assert session.is_up()
    assert old.watch(0.1)
    young.key()
    end = session.wait_end(LIMIT + 10)
    assert_cut_in_time(young.last_key, end)
    assert young.watch(0.5) is False and old.watch(0.5) is False
    assert young.reasons() and old.reasons(), (young.shown, old.shown)
    checks.closed_properly(session)


def test_output_is_not_activity(daemon, shell):
    sshd = daemon("idle=20s")
    terminal = shell(sshd)
    session = sshd.session()
    begin = terminal.key("while sleep 0.5; do echo tick; done\r")
    while session.is_up() and time.monotonic() < begin + LIMIT + 10:
        terminal.watch(0.2)
    assert_cut_in_time(begin, session.wait_end(1), late=HARDLY_LATE + 0.3)
    assert terminal.shown.count("tick\r\n") > 30


def test_keepalives_of_the_client_are_not_activity(daemon, shell):
    """With payload on the wire the stamp's bucket is all there is: up to 8 seconds late, not more, and never early."""
    sshd = daemon("idle=20s")
    terminal = shell(sshd, options=["-o", "ServerAliveInterval=2", "-o", "ServerAliveCountMax=100"])
    session = sshd.session()
    terminal.run("true")
    end = session.wait_end(LIMIT + 15)
    assert_cut_in_time(terminal.last_key, end, late=STAMP_BUCKET + HARDLY_LATE)


def test_stamps_set_by_hand_are_not_activity(daemon, shell):
    sshd = daemon("idle=20s")
    terminal = shell(sshd)
    session = sshd.session()
    tty = terminal.run("tty").splitlines()[-1]
    begin = terminal.key(f"while sleep 1; do touch {tty}; touch -a -d '+1 hour' {tty}; done\r")
    end = session.wait_end(LIMIT + 15)
    assert_cut_in_time(begin, end, late=STAMP_BUCKET + HARDLY_LATE)


def test_command_without_a_terminal_is_judged_by_its_payload(daemon):
    sshd = daemon("idle=8s")
    begin = time.monotonic()
    silent = client.run(sshd, "alice", "sleep 60")
    took = time.monotonic() - begin
    assert silent.returncode == 255, silent
    assert 8 <= took <= 8 * 1.25 + 1.5, took
    busy = client.run(sshd, "alice", "for i in 1 2 3 4 5 6; do sleep 3; echo $i; done")
    assert busy.returncode == 0 and busy.stdout.split() == list("123456"), busy


def test_dry_run_disconnects_nobody(daemon, shell):
    sshd = daemon("idle=5s dry_run")
    terminal = shell(sshd)
    session = sshd.session()
    assert terminal.watch(9)
    assert session.is_up()
    assert sshd.log.wait("would disconnect alice")
    terminal.key("exit\r")
    terminal.wait_end(5)
    checks.closed_properly(session)

# SPDX-License-Identifier: BSD-3-Clause
"""`idletimeout metrics`: what watchdogs count outlives them. Alone, because all sessions of the sandbox are counted together."""

import os
import signal
import stat
import subprocess

import pytest
from harness import place

pytestmark = pytest.mark.alone

TOTALS = f"{place.RUN_DIR}/totals"


def metrics():
    """{name and labels as printed: number}."""
    done = subprocess.run([place.COMMAND, "metrics"], capture_output=True, text=True, timeout=10, check=True)
    assert done.stdout.endswith("\n# EOF\n"), done
    samples = (line.rsplit(" ", 1) for line in done.stdout.splitlines() if not line.startswith("#"))
    return {name: float(number) for name, number in samples}


def counted(before):
    """What grew since then."""
    return {name: number - before[name] for name, number in metrics().items() if "_total" in name and number > before[name]}


def test_living_sessions_are_counted(daemon, shell):
    sshd = daemon("idle=15m max=12h")
    shell(sshd)
    sshd.session()
    found = metrics()
    assert found[f'idletimeout_sessions{{service="{sshd.service}",state="running"}}'] == 1
    assert found['idletimeout_left_seconds_bucket{le="900.0"}'] >= 1
    assert found["idletimeout_sessions_unanswered"] == 0


def test_disconnect_is_counted_by_its_reason(daemon, shell):
    before = metrics()
    sshd = daemon("idle=4s warn=off")
    shell(sshd)
    sshd.session().wait_end(10)
    assert place.wait_for(lambda: counted(before), 3) == {'idletimeout_disconnects_total{reason="idle"}': 1}


def test_logout_is_not_counted(daemon, shell):
    before = metrics()
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.key("exit\r")
    session.wait_end(5)
    assert place.wait_for(lambda: not session.own_files(), 2)
    assert counted(before) == {}


def test_close_is_counted_as_the_administrators(daemon, shell):
    before = metrics()
    sshd = daemon("idle=15m")
    shell(sshd)
    session = sshd.session()
    subprocess.run([place.COMMAND, "close", session.id], timeout=10, check=True, capture_output=True)
    session.wait_end(10)
    assert place.wait_for(lambda: counted(before), 3) == {'idletimeout_disconnects_total{reason="admin"}': 1}


def test_rehearsal_is_counted_apart(daemon, shell):
    before = metrics()
    sshd = daemon("idle=4s warn=off dry_run")
    terminal = shell(sshd)
    assert terminal.watch(6)
    assert counted(before) == {'idletimeout_rehearsed_disconnects_total{reason="idle"}': 1}


def test_lost_watchdog_is_counted(daemon, shell):
    before = metrics()
    sshd = daemon("idle=15m")
    shell(sshd)
    session = sshd.session()
    os.kill(session.watchdog, signal.SIGKILL)
    session.wait_end(5)
    expected = {"idletimeout_watchdogs_lost_total": 1, 'idletimeout_disconnects_total{reason="watchdog-lost"}': 1}
    assert place.wait_for(lambda: counted(before) == expected, 3), counted(before)


def test_stamps_set_by_hand_are_counted_once(daemon, shell):
    before = metrics()
    sshd = daemon("idle=12s warn=off")
    terminal = shell(sshd)
    session = sshd.session()
    tty = terminal.run("tty").splitlines()[-1]
    terminal.key(f"while sleep 0.7; do touch -a -d yesterday {tty}; done\r")
    session.wait_end(40)
    expected = {"idletimeout_spoof_attempts_total": 1, 'idletimeout_disconnects_total{reason="idle"}': 1}
    assert place.wait_for(lambda: counted(before) == expected, 3), counted(before)


def test_totals_are_roots_alone(daemon, shell):
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    sshd.session()
    found = os.stat(TOTALS)
    assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (0, 0o600)
    assert "denied" in terminal.run(f"cat {TOTALS}")
    assert "denied" in terminal.run(f"rm -f {TOTALS}")
    shown = terminal.run(f"{place.COMMAND} metrics")
    assert "_total" not in shown and f'service="{sshd.service}"' in shown, shown


@pytest.fixture
def no_totals():
    """Something in the place of the file that nobody can count in."""
    if os.path.exists(TOTALS):
        os.unlink(TOTALS)
    os.makedirs(TOTALS)
    yield
    os.rmdir(TOTALS)


def test_without_totals_sessions_are_watched_all_the_same(no_totals, daemon, shell):
    sshd = daemon("idle=4s warn=off")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("true")
    begin = terminal.last_key
    assert 4 <= session.wait_end(10) - begin <= 5.4
    assert session.sshd.log.wait("disconnected alice")

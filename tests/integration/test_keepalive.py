# SPDX-License-Identifier: BSD-3-Clause
"""keepalive=: peers that vanish, peers that come back, peers that only look dead."""

import os
import signal
import time

import pytest
from harness import checks, client, proc

ARGUMENTS = "keepalive=2s keepalive_count=3"
FLOW = "while sleep 0.1; do echo tick; done\r"
EARLIEST, LATEST = 6.0, 7.5


@pytest.fixture
def far(daemon, shell, peer):
    """A shell whose client is behind a link that can be cut."""

    def start(arguments=ARGUMENTS, traffic="quiet"):
        sshd = daemon(arguments, address="0.0.0.0")
        terminal = shell(sshd, peer=peer)
        session = sshd.session()
        if traffic == "flowing":
            terminal.key(FLOW)
            terminal.wait_shown("tick\r\n.*tick\r\n.*tick")
        else:
            terminal.watch(3.3)
        return sshd, terminal, session

    return start


def last_sign_of_life(sshd):
    """When the kernel last got an ACK from the peer, CLOCK_MONOTONIC."""
    line = proc.tcp(f"state established sport = :{sshd.port}")[0]
    return time.monotonic() - proc.tcp_number(line, "lastack") / 1000


@pytest.mark.parametrize("traffic", ["quiet", "flowing"])
def test_vanished_peer_is_gone_between_6_and_7_5_seconds_after_its_last_sign(far, peer, traffic):
    sshd, _, session = far(traffic=traffic)
    alive = last_sign_of_life(sshd)
    peer.down()
    end = session.wait_end(15)
    assert EARLIEST <= end - alive <= LATEST, f"gone {end - alive:.3f} s after the last sign of life"
    checks.closed_properly(session)
    checks.logged(session, "alice", "keepalive")


@pytest.mark.parametrize("traffic", ["quiet", "flowing"])
@pytest.mark.parametrize("phase", [0.0, 1.0])
def test_peer_back_within_4_5_seconds_is_not_cut(far, peer, traffic, phase):
    sshd, terminal, session = far(traffic=traffic)
    time.sleep(phase)
    alive = last_sign_of_life(sshd)
    peer.down()
    time.sleep(max(0, alive + 4.4 - time.monotonic()))
    peer.up()
    assert terminal.watch(10), terminal.shown[-300:]
    assert session.is_up(), sshd.log.tail()
    if traffic == "quiet":
        assert terminal.run("echo still-$((40+2))") == "still-42"


def test_peer_that_answers_is_never_cut(far):
    _, terminal, session = far()
    assert terminal.watch(20)
    assert session.is_up()


def test_stopped_client_whose_kernel_acknowledges_is_not_cut(far):
    """Output flows until the window is zero; the peer's kernel answers each probe of it."""
    sshd, terminal, session = far()
    terminal.key("yes\r")
    terminal.wait_shown("y\r\ny\r\ny")
    os.kill(terminal.child.pid, signal.SIGSTOP)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        assert session.is_up(), f"{20 - (end - time.monotonic()):.1f} s after the stop: {sshd.log.tail()}"
        time.sleep(0.2)
    os.kill(terminal.child.pid, signal.SIGCONT)
    assert terminal.watch(1)
    terminal.key("\x03")
    assert session.is_up()


def test_stopped_client_that_vanishes_is_cut(far, peer):
    """A zero window is no excuse for a peer that answers no probe any more."""
    sshd, terminal, session = far()
    terminal.key("yes\r")
    terminal.wait_shown("y\r\ny\r\ny")
    os.kill(terminal.child.pid, signal.SIGSTOP)
    time.sleep(3)
    alive = last_sign_of_life(sshd)
    peer.down()
    end = session.wait_end(25)
    assert EARLIEST <= end - alive <= LATEST + 2, f"gone {end - alive:.3f} s after the last sign of life"
    checks.closed_properly(session)


def test_dead_peer_of_a_command_without_a_terminal(daemon, peer, keep):
    sshd = daemon(ARGUMENTS, address="0.0.0.0")
    terminal = keep(client.Terminal(client.command(sshd, "alice", "sleep 100", peer=peer)))
    session = sshd.session()
    terminal.watch(2.5)
    alive = last_sign_of_life(sshd)
    peer.down()
    end = session.wait_end(15)
    assert EARLIEST <= end - alive <= LATEST, f"gone {end - alive:.3f} s after the last sign of life"
    survivors = [pid for pid in proc.of_audit_session(session.ses) if proc.command_line(pid) == "sleep 100"]
    checks.closed_properly(session, survivors=survivors)
    for pid in survivors:
        os.kill(pid, signal.SIGKILL)


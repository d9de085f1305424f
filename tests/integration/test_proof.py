# SPDX-License-Identifier: BSD-3-Clause
"""keepalive_proof=: peers of which only the kernel lives, and peers that live and say little."""

import contextlib
import os
import select
import signal
import socket
import threading
import time

import pytest
from harness import checks, client, place, proc

KEEPALIVE = "keepalive=2s keepalive_count=3"
BY_DATA = f"{KEEPALIVE} keepalive_proof=data"
BY_TCP = f"{KEEPALIVE} keepalive_proof=tcp"

# Seconds after the last sign of life, with the margin of test_keepalive.py.
LIMIT = 6.0
HARDLY_LATE = 1.5

# Who makes the client speak: itself, or the daemon. Neither gives up by itself.
QUESTIONS = {
    "client": {"options": ["-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1000"]},
    "daemon": {"extra": "ClientAliveInterval 2\nClientAliveCountMax 1000"},
    "nobody": {},
}
asking = pytest.mark.parametrize("asks", ["client", "daemon"])


@pytest.fixture
def start(daemon, keep):
    """start(BY_DATA, "client") is a shell under these arguments whose client speaks for this reason."""

    def begin(arguments, asks, peer=None, port=None):
        sshd = daemon(arguments, extra=QUESTIONS[asks].get("extra", ""), address="0.0.0.0" if peer else "127.0.0.1")
        options = [*QUESTIONS[asks].get("options", ()), *(["-o", f"Port={port(sshd)}"] if port else [])]
        terminal = keep(client.shell(sshd, options=options, peer=peer)).ready()
        return sshd, terminal, sshd.session()

    return begin


def age(sshd, key):
    """Seconds since the kernel last saw `key` happen on the connection."""
    (line,) = proc.tcp(f"state established sport = :{sshd.port}")
    return (proc.tcp_number(line, key) or 0) / 1000


def last_data(sshd):
    """When data last came from the peer, CLOCK_MONOTONIC."""
    return time.monotonic() - age(sshd, "lastrcv")


def assert_dead(session, alive, late=HARDLY_LATE):
    end = session.wait_end(20)
    assert LIMIT <= end - alive <= LIMIT + late, f"gone {end - alive:.3f} s after the last sign of life"
    checks.closed_properly(session)
    checks.logged(session, "alice", "keepalive")
    if place.AUDIT_LOG:
        checks.one_record(session, "alice", "keepalive", address=session.record["address"])


def assert_answered_for(session):
    (line,) = session.sshd.log.lines("idle-watchdog", "disconnected alice")
    assert line[1].endswith("still answers"), line


@asking
def test_frozen_client_is_dead_by_its_data(start, asks):
    """Its kernel acknowledges whatever comes, but the program neither asks nor answers any more."""
    sshd, terminal, session = start(BY_DATA, asks)
    terminal.watch(3)
    terminal.signal(signal.SIGSTOP)
    time.sleep(0.1)
    assert_dead(session, last_data(sshd))
    assert_answered_for(session)


@asking
def test_frozen_client_lives_on_by_tcp(start, asks):
    sshd, terminal, session = start(BY_TCP, asks)
    terminal.signal(signal.SIGSTOP)
    time.sleep(LIMIT + 3)
    assert session.is_up(), sshd.log.tail()
    terminal.signal(signal.SIGCONT)
    assert terminal.run("echo still-$((40+2))") == "still-42"


@pytest.mark.parametrize("asks, traffic", [("client", "quiet"), ("daemon", "quiet"), ("client", "flowing")])
def test_client_thawed_within_the_limit_lives(start, asks, traffic):
    sshd, terminal, session = start(BY_DATA, asks)
    if traffic == "flowing":
        terminal.key("yes\r")
    terminal.watch(1)
    terminal.signal(signal.SIGSTOP)
    # The last answer may be three seconds old by now: sshd counts in whole seconds.
    time.sleep(LIMIT - 3)
    terminal.signal(signal.SIGCONT)
    terminal.watch(LIMIT + 1)
    assert session.is_up(), sshd.log.tail()


def test_output_to_a_frozen_client_does_not_keep_it(start):
    """The kernel takes output until its buffers are full; what is sent after that is not taken."""
    sshd, terminal, session = start(BY_DATA, "client")
    terminal.key("yes\r")
    terminal.wait_shown("y\r\ny\r\ny")
    terminal.signal(signal.SIGSTOP)
    time.sleep(0.1)
    # Filling takes a moment, and what is taken is told to half the limit.
    assert_dead(session, last_data(sshd), late=HARDLY_LATE + LIMIT / 2)
    assert_answered_for(session)


# -- Peers that live ---------------------------------------------------------------------------------------------------


def healthy(sshd, options, keep):
    """What a person may leave alone: a shell, forwards, sftp, and output that goes by."""
    words = ["sftp", *options, *client.ssh_options(sshd), f"alice@{sshd.address}"]
    quiet = keep(client.shell(sshd, options=options)).ready()
    slow = keep(client.shell(sshd, options=options)).ready()
    slow.key("while sleep 0.3; do echo tick; done\r")
    fast = keep(client.shell(sshd, options=options)).ready()
    fast.key("while echo $RANDOM$RANDOM$RANDOM; do :; done\r")
    forward = keep(client.Terminal(client.command(sshd, "alice", options=[*options, "-N"])))
    sftp = keep(client.Terminal(words))
    sftp.wait_shown("sftp> ")
    return {"shell": quiet, "slow output": slow, "fast output": fast, "-N": forward, "sftp": sftp}


@asking
def test_healthy_clients_live_by_their_data(daemon, keep, asks):
    """
    Also where output flows: the daemon (before 9.5) or the client (from 9.5) does not ask then, and nothing comes from the
    client for as long as nobody types.
    """
    sshd = daemon(BY_DATA, extra=QUESTIONS[asks].get("extra", ""))
    terminals = healthy(sshd, QUESTIONS[asks].get("options", []), keep)
    end = time.monotonic() + 3 * LIMIT + 1
    while time.monotonic() < end:
        for name, terminal in terminals.items():
            assert terminal.watch(0.05), f"{name} is gone: {sshd.log.tail()}"
    assert len(sshd.leaders()) == len(terminals)


def test_quiet_client_that_nobody_makes_speak_is_cut_and_the_log_says_why(start):
    """It cannot be told from a frozen one: the manual demands that one side asks."""
    sshd, terminal, session = start(BY_DATA, "nobody")
    terminal.run("true")
    alive = last_data(sshd)
    terminal.wait_end(LIMIT + HARDLY_LATE)
    assert any("stopped answering" in line for line in terminal.reasons()), terminal.shown
    assert_dead(session, alive)
    assert_answered_for(session)


def test_typing_and_output_prove_life_where_nobody_asks(start):
    sshd, terminal, session = start(BY_DATA, "nobody")
    for _ in range(2):
        terminal.key()
        assert terminal.watch(LIMIT - 1), terminal.shown
    terminal.key("\x15while sleep 0.3; do echo tick; done\r")
    assert terminal.watch(LIMIT + 2), sshd.log.tail()
    terminal.key("\x03")
    terminal.watch(0.5)
    assert_dead(session, last_data(sshd))


# -- Peers that are gone -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("traffic", ["quiet", "flowing"])
def test_vanished_peer_is_dead_by_its_data(start, peer, traffic):
    """Where output flowed, the last sign is its last acknowledgement: retransmissions are no output that is taken."""
    sshd, terminal, session = start(BY_DATA, "client" if traffic == "quiet" else "nobody", peer=peer)
    if traffic == "flowing":
        terminal.key("while sleep 0.1; do echo tick; done\r")
        terminal.watch(LIMIT + 2.2)
        assert age(sshd, "lastrcv") > LIMIT, "the client spoke though output flowed"
    else:
        terminal.watch(3)
    alive = time.monotonic() - age(sshd, "lastrcv" if traffic == "quiet" else "lastack")
    peer.down()
    assert_dead(session, alive)


class Relay:
    """A proxy that ends TCP on both sides. When its client is gone it goes on taking what the daemon sends, as some do."""

    def __init__(self, target):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.target = target
        self.is_open = True
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        near, _ = self.listener.accept()
        with near, socket.create_connection(("127.0.0.1", self.target)) as far:
            towards = {near: far, far: near}
            while self.is_open:
                for source in select.select(list(towards), [], [], 0.1)[0]:
                    if not self.pass_on(source, towards[source]):
                        del towards[source]

    def pass_on(self, source, sink):
        """False at the end of the source. What the sink does not take any more is dropped."""
        with contextlib.suppress(ConnectionError):
            data = source.recv(65536)
            with contextlib.suppress(OSError):
                sink.sendall(data)
            return bool(data)
        return False

    def close(self):
        self.is_open = False
        self.thread.join()
        self.listener.close()


@asking
@pytest.mark.parametrize("proof", ["data", "tcp"])
def test_proxy_that_answers_for_a_client_that_is_gone(start, keep, asks, proof):
    sshd, terminal, session = start(
        f"{KEEPALIVE} keepalive_proof={proof}", asks, port=lambda sshd: keep(Relay(sshd.port)).port
    )
    terminal.watch(2)
    terminal.signal(signal.SIGKILL)
    time.sleep(0.1)
    alive = last_data(sshd)
    if proof == "data":
        assert_dead(session, alive)
        assert_answered_for(session)
    else:
        time.sleep(LIMIT + 3)
        assert session.is_up(), sshd.log.tail()

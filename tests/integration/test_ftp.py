# SPDX-License-Identifier: BSD-3-Clause
"""
vsftpd: a session is its control connection. Commands keep it, and so does whatever moves over its data connections, which
have no terminal, and are served by the same program.
"""

import itertools
import os
import time

import pytest
from harness import checks, ftp, place, proc

HARDLY_LATE = 1.0
LIMIT = 5.0
FILE = f"{place.ROOT}/home/alice/file"

numbers = itertools.count(1)


@pytest.fixture
def vsftpd():
    """vsftpd("idle=20s") is a running daemon whose PAM stack has our line with these arguments."""
    tool = place.missing_tool("vsftpd")
    if tool:
        pytest.skip(f"{tool} is not installed")
    started = []

    def start(arguments, **more):
        worker, number = os.environ.get("PYTEST_XDIST_WORKER", "gw0"), next(numbers)
        # An address for each: what moves between the same two addresses may be the session's.
        more.setdefault("address", f"127.0.{77 + int(worker[2:])}.{number % 250 + 1}")
        daemon = ftp.Vsftpd(f"ftp-{worker}-{number:03}", arguments, **more)
        started.append(daemon)
        return daemon

    yield start
    for daemon in started:
        daemon.stop()


@pytest.fixture
def login(keep):
    """login(daemon) is a client, the session that it has, and when that began."""
    def start(daemon, **more):
        client = keep(ftp.Client(daemon, **more))
        return client, daemon.session(), time.monotonic()

    return start


def assert_cut(session, begin, limit=LIMIT, late=HARDLY_LATE):
    end = session.wait_end(limit + 10)
    assert limit <= end - begin <= limit + late, f"cut {end - begin:.3f} s after the last activity"


def test_idle_control_connection_is_cut_and_accounted_for(vsftpd, login):
    daemon = vsftpd(f"idle={LIMIT:.0f}s")
    client, session, _ = login(daemon)
    assert proc.stat(session.leader)[0] == "vsftpd"
    assert ftp.relays(session), "the user's side is a process of its own"
    begin = time.monotonic()
    client.say("PWD")
    assert_cut(session, begin)
    assert client.is_cut(1)
    checks.closed_properly(session, mark="vsftpd: ")
    checks.logged(session, "alice", "idle")
    if place.AUDIT_LOG:
        checks.one_record(session, "alice", "idle")
        place.wait_for(lambda: checks.audit.search("USER_END", session.ses), 5, "USER_END")


@pytest.mark.parametrize("words", ["PWD", "NOOP"])
def test_commands_of_one_size_keep_the_session(vsftpd, login, words):
    """Evenly spaced and all alike, as keepalives of ssh are. What nobody can tell from a person is one: max= bounds it."""
    daemon = vsftpd(f"idle={LIMIT:.0f}s")
    client, session, _ = login(daemon)
    end = time.monotonic() + 3 * LIMIT
    while time.monotonic() < end:
        time.sleep(LIMIT - 1.5)
        begin = time.monotonic()
        client.say(words)
        assert session.is_up(), daemon.log.tail()
    assert_cut(session, begin)


@pytest.mark.parametrize("passive", [True, False], ids=["pasv", "port"])
@pytest.mark.parametrize("command", ["RETR", "STOR"])
def test_transfer_keeps_the_session_however_slow_until_it_stalls(vsftpd, login, keep, command, passive):
    daemon = vsftpd(f"idle={LIMIT:.0f}s", extra="trans_chunk_size=4096\nlocal_max_rate=3000")
    client, session, _ = login(daemon, passive=passive)
    name = f"{FILE}-{daemon.service}"
    if command == "RETR":
        ftp.make_file(name, 1 << 24)
    transfer = keep(ftp.Transfer(client, f"{command} {name}", size=2000))
    end = time.monotonic() + 3 * LIMIT
    while time.monotonic() < end:
        time.sleep(0.5)
        assert session.is_up(), (transfer.moved, daemon.log.tail())
    assert transfer.moved > 0
    transfer.halt()
    begin = time.monotonic()
    # What is on its way goes on until the buffers are full.
    room = 0 if command == "STOR" else 4 * LIMIT
    gone = session.wait_end(LIMIT + room + 5)
    assert LIMIT - transfer.pause <= gone - begin <= LIMIT + room + HARDLY_LATE, f"cut {gone - begin:.3f} s after the stall"
    checks.closed_properly(session, mark="vsftpd: ")
    checks.logged(session, "alice", "idle")


def test_session_is_cut_by_max_in_the_middle_of_a_transfer(vsftpd, login, keep):
    daemon = vsftpd(f"max={LIMIT:.0f}s warn=2s")
    client, session, _ = login(daemon)
    begin = int(session.record["login_boot"]) / 1e9 - place.boottime() + time.monotonic()
    transfer = keep(ftp.Transfer(client, f"STOR {FILE}-{daemon.service}"))
    assert_cut(session, begin)
    assert transfer.moved > 0
    checks.closed_properly(session, mark="vsftpd: ")
    checks.logged(session, "alice", "max")


def test_vanished_client_is_gone_after_its_keepalives(vsftpd, login, peer):
    daemon = vsftpd("keepalive=2s keepalive_count=3", address="0.0.0.0")
    _, session, _ = login(daemon, namespace=peer.namespace, address=peer.server)
    time.sleep(3)
    line = proc.tcp(f"state established sport = :{daemon.port}")[0]
    alive = time.monotonic() - proc.tcp_number(line, "lastack") / 1000
    peer.down()
    end = session.wait_end(15)
    assert 6.0 <= end - alive <= 7.5, f"gone {end - alive:.3f} s after the last sign of life"
    checks.closed_properly(session, mark="vsftpd: ")


def test_logout_leaves_nothing(vsftpd, login):
    daemon = vsftpd("idle=15m max=12h")
    client, session, _ = login(daemon)
    client.say("QUIT")
    session.wait_end(3)
    checks.closed_properly(session, mark="vsftpd: ")
    assert not daemon.log.lines("idle-watchdog"), daemon.log.tail()


def test_killed_watchdog_takes_the_session_along(vsftpd, login):
    daemon = vsftpd("idle=15m")
    client, session, _ = login(daemon)
    begin = time.monotonic()
    os.kill(session.watchdog, 9)
    assert session.wait_end(3) - begin <= 1.0
    assert client.is_cut(1)
    session.wait_nothing_left()


def test_service_in_a_pid_namespace_of_its_own_is_refused(vsftpd):
    """As with isolate=YES, which Debian's vsftpd does without: numbers of processes mean others there."""
    daemon = vsftpd(f"idle={LIMIT:.0f}s", before=["unshare", "--pid", "--fork"])
    with pytest.raises((ftp.ftplib.Error, EOFError, OSError)):
        ftp.Client(daemon).say("PWD")
    daemon.log.wait("not armed: alice", "pid namespace", "isolate=NO")
    assert not daemon.log.lines(": armed: ")

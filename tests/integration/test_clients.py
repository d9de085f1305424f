# SPDX-License-Identifier: BSD-3-Clause
"""
Sessions of real clients, one row for each client and situation. A client that only keeps its connection alive is cut,
one that moves something small now and then is kept; what the server has of it is the judge.
"""

import contextlib
import dataclasses
import os
import signal
import time

import pytest
from harness import checks, clients, foreign, place, proc, transfers

LIMIT = 8.0
PERIOD = LIMIT / 4
KEPT = 2.5 * LIMIT
HARDLY_LATE = 1.0
# Where keepalives hide that nobody is there: without a terminal, and with one, whose stamps are of eight seconds.
LATE_WITHOUT_TERMINAL = LIMIT / 4 + HARDLY_LATE
LATE_WITH_TERMINAL = 8.0 + HARDLY_LATE

GCM = ("-o", "Ciphers=aes128-gcm@openssh.com")
ETM = ("-o", "Ciphers=aes256-ctr", "-o", "MACs=umac-64-etm@openssh.com")
SHA512 = ("-o", "Ciphers=aes256-ctr", "-o", "MACs=hmac-sha2-512")


@dataclasses.dataclass(frozen=True)
class Row:
    """`keepalive` is the client's interval, `client_alive` the server's, in seconds; `talks`: a request comes first."""

    kind: type
    keepalive: int = 1
    client_alive: int = 0
    options: tuple = ()
    user: str = "alice"
    talks: bool = False
    stalls: bool = False
    arguments: str = ""


def rows(table):
    return [pytest.param(row, id=name) for name, row in table.items()]


@pytest.fixture
def login(daemon, keep, tmp_path):
    """
    login(row) is the client of a row, connected, and its session. They have a network of their own: what the same
    user's sockets do in other tests is not to be taken for a forwarded port's.
    """

    def start(row):
        why = clients.missing(row.kind)
        if why:
            pytest.skip(why)
        alive = f"ClientAliveInterval {row.client_alive}\nClientAliveCountMax 1000" if row.client_alive else ""
        sshd = daemon(f"idle={LIMIT:.0f}s {row.arguments}", extra=alive, apart=True)
        running = keep(row.kind(clients.Login(sshd, tmp_path, row.user, row.keepalive, row.options)))
        return running, sshd.session()

    return start


@pytest.fixture
def own(keep):
    """own(session) are the processes that the user started in a session; they are ended with the test."""

    class Processes(list):
        def close(self):
            for pid in self:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def find(session):
        ours = (session.service[:15], "idle-watchdog")
        pids = proc.of_audit_session(session.ses)
        return keep(Processes(pid for pid in pids if (proc.stat(pid) or ours)[0] not in ours))

    return find


def nobody(session):
    """Who may be left of a shell."""
    return ()


def assert_cut(session, running, active, quiet, late, survivors=nobody):
    """
    Cut as promised: not before the limit is over after `active`, which is when something may have moved last, and in
    time after `quiet`, since when surely nothing has. `survivors` says whom the cut leaves alone. They are returned.
    """
    while session.is_up() and time.monotonic() < quiet + LIMIT + late + 3:
        running.wait(0.1)
    end = session.wait_end(1)
    assert active + LIMIT <= end, f"cut {end - active:.2f} s after the last request"
    assert end <= quiet + LIMIT + late + 0.2, f"cut {end - quiet:.2f} s after the last request"
    checks.logged(session, running.login.user, "idle")
    left = survivors(session)
    checks.closed_properly(session, left)
    return left


def assert_kept(session, running):
    """One request each quarter of the limit."""
    end = time.monotonic() + KEPT
    while time.monotonic() < end:
        begin = time.monotonic()
        answered = running.request()
        assert session.is_up(), session.sshd.log.tail(3)
        assert answered, "no answer"
        running.wait(max(0, begin + PERIOD - time.monotonic()))
    assert session.is_up(), session.sshd.log.tail(3)
    assert not session.sshd.log.lines("idle-watchdog", "disconnected")


# -- Without a terminal --------------------------------------------------------

IDLE = {
    "ssh -N": Row(clients.NoCommand),
    "ssh -N, no keepalives": Row(clients.NoCommand, keepalive=0),
    "ssh -N, the server's keepalives": Row(clients.NoCommand, keepalive=0, client_alive=1),
    "ssh -N, keepalives both ways": Row(clients.NoCommand, keepalive=2, client_alive=1),
    "ssh -N, aes-gcm": Row(clients.NoCommand, options=GCM),
    "ssh -N, aes-ctr umac-64-etm": Row(clients.NoCommand, options=ETM),
    "ssh -N, aes-ctr sha2-512": Row(clients.NoCommand, options=SHA512),
    "ssh -N -C": Row(clients.NoCommand, options=("-C",)),
    "ssh -N, keepalives of 3 s": Row(clients.NoCommand, keepalive=3),
    "ssh -N of root": Row(clients.NoCommand, user="root"),
    "ssh -L": Row(clients.Forward, talks=True),
    "ssh -R": Row(clients.RemoteForward, talks=True),
    "ssh -D": Row(clients.Socks, talks=True),
    "sleep 999": Row(clients.Sleeper),
    "sleep 999, the server's keepalives": Row(clients.Sleeper, keepalive=0, client_alive=1),
    "sleep 999 of root": Row(clients.Sleeper, user="root"),
    "cat": Row(clients.Cat, talks=True),
    "sftp": Row(transfers.Sftp, talks=True),
    "sftp, external server": Row(transfers.SftpExternal, talks=True),
    "scp that stalls": Row(transfers.Scp, talks=True, stalls=True),
    "rsync that stalls": Row(transfers.Rsync, talks=True, stalls=True),
    "git push that waits": Row(transfers.Git),
    "sshfs": Row(transfers.Sshfs, talks=True),
    "autossh": Row(foreign.Autossh),
    "plink -N": Row(foreign.PlinkNoCommand),
    "plink -N, chacha20": Row(foreign.PlinkChacha),
    "plink sleep 999": Row(foreign.Plink),
    "psftp": Row(foreign.Psftp, talks=True),
    "dbclient -N": Row(foreign.DbclientNoCommand),
    "dbclient sleep 999": Row(foreign.Dbclient),
    "paramiko": Row(foreign.Paramiko),
    "paramiko sftp": Row(foreign.ParamikoSftp, talks=True),
}


@pytest.mark.parametrize("row", rows(IDLE))
def test_client_that_only_keeps_alive_is_cut(login, own, row):
    begin = time.monotonic()
    running, session = login(row)
    if row.talks:
        begin = time.monotonic()
        assert running.request(), "no answer"
    if row.stalls:
        running.stall()
        # What is on its way still arrives.
        running.wait(1)
    assert_cut(session, running, begin, time.monotonic(), LATE_WITHOUT_TERMINAL, own)


ACTIVE = {
    "cat, 1 byte": Row(clients.CatOneByte),
    "cat, 5 bytes": Row(clients.Cat),
    "cat, 5 bytes, the server's keepalives": Row(clients.Cat, keepalive=0, client_alive=1),
    "cat >file": Row(clients.Push),
    "output": Row(clients.Output),
    "work without a word": Row(clients.Silent),
    "work without a word, no keepalives": Row(clients.Silent, keepalive=0),
    "work without a word, of root": Row(clients.Silent, user="root"),
    "sftp": Row(transfers.Sftp),
    "sftp of root": Row(transfers.Sftp, user="root"),
    "sftp, external server": Row(transfers.SftpExternal),
    "ssh -L, 1 byte": Row(clients.ForwardOneByte),
    "ssh -L, 5 bytes": Row(clients.Forward),
    "ssh -L, 5 bytes, the server's keepalives": Row(clients.Forward, keepalive=0, client_alive=1),
    "ssh -L, 5 bytes, aes-gcm": Row(clients.Forward, options=GCM),
    "ssh -L, 5 bytes, aes-ctr sha2-512": Row(clients.Forward, options=SHA512),
    "ssh -L, 5 bytes, 1 byte back, aes-gcm": Row(clients.ForwardShort, options=GCM),
    "ssh -L, one way": Row(clients.ForwardPush),
    "ssh -L, one way, aes-gcm": Row(clients.ForwardPush, options=GCM),
    "ssh -L, many connections": Row(clients.ForwardMany),
    "ssh -R": Row(clients.RemoteForward),
    "ssh -D": Row(clients.Socks),
    "ssh -L -C": Row(clients.Forward, options=("-C",)),
    "sshfs": Row(transfers.Sshfs),
    "scp": Row(transfers.Scp),
    "rsync": Row(transfers.Rsync),
    "git push, hook": Row(transfers.GitHook),
    "plink cat": Row(foreign.PlinkCat),
    "plink -L": Row(foreign.PlinkForward),
    "psftp": Row(foreign.Psftp),
    "dbclient -L": Row(foreign.DbclientForward),
    "dbclient -L, one way": Row(foreign.DbclientForwardPush),
    "paramiko sftp": Row(foreign.ParamikoSftp),
}


@pytest.mark.parametrize("row", rows(ACTIVE))
def test_client_that_moves_little_is_kept(login, own, row):
    running, session = login(row)
    own(session)
    assert_kept(session, running)


# -- With a terminal -----------------------------------------------------------

SHELL_IDLE = {
    "ssh": Row(clients.Shell),
    "ssh, the server's keepalives": Row(clients.Shell, keepalive=0, client_alive=1),
    "plink": Row(foreign.PlinkShell),
    "prints each second": Row(clients.ShellPrinting, keepalive=0),
    "prints each second, keepalives": Row(clients.ShellPrinting),
    "prints without end": Row(clients.ShellFlooding, keepalive=0),
    "shared with an idle sftp": Row(transfers.SharedSftp),
    "with an idle forward": Row(clients.SharedForward),
}


@pytest.mark.parametrize("row", rows(SHELL_IDLE))
def test_shell_at_which_nobody_types_is_cut(login, row):
    begin = time.monotonic()
    running, session = login(row)
    assert_cut(session, running, begin, time.monotonic(), LATE_WITH_TERMINAL)


SHARED = {
    "sftp": Row(transfers.SharedSftp),
    "command": Row(clients.SharedCat),
    "forward": Row(clients.SharedForward),
    "forward, no keepalives": Row(clients.SharedForward, keepalive=0),
}


@pytest.mark.parametrize("row", rows(SHARED))
def test_idle_shell_whose_connection_moves_something_else_is_kept(login, row):
    running, session = login(row)
    assert_kept(session, running)


@pytest.mark.parametrize("row", rows(SHARED))
def test_only_typing_counts_under_input(login, row):
    """activity=input: the same sessions, and nobody types."""
    begin = time.monotonic()
    running, session = login(dataclasses.replace(row, arguments="activity=input"))
    quiet = time.monotonic()
    asked = 0
    while session.is_up() and time.monotonic() < quiet + LIMIT + LATE_WITH_TERMINAL:
        asked += bool(running.request())
        running.wait(PERIOD / 2)
    assert asked >= 3
    assert_cut(session, running, begin, quiet, LATE_WITH_TERMINAL)


MULTIPLEXERS = {"tmux": "tmux new-session", "screen": "screen"}


@pytest.fixture(params=MULTIPLEXERS)
def multiplexed(request, login):
    """A login shell in a terminal multiplexer, where something prints each second, and its session."""
    name = request.param
    if place.missing_tool(name):
        pytest.skip(f"{name} is not installed")
    running, session = login(Row(clients.Shell))
    sockets = f"$HOME/{session.service}"
    prints = "bash -c 'while echo y; do read -t 1; done'"
    running.terminal.run(f"mkdir -m 700 {sockets}; export TMUX_TMPDIR={sockets} SCREENDIR={sockets}")
    running.terminal.key(f"{MULTIPLEXERS[name]} {prints}\r")
    running.terminal.wait_shown("y[\r\x08]*\n")
    return running, session


def test_left_alone_in_a_multiplexer_is_cut_and_its_work_stays(multiplexed, own):
    running, session = multiplexed
    key = running.terminal.last_key
    left = assert_cut(session, running, key, time.monotonic(), LATE_WITH_TERMINAL, own)
    assert any(proc.alive(pid) for pid in left), "the multiplexer went with the session"


def test_typing_in_a_multiplexer_is_activity(multiplexed, own):
    running, session = multiplexed
    own(session)
    assert_kept(session, running)


def test_mosh_outlives_the_login_that_started_it(daemon, keep, own, tmp_path):
    """Its login ends by itself; what mosh does then is not in a session of ours."""
    if place.missing_tool("mosh", "mosh-server"):
        pytest.skip("mosh is not installed")
    sshd = daemon(f"idle={LIMIT:.0f}s", apart=True)
    terminal = keep(foreign.mosh(clients.Login(sshd, tmp_path)))
    session = sshd.session()
    terminal.ready()
    left = own(session)
    session.wait_end(3)
    checks.closed_properly(session, left)
    assert terminal.watch(LIMIT * 1.25)
    assert terminal.run("echo $((6 * 7))").endswith("42"), terminal.shown
    assert not sshd.log.lines("idle-watchdog", "disconnected")

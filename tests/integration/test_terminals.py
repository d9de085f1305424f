# SPDX-License-Identifier: BSD-3-Clause
"""Many terminals in one session, terminals inside terminals, and terminals of others."""

import os
import shutil
import subprocess
import time

import pytest
from harness import become, checks, client, place, proc

LIMIT = 6.0
HARDLY_LATE = 1.0
STAMP_BUCKET = 8.0
PAUSE = 4.0

# With these on the wire the terminals alone decide: without, nobody else's can matter, because nothing comes from the client.
KEEPALIVES = ["-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1000"]

# What can stand between a login shell and who types: how it is started, the tools it needs.
INSIDE = {
    "su": ("su - bob", ["su"]),
    "sudo": ("sudo -i", ["sudo"]),
    "tmux": ("tmux -S ~/{name}.tmux -f /dev/null new-session", ["tmux"]),
    "screen": ("mkdir -m 700 -p ~/{name}; SCREENDIR=~/{name} screen -S {name}", ["screen"]),
    "script": ("script -q /dev/null", ["script"]),
}
MULTIPLEXERS = {
    "tmux": ("tmux -S /tmp/{name}.tmux -f /dev/null new-session -d", "tmux -S /tmp/{name}.tmux attach", "\x02d"),
    "screen": (
        # It returns before it can be attached to.
        "mkdir -m 700 -p ~/{name}; SCREENDIR=~/{name} screen -dmS {name}; until [ -S ~/{name}/*.{name} ]; do sleep 0.1; done",
        "SCREENDIR=~/{name} screen -r {name}",
        "\x01d",
    ),
}


def need(*tools):
    tool = place.missing_tool(*tools)
    if tool:
        pytest.skip(f"{tool} is not installed")


@pytest.fixture
def leave_nothing():
    """Ends what outlives its session, as a multiplexer does."""
    sessions = []
    yield sessions.append
    for session in sessions:
        for pid in proc.of_audit_session(session.ses):
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                pass


def type_on(terminals, session, seconds):
    """Types on each in turn, so that each alone is idle for longer than the pause; then the last key is the last."""
    end = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < end:
        terminal = terminals[turn % len(terminals)]
        terminal.key()
        assert terminal.watch(PAUSE), (terminal.shown[-300:], session.sshd.log.tail())
        turn += 1
    assert session.is_up(), session.sshd.log.tail()
    return terminals[(turn - 1) % len(terminals)].key()


def assert_cut(session, begin, limit=LIMIT, late=HARDLY_LATE):
    end = session.wait_end(limit + 12)
    assert limit <= end - begin <= limit + late, f"cut {end - begin:.3f} s after the last key"


def type_elsewhere(session, begin, key):
    """Somebody types on what is not the session's, which must be cut meanwhile."""
    while session.is_up() and time.monotonic() < begin + LIMIT + STAMP_BUCKET + 4:
        key()
        time.sleep(0.2)
    assert_cut(session, begin, late=STAMP_BUCKET + HARDLY_LATE)


@pytest.fixture
def multiplexed(daemon, shell, keep):
    """multiplexed(count) is a session with so many shells on one connection."""

    def start(count, options=()):
        sshd = daemon(f"idle={LIMIT:.0f}s")
        control = f"{place.ROOT}/{sshd.service}.control"
        terminals = [shell(sshd, options=[*options, "-M", "-S", control])]
        session = sshd.session()

        def another():
            return keep(client.shell(sshd, options=["-S", control])).ready()

        terminals += [another() for _ in range(count - 1)]
        assert len(sshd.leaders()) == 1
        return session, terminals, another

    return start


def test_typing_in_any_shell_of_a_connection_keeps_it(multiplexed):
    session, terminals, _ = multiplexed(3)
    begin = type_on(terminals, session, 3 * PAUSE)
    assert_cut(session, begin)
    assert all(one.watch(0.5) is False and one.reasons() for one in terminals)
    checks.closed_properly(session)


def test_shells_that_come_and_go_keep_their_connection(multiplexed):
    """Whoever opens a terminal is there, and so is whoever leaves one; the one left alone all the time is not the measure."""
    session, _, another = multiplexed(1)
    for _ in range(3):
        guest = another()
        assert guest.watch(PAUSE), session.sshd.log.tail()
        begin = guest.key("exit\r")
        guest.wait_end(2)
        time.sleep(0.5)
    assert_cut(session, begin)


def test_typing_on_a_terminal_that_has_been_closed_since_counts(multiplexed):
    """Its stamp went with it: what it may have said last counts."""
    session, (_, second), _ = multiplexed(2)
    time.sleep(LIMIT - 1)
    second.key()
    second.watch(LIMIT - 1.5)
    begin = second.key("\x15exit\r")
    second.wait_end(2)
    assert_cut(session, begin)


class Piped:
    """A shell on a terminal of the server's whose client has none: no number is taken but the one."""

    def __init__(self, sshd, user):
        words = client.command(sshd, user, options=["-tt"])
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )

    def tty(self):
        self.key("tty\r")
        for line in self.process.stdout:
            if line.startswith(b"/dev/pts/"):
                return line.decode().strip()
        return None

    def key(self, keys="x"):
        self.process.stdin.write(keys.encode())

    def close(self):
        self.process.kill()
        self.process.communicate()


def test_terminal_number_of_another_session_does_not_count(multiplexed, daemon, keep):
    """A number that was mine is somebody else's: his typing is not mine."""
    session, _, another = multiplexed(1, KEEPALIVES)
    calm = daemon("idle=15m")
    # Tests beside this one take numbers as well.
    for _ in range(10):
        mine = another()
        number = mine.run("tty")
        begin = mine.key("exit\r")
        mine.wait_end(2)
        his = keep(Piped(calm, "bob"))
        if his.tty() == number:
            break
    else:
        pytest.fail(f"{number} is not given again")
    type_elsewhere(session, begin, his.key)


@pytest.fixture
def ways(su_service):
    """Lets alice become others without a password. They have one name each: one test at a time."""
    su_service("", stack=become.PERMIT)
    become.allow_sudo()


@pytest.mark.parametrize("what", INSIDE)
def test_typing_inside_keeps_the_session_outside(daemon, shell, leave_nothing, request, what):
    line, tools = INSIDE[what]
    need(*tools)
    if what in ("su", "sudo"):
        request.getfixturevalue("ways")
    sshd = daemon(f"idle={LIMIT:.0f}s")
    terminal = shell(sshd)
    session = sshd.session()
    leave_nothing(session)
    pid = terminal.run("echo $$")
    terminal.key(line.format(name=sshd.service) + "\r")
    terminal.watch(1.5)
    assert proc.children(int(pid)), f"{what} does not run: {terminal.shown[-300:]}"
    begin = type_on([terminal], session, 2 * PAUSE)
    assert proc.children(int(pid)), f"{what} runs no more: {terminal.shown[-300:]}"
    assert_cut(session, begin)


@pytest.mark.parametrize("what", MULTIPLEXERS)
def test_detached_multiplexer_leaves_an_idle_shell(daemon, shell, leave_nothing, what):
    """What it goes on printing to nobody is not activity, nor is its server."""
    need(what)
    start, attach, detach = MULTIPLEXERS[what]
    sshd = daemon(f"idle={LIMIT:.0f}s")
    terminal = shell(sshd)
    session = sshd.session()
    leave_nothing(session)
    terminal.run(start.format(name=sshd.service))
    terminal.key(attach.format(name=sshd.service) + "\r")
    terminal.watch(1)
    terminal.key("while sleep 0.3; do echo tick; done\r")
    terminal.watch(1)
    begin = terminal.key(detach)
    terminal.wait_shown("detached")
    assert_cut(session, begin)


@pytest.mark.parametrize("what", MULTIPLEXERS)
def test_multiplexer_attached_from_another_session_is_not_mine(daemon, shell, leave_nothing, what):
    """Its server was started here, and whoever types into it sits there."""
    need(what)
    start, attach, _ = MULTIPLEXERS[what]
    sshd, calm = daemon(f"idle={LIMIT:.0f}s"), daemon("idle=15m")
    there = shell(calm)
    terminal = shell(sshd, options=KEEPALIVES)
    session = sshd.session()
    leave_nothing(session)
    terminal.run(start.format(name=sshd.service))
    begin = terminal.last_key
    there.key(attach.format(name=sshd.service) + "\r")
    there.watch(1)
    type_elsewhere(session, begin, there.key)
    there.key("\x15echo there-$((40+2))\r")
    there.wait_shown("there-42")


def test_session_inside_a_session_has_its_own_clock(daemon, shell):
    """Typing goes through both; the inner one ends first and the outer one does not take that for typing."""
    inner_limit = 4.0
    outside, inside = daemon("idle=8s"), daemon(f"idle={inner_limit:.0f}s")
    terminal = shell(outside)
    outer = outside.session()
    key = f"{place.ROOT}/home/alice/{outside.service}.key"
    shutil.copy(place.KEY, key)
    shutil.chown(key, "alice")
    words = client.command(inside, "alice", options=["-tt", "-i", key])
    start = len(terminal.shown)
    terminal.key(" ".join(words) + "\r")
    inner = inside.session()
    terminal.wait_shown(place.PROMPT, start=start)
    end = time.monotonic() + 9
    while time.monotonic() < end:
        terminal.key()
        assert terminal.watch(3), terminal.shown[-300:]
    assert outer.is_up() and inner.is_up()
    begin = terminal.key()
    assert_cut(inner, begin, inner_limit)
    assert outer.is_up()
    assert_cut(outer, begin, 8)
    checks.closed_properly(inner)
    checks.closed_properly(outer)

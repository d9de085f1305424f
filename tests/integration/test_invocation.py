# SPDX-License-Identifier: BSD-3-Clause
"""
The watchdog's program in anybody's hands: it has no privilege of its own, so that whoever starts it has what he had before,
and it ends soon and leaves nothing.
"""

import contextlib
import ctypes
import os
import pwd
import socket
import stat
import time

import pytest
from harness import client, place, proc

# It waits half a second for a record.
SOON = 1.5

LIFELINE, LEADER, CONNECTION, GREETING = 3, 4, 5, 6

USERS = ["root", "alice", "nobody", place.WATCHDOG_USER]

ARGUMENTS = {
    "none": [],
    "usual": ["idle-watchdog"],
    "many": ["idle-watchdog"] + ["--help", "-x", "a=b", "%n%n%s"] * 5000,
    "huge": ["x" * 131000] * 8,
}

ENVIRONMENTS = {
    "none": [],
    "loader": ["LD_PRELOAD=/nonexistent.so", "LD_LIBRARY_PATH=/tmp:.", "LD_AUDIT=/nonexistent.so", "LD_SHOW_AUXV=1"],
    "time zone": ["TZ=../../../etc/shadow", "TZDIR=/tmp"],
    "allocator": ["MALLOC_CHECK_=7", "MALLOC_PERTURB_=255", "GLIBC_TUNABLES=glibc.malloc.check=3:glibc.mem.tagging=" + "9" * 9000],
    "nonsense": ["=", "x", "", "A=" + "y" * 100000, "LC_ALL=../../x", "NLSPATH=%s%n"],
}


def nothing():
    return {}


def null():
    fd = os.open("/dev/null", os.O_RDWR)
    return {number: fd for number in (LIFELINE, LEADER, CONNECTION, GREETING)}


def directories():
    fd = os.open("/", os.O_RDONLY)
    return {number: fd for number in (LIFELINE, LEADER, CONNECTION, GREETING)}


def pipes():
    return dict(zip((LIFELINE, LEADER, CONNECTION, GREETING), os.pipe() + os.pipe()))


def packets():
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def silent_sockets():
    ours, theirs = packets()
    fd = theirs.detach()
    ours.detach()
    return {LIFELINE: fd, LEADER: fd, CONNECTION: fd, GREETING: fd}


def told(message):
    """A lifeline that says something, as the module would."""
    ours, theirs = packets()
    greeting, theirs_too = packets()
    ours.send(message)
    ours.detach()
    greeting.detach()
    return {LIFELINE: theirs.detach(), LEADER: os.pidfd_open(os.getpid()), GREETING: theirs_too.detach()}


# As common/lifeline.h has them; the record is one of a session that lives.
def forged(record):
    return lambda: told(record.encode())


def record_of(session):
    with open(f"{place.RUN_DIR}/{session.id}", encoding="utf-8") as file:
        return file.read()


def take_place(fds):
    """At their numbers, and nothing else beside them. The numbers they have now may be those of others."""
    high = {number: os.dup2(fd, 100 + number) for number, fd in fds.items()}
    for fd in range(3, 100):
        with contextlib.suppress(OSError):
            os.close(fd)
    for number, fd in high.items():
        os.dup2(fd, number)
    os.closerange(100, 200)


def strings(words):
    return (ctypes.c_char_p * (len(words) + 1))(*[word.encode() for word in words], None)


def become(user):
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)


def run_in_child(user, descriptors, arguments, environment):
    """execve(2) itself: no library between it and an empty list of arguments."""
    fds = descriptors()
    take_place(fds)
    become(user)
    ctypes.CDLL(None).execve(place.WATCHDOG.encode(), strings(arguments), strings(environment))
    os._exit(126)


def invoke(user, descriptors, arguments=("idle-watchdog",), environment=()):
    """(exit status, what it wrote to stderr, seconds it took)"""
    reader, writer = os.pipe()
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        os.dup2(os.open("/dev/null", os.O_RDWR), 0)
        os.dup2(0, 1)
        os.dup2(writer, 2)
        run_in_child(user, descriptors, list(arguments), list(environment))
    os.close(writer)
    with open(reader, "rb") as errors:
        said = errors.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status, said, time.monotonic() - begin


@pytest.fixture
def untouched():
    """Nothing was written where sessions are kept, and nobody is left."""

    def look():
        names = sorted(os.listdir(place.RUN_DIR)) if os.path.isdir(place.RUN_DIR) else []
        return [(name, os.stat(f"{place.RUN_DIR}/{name}").st_mtime_ns) for name in names], sorted(proc.watchdogs())

    before = look()
    yield
    assert look() == before


def test_program_has_no_privilege_of_its_own():
    found = os.stat(place.WATCHDOG)
    assert stat.S_IMODE(found.st_mode) == 0o755 and (found.st_uid, found.st_gid) == (0, 0), oct(found.st_mode)
    assert os.listxattr(place.WATCHDOG) == []


@pytest.mark.alone
@pytest.mark.parametrize("descriptors", [nothing, null, directories, pipes, silent_sockets], ids=lambda make: make.__name__)
@pytest.mark.parametrize("user", USERS)
def test_with_any_descriptors_it_does_nothing(untouched, user, descriptors):
    status, said, took = invoke(user, descriptors)
    assert status in (1, 2) and took <= SOON, (status, took)
    assert said == (b"idle-watchdog is started by pam_idletimeout.so, not by hand\n" if descriptors is nothing else b"")


@pytest.mark.alone
@pytest.mark.parametrize("arguments", ARGUMENTS)
@pytest.mark.parametrize("user", ["root", "alice"])
def test_with_any_arguments_it_does_nothing(untouched, user, arguments):
    status, _, took = invoke(user, nothing, ARGUMENTS[arguments])
    assert status == 2 and took <= SOON, (status, took)


@pytest.mark.alone
@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("user", ["root", "alice"])
def test_with_any_environment_it_does_nothing(untouched, user, environment):
    for descriptors in (nothing, silent_sockets):
        status, _, took = invoke(user, descriptors, environment=ENVIRONMENTS[environment])
        # With LD_SHOW_AUXV the loader of some systems writes and goes on.
        assert status in (1, 2) and took <= SOON, (status, took)


@pytest.mark.alone
@pytest.mark.parametrize("user", [user for user in USERS if user != "root"])
def test_who_plays_the_module_gains_nothing(daemon, shell, user):
    """A lifeline of his own with a record that is as good as any: the program is his, and fails where it needs root."""
    sshd = daemon("idle=15m")
    shell(sshd)
    session = sshd.session()
    record = record_of(session)
    mine = record.replace(session.id, "00000000")
    before = sorted(os.listdir(place.RUN_DIR))
    for message in (mine, record, "lost=1\n" + mine, "groups=1\nalice", "", "x" * 60000):
        status, said, took = invoke(user, forged(message))
        assert status == 1 and took <= SOON and said == b"", (message[:20], status, took, said)
        assert sorted(os.listdir(place.RUN_DIR)) == before
    assert session.is_up() and record_of(session) == record
    assert not sshd.log.lines("idle-watchdog", "tampering")
    assert client.run(sshd, "alice", "echo in").stdout == "in\n"

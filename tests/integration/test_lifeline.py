# SPDX-License-Identifier: BSD-3-Clause
"""Processes of the user hold a copy of the leader's end of the lifeline: nothing that they say on it is believed."""

import contextlib
import ctypes
import os
import re
import socket
import struct
import time

from harness import checks, proc, somebody

PIDFD_GETFD = 438
O_ASYNC = 0o20000
LIFETIME = 8

NONSENSE = (b"x", b"goodbye\n", b"Goodbye", b"goodbye" * 100, b"\0", b"\xff" * 4096, b"", b"ready", b"lost ")


def lifeline_of(leader):
    """A copy of the one descriptor of the leader that makes it a signal."""
    libc = ctypes.CDLL(None, use_errno=True)
    pidfd = os.pidfd_open(leader)
    try:
        for fd in proc.fds(leader):
            flags = re.search(r"^flags:\t(\d+)", proc.read(leader, f"fdinfo/{fd}"), re.MULTILINE)
            if flags and int(flags.group(1), 8) & O_ASYNC:
                copy = libc.syscall(PIDFD_GETFD, pidfd, fd, 0)
                assert copy >= 0, os.strerror(ctypes.get_errno())
                return socket.socket(fileno=copy)
    finally:
        os.close(pidfd)
    raise AssertionError(f"process {leader} has no lifeline")


def say(lifeline, message, pid=None):
    """Sends what there is room for, with credentials of somebody else's if asked for; the kernel must refuse those."""
    ancillary = []
    if pid is not None:
        ancillary = [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, struct.pack("iii", pid, os.getuid(), os.getgid()))]
    try:
        lifeline.sendmsg([message], ancillary, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
    except BlockingIOError:
        return False
    except PermissionError:
        assert pid is not None
    return True


def test_nobody_but_the_leader_says_goodbye(daemon, shell):
    sshd = daemon(f"idle={LIFETIME}s warn=off")
    terminal = shell(sshd)
    session = sshd.session()
    begin = terminal.key("x")
    with lifeline_of(session.leader) as lifeline:

        def talk():
            say(lifeline, b"goodbye")
            say(lifeline, b"goodbye", session.leader)
            for message in NONSENSE:
                say(lifeline, message)

        for _ in range(20):
            assert somebody.does(int(session.record["uid"]), talk)
        assert session.is_up()
    took = session.wait_end(LIFETIME + 10) - begin
    assert LIFETIME <= took <= LIFETIME + 1, f"closed {took:.3f} s after the last key"
    terminal.wait_end(2)
    checks.closed_properly(session)


def test_flood_ends_nothing_but_the_session_of_who_floods(daemon, shell):
    """
    The kernel signals the leader when there is room again on a lifeline that was full: who fills it ends his session, which he
    can at any time. What he cannot is to stay in one that nobody watches.
    """
    sshd = daemon(f"idle={LIFETIME}s warn=off")
    terminal = shell(sshd)
    session = sshd.session()
    neighbour = shell(sshd, user="bob")
    begin = terminal.key("x")
    with lifeline_of(session.leader) as lifeline:

        def flood():
            end = time.monotonic() + 2
            with contextlib.suppress(ConnectionError):
                while time.monotonic() < end:
                    say(lifeline, b"goodbye" * 10)

        assert somebody.does(int(session.record["uid"]), flood)
    assert session.wait_end(LIFETIME + 10) - begin <= LIFETIME + 1
    terminal.wait_end(2)
    sshd.log.wait(f"[{session.leader}]", "session closed for user")
    assert not session.own_files() and neighbour.run("echo here") == "here"


def test_descriptors_sent_along_are_not_kept(daemon, shell):
    sshd = daemon("idle=15m")
    shell(sshd)
    session = sshd.session()
    before = proc.fds(session.watchdog)
    with lifeline_of(session.leader) as lifeline, open("/dev/zero", "rb") as zero:

        def send():
            for count in (1, 2, 50, 200):
                socket.send_fds(lifeline, [b"goodbye"], [zero.fileno()] * count, socket.MSG_DONTWAIT)

        assert somebody.does(int(session.record["uid"]), send)
    time.sleep(0.5)
    assert session.is_up() and proc.fds(session.watchdog) == before

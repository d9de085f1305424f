# SPDX-License-Identifier: BSD-3-Clause
"""Real ssh clients, the interactive ones on real pseudo-terminals."""

import functools
import os
import re
import signal
import subprocess
import time

import pexpect

from . import place

REASON = re.compile(r"idletimeout[^\r\n]*", re.IGNORECASE)


@functools.cache
def obscures_keystrokes():
    """From OpenSSH 9.5 on the client goes on sending for a while after each key, so that nobody can count keys."""
    probe = subprocess.run(["ssh", "-F", "/dev/null", "-o", "ObscureKeystrokeTiming=no", "-G", "nowhere"], capture_output=True)
    return probe.returncode == 0


def ssh_options(sshd, chaff=False):
    """A client that sends what it is told to, when it is told to, and nothing else."""
    quiet = ["-o", "ObscureKeystrokeTiming=no"] if obscures_keystrokes() and not chaff else []
    return [
        *quiet,
        "-F", "/dev/null",
        "-i", place.KEY,
        "-o", "UserKnownHostsFile=/dev/null",
        "-o", "StrictHostKeyChecking=no",
        "-o", "IdentitiesOnly=yes",
        "-o", "IdentityAgent=none",
        "-o", "BatchMode=yes",
        "-o", "LogLevel=ERROR",
        "-o", "ServerAliveInterval=0",
        "-o", f"Port={sshd.port}",
    ]  # fmt: skip


def inside(peer, command):
    return (["nsenter", f"--net={peer.namespace}"] if peer else []) + command


def command(sshd, user, *words, options=(), peer=None, chaff=False):
    """The words of a command line of ssh. The caller's options come first: ssh takes the first value it meets."""
    target = f"{user}@{peer.server if peer else sshd.address}"
    return inside(peer, ["ssh", *options, *ssh_options(sshd, chaff), target, *words])


def run(sshd, user, *words, options=(), timeout=20, peer=None, **more):
    """ssh without a terminal, to its end."""
    more.setdefault("stdin", subprocess.DEVNULL)
    words = command(sshd, user, *words, options=options, peer=peer)
    return subprocess.run(words, capture_output=True, text=True, timeout=timeout, **more)


class Terminal:
    """
    A command on a terminal: all it shows is kept in `shown`, with the time each piece came. The keys typed are the
    caller's; nothing else is ever sent.
    """

    def __init__(self, words, environment=None):
        env = {"PATH": os.environ["PATH"], "TERM": "xterm", "HOME": "/root", "LANG": "C"}
        env.update(environment or {})
        self.child = pexpect.spawn(words[0], words[1:], env=env, timeout=10, encoding="utf-8", codec_errors="replace", echo=True)
        self.child.delaybeforesend = None
        self.child.delayafterclose = 0.01
        self.child.ptyproc.delayafterclose = 0.01
        self.shown = ""
        self.pieces = []
        self.last_key = None
        self.ended = None

    def pump(self, timeout):
        """
        Takes in what is shown within the timeout; False at the end of the client. A terminal without a reader is not the
        end yet: the login(1) of util-linux hangs its own up (vhangup(2)) and opens it anew.
        """
        try:
            piece = self.child.read_nonblocking(4096, timeout)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            if not self.has_exited():
                self.child.flag_eof = False
                time.sleep(0.005)
                return True
            if self.ended is None:
                self.ended = time.monotonic()
            return False
        self.shown += piece
        self.pieces.append((time.monotonic(), len(self.shown)))
        return True

    def has_exited(self):
        """Does not collect it: pexpect's isalive() would wait for the end of a child whose terminal has no reader."""
        try:
            return os.waitid(os.P_PID, self.child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def wait_shown(self, pattern, timeout=10, start=0):
        """Waits until `pattern` has been shown after position `start`; returns when that was."""
        end = time.monotonic() + timeout
        while True:
            found = re.compile(pattern).search(self.shown, start)
            if found:
                return next(when for when, length in self.pieces if length >= found.end())
            left = end - time.monotonic()
            up = self.ended is None and self.pump(min(0.2, max(0.01, left)))
            assert left > 0, f"not shown within {timeout} s: {pattern!r}; shown: {self.shown!r}"
            if not up:
                assert re.compile(pattern).search(self.shown, start), f"ended before {pattern!r} was shown: {self.shown!r}"

    def ready(self, timeout=15):
        self.wait_shown(re.escape(place.PROMPT), timeout)
        return self

    def watch(self, seconds):
        """Takes in what is shown for so long; False if the client ended meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.ended is not None or not self.pump(min(0.2, max(0.005, end - time.monotonic()))):
                return False
        return True

    def key(self, keys="x"):
        """Types; returns the moment just before."""
        self.last_key = time.monotonic()
        self.child.send(keys)
        return self.last_key

    def run(self, line, timeout=10):
        """Types a command line, waits for the next prompt, and returns what was shown in between."""
        start = len(self.shown)
        self.key(line + "\r")
        self.wait_shown(r"\n" + re.escape(place.PROMPT), timeout, start)
        self.last_key_done = time.monotonic()
        return self.shown[start:].split("\n", 1)[-1].rsplit(place.PROMPT, 1)[0].replace("\r", "").strip()

    def wait_end(self, timeout):
        """Waits until the client has ended; returns when its terminal was closed."""
        end = time.monotonic() + timeout
        while self.ended is None:
            assert time.monotonic() < end, f"the client lives on after {timeout} s; shown: {self.shown[-500:]!r}"
            self.pump(0.2)
        return self.ended

    def exit_status(self):
        self.child.wait()
        return self.child.exitstatus if self.child.signalstatus is None else -self.child.signalstatus

    def reasons(self):
        """The lines of ours that were shown."""
        return REASON.findall(self.shown)

    def signal(self, number):
        os.kill(self.child.pid, number)

    def close(self):
        if self.child.isalive():
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGKILL)
        self.child.close(force=True)


def shell(sshd, user="alice", options=(), peer=None, words=(), chaff=False):
    """A login shell on a terminal, at its prompt."""
    return Terminal(command(sshd, user, *words, options=["-tt", *options], peer=peer, chaff=chaff))

#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""idletimeout top on a terminal of every kind, against watchdogs that are not there (fake.py)."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unittest

import fake
from driver import COMMAND, ENVIRONMENT, CommandTest, run

SKIPPED = 77  # to automake
PATIENCE = 20  # seconds until something that must come is missed; nothing is measured here
KINDS = ("xterm", "xterm-256color", "vt100", "linux", "screen", "dumb", "nobody-knows")

# Sequences that curses itself sends, by ECMA-48: whatever else a terminal may act on came from elsewhere.
OWN = re.compile(rb"\x1b\[[?>!]?[0-9;]*[A-Za-z@`]|\x1b[()][A-Z0-9]|\x1b[=>78DEHM]|[\r\n\b\x0e\x0f\t]")


class Screen:
    """The command on a terminal of its own; `shown` is everything that it has written so far."""

    def __init__(self, home, *arguments, kind="xterm", width=80, height=24):
        self.ours, self.theirs = pty.openpty()
        self.size(width, height, tell=False)
        self.before = termios.tcgetattr(self.theirs)
        self.shown = b""
        self.process = subprocess.Popen([str(COMMAND), "top", *arguments], cwd=home, env={**ENVIRONMENT, "TERM": kind},
                                        stdin=self.theirs, stdout=self.theirs, stderr=subprocess.PIPE,
                                        start_new_session=True)

    def size(self, width, height, tell=True):
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        if tell:  # a controlling terminal would
            self.process.send_signal(signal.SIGWINCH)

    def read(self, timeout):
        if select.select([self.ours], [], [], timeout)[0]:
            with contextlib.suppress(OSError):
                self.shown += os.read(self.ours, 65536)

    def wait_for(self, what, since=0):
        end = time.monotonic() + PATIENCE
        while what not in self.shown[since:]:
            assert time.monotonic() < end, f"not shown: {what!r} in {self.shown[since:]!r}"
            self.read(0.1)
        return self

    def key(self, keys):
        os.write(self.ours, keys)
        return self

    def end(self):
        """Waits for it, and returns its exit status."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        self.read(0)
        return self.process.poll()

    def is_restored(self):
        return termios.tcgetattr(self.theirs) == self.before

    def close(self):
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        for fd in (self.ours, self.theirs):
            os.close(fd)


class TopTest(CommandTest):
    def screen(self, *arguments, **more):
        screen = Screen(self.home, *arguments, **more)
        self.addCleanup(screen.close)
        return screen

    def sessions(self):
        self.dir.session("00000001")
        self.dir.session("00000002", {"user": "bob"}, {"now.left_ms": 42000, "now.state": "warned"})
        self.dir.record("00000003", user="carol", **fake.living())
        self.dir.session("00000004", {"user": b"\x1b]0;owned\x07\x1b[2J"}, {"now.left_ms": 1000, "now.state": "closing"})
        self.dir.start()


class Shown(TopTest):
    def test_on_every_kind_of_terminal(self):
        self.sessions()
        for kind in KINDS:
            with self.subTest(kind=kind):
                screen = self.screen(kind=kind).wait_for(b"no answer").key(b"q")
                self.assertEqual(screen.end(), 0)
                self.assertTrue(screen.is_restored())
                # Those that end next stand above the others.
                places = [screen.shown.index(word) for word in (b"STATE", b"0m42s", b"warned", b"11m48s", b"running", b"no answer")]
                self.assertEqual(places, sorted(places))
                self.assertRegex(OWN.sub(b"", screen.shown), rb"\A[ -~]*\Z")
                self.assertNotIn(b"owned\x07", screen.shown)

    def test_no_colour_where_there_is_none(self):
        self.sessions()
        screen = self.screen(kind="vt100").wait_for(b"no answer").key(b"q")
        screen.end()
        self.assertNotRegex(screen.shown, rb"\x1b\[[0-9;]*3[0-9]m")
        self.assertIn(b"warned", screen.shown)

    def test_the_screen_that_was_there_is_shown_again(self):
        self.sessions()
        screen = self.screen(kind="xterm").wait_for(b"no answer").key(b"q")
        screen.end()
        self.assertGreater(screen.shown.index(b"\x1b[?1049l"), screen.shown.index(b"\x1b[?1049h"))

    def test_none(self):
        screen = self.screen(kind="dumb").wait_for(b"no sessions").key(b"q")
        self.assertEqual(screen.end(), 0)

    def test_not_all_fit(self):
        for index in range(30):
            self.dir.session(f"{index:08d}")
        self.dir.start()
        self.screen(kind="dumb", height=10).wait_for(b"and 23 more").key(b"q").end()

    def test_kept_up_to_date(self):
        self.sessions()
        screen = self.screen("--interval", "1", kind="dumb").wait_for(b"no answer")
        (self.dir.run / "00000003").unlink()
        screen.wait_for(b"3 sessions;").key(b"q")
        self.assertEqual(screen.end(), 0)

    def test_any_key_looks_at_once(self):
        self.sessions()
        screen = self.screen("--interval=1h", kind="dumb").wait_for(b"no answer")
        (self.dir.run / "00000003").unlink()
        screen.key(b" ").wait_for(b"3 sessions; every 1h;").key(b"q")
        self.assertEqual(screen.end(), 0)


class Resized(TopTest):
    def test_resized(self):
        self.sessions()
        screen = self.screen("--interval=1h").wait_for(b"no answer")
        self.assertNotIn(b"FROM", screen.shown)
        since = len(screen.shown)
        screen.size(160, 24)
        screen.wait_for(b"FROM", since).wait_for(b"10.0.0.9", since)
        since = len(screen.shown)
        screen.size(40, 3)
        screen.wait_for(b"and 4 more", since)
        for size in ((1, 1), (300, 100), (10, 2), (80, 24)):
            screen.size(*size)
            screen.read(0.2)
        self.assertEqual(screen.key(b"q").end(), 0)
        self.assertTrue(screen.is_restored())


class Left(TopTest):
    def test_by_keys(self):
        self.sessions()
        for kind in ("xterm", "dumb"):
            for key in (b"q", b"Q", b"\x1b", b"\x03", b"xyzq"):
                with self.subTest(kind=kind, key=key):
                    screen = self.screen(kind=kind).wait_for(b"no answer").key(key)
                    self.assertEqual(screen.end(), 0)
                    self.assertTrue(screen.is_restored())

    def test_an_arrow_is_no_escape(self):
        self.sessions()
        for kind in ("xterm", "dumb"):
            for arrow in (b"\x1b[A", b"\x1bOB", b"\x1b[1;5C"):
                with self.subTest(kind=kind, arrow=arrow):
                    screen = self.screen(kind=kind).wait_for(b"no answer").key(arrow)
                    time.sleep(0.5)
                    self.assertIsNone(screen.process.poll())
                    self.assertEqual(screen.key(b"q").end(), 0)

    def test_by_signal(self):
        self.sessions()
        for kind in ("xterm", "dumb"):
            with self.subTest(kind=kind):
                screen = self.screen(kind=kind).wait_for(b"no answer")
                screen.process.terminate()
                self.assertIsNotNone(screen.end())
                self.assertTrue(screen.is_restored())

    def test_directory_is_gone(self):
        self.sessions()
        screen = self.screen("--interval", "1", kind="dumb").wait_for(b"no answer")
        self.dir.run.rename(self.home / "elsewhere")
        screen.wait_for(b"no sessions")
        (self.home / "run").write_bytes(b"")
        self.assertEqual(screen.end(), 1)
        self.assertTrue(screen.is_restored())
        self.assertEqual(screen.process.stderr.read(), b"idletimeout: cannot list the sessions: Not a directory\n")
        (self.home / "run").unlink()
        (self.home / "elsewhere").rename(self.dir.run)


class Usage(TopTest):
    def assert_usage(self, *arguments, says):
        done = run(self.home, "top", *arguments)
        self.assertEqual((done.returncode, done.stdout, done.stderr.decode()), (2, b"", says))

    def test_no_terminal(self):
        self.assert_usage(says="idletimeout top: needs a terminal; 'idletimeout list' does without\n")

    def test_wrong(self):
        see = "; see 'idletimeout top --help'\n"
        self.assert_usage("x", says=f"idletimeout top: unexpected argument 'x'{see}")
        self.assert_usage("--intervall", "5", says=f"idletimeout top: unknown option '--intervall'{see}"
                                                   "idletimeout: did you mean '--interval'?\n")
        self.assert_usage("--interval", says=f"idletimeout top: missing argument 'D'{see}")
        for word in ("0", "soon", "2h", "-1", "", "1.5"):
            for arguments in (("--interval", word), (f"--interval={word}",)):
                self.assert_usage(*arguments, says=f"idletimeout top: not a duration from 1s to 1h: '{word}'{see}")

    def test_help(self):
        done = run(self.home, "top", "--help")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(b"example: idletimeout top --interval 10s\n", done.stdout)


if __name__ == "__main__":
    if b"unknown command" in run("/", "top", "--help").stderr:
        print("idletimeout was configured --without-top")
        sys.exit(SKIPPED)
    unittest.main()

#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""idletimeout extend and close, driven as an administrator drives them, against watchdogs that are not there (fake.py)."""

import os
import shutil
import time
import unittest

import fake
from driver import COMMAND, UNSAFE, CommandTest, as_nobody, run

# As root these commands write to the kernel's audit system, which is no place for tests.
SILENT = {"from.audit": "argument", "set.audit": "off"}
WORD = "0123456789ABCDEFGHIJ.-_abcdefghi"


class OrderTest(CommandTest):
    def order(self, *arguments, code=0, says="", shows="", **options):
        """`shows` and `says` are all that must be said on stdout and stderr."""
        done = run(self.home, *arguments, **options)
        self.assertEqual((done.returncode, done.stdout.decode(), done.stderr.decode()), (code, shows, says), done)
        self.assertIsNone(UNSAFE.search(done.stdout + done.stderr))

    def session(self, session_id, record=None, status=None):
        self.dir.session(session_id, {**SILENT, **(record or {})}, status)

    def refuses(self, session_id, reason):
        self.dir.listen(session_id, b"refused " + reason)


class Given(OrderTest):
    def setUp(self):
        super().setUp()
        self.session("7k2q90xw", None, {"now.idle_left_ms": 1800000, "now.extended_ms": 1800000})
        self.session("b0b00000", {"user": "bob", "set.idle": "off"}, {"now.idle_left_ms": -1, "now.max_left_ms": 59001})
        self.dir.start()

    def test_extend(self):
        self.order("extend", "7k2q90xw", "30m", shows="7k2q90xw alice: 30m00s left\n")
        self.assertEqual(self.dir.requests, [b"extend 1800"])

    def test_units(self):
        for typed, seconds in (("90", 90), ("90s", 90), ("1h30m", 5400), ("1d", 86400), ("24h", 86400), ("1", 1)):
            self.order("extend", "7k2", typed, shows="7k2q90xw alice: 30m00s left\n")
            self.assertEqual(self.dir.requests.pop(), b"extend %d" % seconds)

    def test_time_left_is_that_of_the_limit_that_comes_first(self):
        self.order("extend", "b0b", "30", shows="b0b00000 bob: 1m00s left\n")

    def test_close(self):
        self.order("close", "7k2q90xw", shows="7k2q90xw alice: is being closed\n")
        self.assertEqual(self.dir.requests, [b"close"])

    def test_reason(self):
        for arguments in (("7k2", "--reason", WORD), ("--reason", WORD, "7k2"), ("--reason=" + WORD, "7k2")):
            self.order("close", *arguments, shows="7k2q90xw alice: is being closed\n")
            self.assertEqual(self.dir.requests.pop(), b"close " + WORD.encode())

    def test_several(self):
        """Each once, in the order in which they were picked, the duration last."""
        self.order("extend", "B0B", "7k2", "b0b00000", "5m", shows="b0b00000 bob: 1m00s left\n7k2q90xw alice: 30m00s left\n")
        self.assertEqual(self.dir.requests, [b"extend 300"] * 2)
        self.order("close", "b0b", "7k2", "7k2q90xw",
                   shows="b0b00000 bob: is being closed\n7k2q90xw alice: is being closed\n")
        self.assertEqual(self.dir.requests[2:], [b"close"] * 2)

    def test_unknown_among_known(self):
        self.order("close", "mmm", "7k2", code=1, says="idletimeout: there is no session 'mmm'\n",
                   shows="7k2q90xw alice: is being closed\n")

    def test_guess(self):
        self.order("close", "b0c00000", code=1, says="idletimeout: there is no session 'b0c00000'\n"
                                                     "idletimeout: did you mean 'b0b00000'?\n")
        self.assertNotIn(b"close", self.dir.requests)


class Refused(OrderTest):
    def check(self, reason, code, says):
        self.refuses("00000001", reason)
        self.dir.start()
        for arguments in (("extend", "00000001", "30m"), ("close", "00000001")):
            self.order(*arguments, code=code, says=f"idletimeout: session '00000001': {says}\n")

    def test_not_root(self):
        self.check(b"only root may do that", 3, "not permitted, only root may do that")

    def test_of_another_user(self):
        self.check(b"not your session", 3, "not permitted, it is another user's")

    def test_older_watchdog(self):
        self.check(b"unknown request", 1, "its watchdog is older than this command and cannot do that")

    def test_ending_already(self):
        self.check(b"it is ending already", 1, "it is ending already")

    def test_hostile_words(self):
        self.check(b"\x1b[2J\n\xff" + b"x" * 500, 1, "?[2J??" + "x" * 73)

    def test_no_reason(self):
        self.check(b"", 1, "")

    def test_weighs_more(self):
        self.refuses("00000001", b"only root may do that")
        self.session("00000002")
        self.refuses("00000003", b"it is ending already")
        self.dir.start()
        self.order("close", "mmm", "00000003", "00000001", "00000002", code=3, shows="00000002 alice: is being closed\n",
                   says="idletimeout: there is no session 'mmm'\n"
                        "idletimeout: session '00000003': it is ending already\n"
                        "idletimeout: session '00000001': not permitted, only root may do that\n")

    def test_socket_of_another_user(self):
        self.dir.listen("00000001", b"")
        (self.dir.run / "00000001.sock").chmod(0)
        self.dir.start()
        copy = shutil.copy(COMMAND, self.home)
        self.order("close", "00000001", command=copy, code=3,
                   says="idletimeout: session '00000001': not permitted, it is another user's\n", **as_nobody())
        self.assertEqual(self.dir.requests, [])


class NoAnswer(OrderTest):
    OVER = "idletimeout: session '00000001': it is over\n"
    SILENT = "idletimeout: session '00000001': its watchdog does not answer\n"

    def test_no_session(self):
        self.order("close", "00000001", code=1, says="idletimeout: there is no session '00000001'\n")
        self.dir.run.rmdir()
        self.order("extend", "00000001", "30m", code=1, says="idletimeout: there is no session '00000001'\n")
        self.dir.run.mkdir()

    def test_just_over(self):
        self.dir.dead_socket("00000001")
        path = self.dir.record("00000001", leader_pid=os.getpid(), leader_start=1)
        self.order("extend", "00000001", "30m", code=1, says=self.OVER)
        self.assertFalse(path.exists())

    def test_over_while_asking(self):
        self.dir.listen("00000001", b"")
        self.dir.start()
        self.order("close", "00000001", code=1, says=self.OVER)

    def test_session_that_has_lost_its_watchdog(self):
        self.dir.dead_socket("00000001")
        self.dir.record("00000001", **fake.living())
        self.order("close", "00000001", code=1, says=self.SILENT)

    def test_silent(self):
        """It is waited for longer than with a question, but not for ever."""
        self.dir.listen("00000001", None)
        self.dir.record("00000001", **fake.living())
        self.dir.start()
        begin = time.monotonic()
        self.order("close", "00000001", code=1, says=self.SILENT)
        self.assertTrue(1.9 < time.monotonic() - begin < 5)

    def test_garbage(self):
        answers = (b"garbage", os.urandom(2000), b"\n", fake.encode({"id": "00000009", **fake.ALICE, **fake.RUNNING}),
                   fake.encode({"id": "00000004", **fake.ALICE}))
        for index, answer in enumerate(answers):
            self.dir.listen(f"0000000{index}", answer)
        self.dir.start()
        for index in range(len(answers)):
            self.order("close", f"0000000{index}", code=1,
                       says=f"idletimeout: session '0000000{index}': its watchdog's answer cannot be understood\n")


class Hostile(OrderTest):
    def test_names(self):
        names = ["\x1b[2J\x1b]0;owned\x07", "line\nbreak\r\ttab", "\x7f\u0080\u009b31m", "%s%n%1B", "a" * 256]
        for index, name in enumerate(names):
            self.session(f"0000000{index}", {"user": name.encode()[:256]})
        self.dir.start()
        for index, name in enumerate(names):
            safe = "".join(chr(c) if 32 <= c < 127 else "?" for c in name.encode()[:256])
            self.order("close", f"0000000{index}", shows=f"0000000{index} {safe}: is being closed\n")
            self.order("extend", f"0000000{index}", "5m", shows=f"0000000{index} {safe}: 11m48s left\n")


class Usage(OrderTest):
    def misused(self, command, *arguments, says, guess=None):
        meant = f"idletimeout: did you mean '{guess}'?\n" if guess else ""
        self.order(command, *arguments, code=2,
                   says=f"idletimeout {command}: {says}; see 'idletimeout {command} --help'\n{meant}")
        self.assertEqual(self.dir.requests, [])

    def setUp(self):
        super().setUp()
        self.session("7k2q90xw")
        self.dir.start()

    def test_missing(self):
        self.misused("extend", says="missing argument 'ID'")
        self.misused("extend", "7k2q90xw", says="missing argument 'D'")
        self.misused("close", says="missing argument 'ID'")
        self.misused("close", "--reason", "x", says="missing argument 'ID'")
        self.misused("close", "7k2", "--reason", says="missing argument 'WORD'")

    def test_duration(self):
        for typed in ("0", "0s", "1d1s", "86401", "30min", "soon", "1m1h", "99999999999999999999", "", "7k2q90xw", "\x1b[2J"):
            safe = "".join(c if " " <= c <= "~" else "?" for c in typed)
            self.misused("extend", "7k2", typed, says=f"not a duration from 1s to 1d: '{safe}'")

    def test_session(self):
        for typed in ("7k", "user", "../../x", "\x1b[31m", ""):
            safe = typed.replace("\x1b", "?")
            self.misused("extend", typed, "30m", says=f"not the ID of a session: '{safe}'")
            self.misused("close", typed, says=f"not the ID of a session: '{safe}'")

    def test_word(self):
        for typed in ("", WORD + "x", "two words", "res=failed", "x'", "x\n", "\x1b[2J", "a/b", "%41"):
            safe = "".join(c if " " <= c <= "~" else "?" for c in typed)
            self.misused("close", "7k2", "--reason", typed, says=f"not a word of at most 32 of A-Z a-z 0-9 . _ -: '{safe}'")

    def test_options(self):
        self.misused("extend", "7k2", "30m", "--json", says="unknown option '--json'")
        self.misused("extend", "7k2", "-5m", says="unknown option '-5m'")
        self.misused("close", "7k2", "--reson", "x", says="unknown option '--reson'", guess="--reason")

    def test_help(self):
        for arguments, example in ((("extend", "--help"), b"example: idletimeout extend 7k2q90xw 30m\n"),
                                   (("close", "7k2", "-h"), b"example: idletimeout close 7k2q90xw --reason maintenance\n")):
            done = run(self.home, *arguments)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertIn(example, done.stdout)
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)
        self.assertEqual(self.dir.requests, [])

    def test_guess(self):
        for typed, meant in (("extnd", b"extend"), ("colse", b"close")):
            done = run(self.home, typed, "7k2")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"did you mean '" + meant + b"'?", done.stderr)

    def test_full_disk(self):
        done = run(self.home, "-c", 'exec "$0" close 7k2 >/dev/full', str(COMMAND), command="sh")
        self.assertEqual((done.returncode, done.stderr), (1, b"idletimeout: cannot write the output: No space left on device\n"))


if __name__ == "__main__":
    unittest.main()

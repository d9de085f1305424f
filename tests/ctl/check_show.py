#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""idletimeout show, driven as a person or a program drives it, against watchdogs that are not there (fake.py)."""

import json
import os
import re
import shutil
import unittest

import fake
from driver import COMMAND, SESSION_KEYS, UNSAFE, CommandTest, as_nobody, golden, run, run_on_terminal

SHOW_KEYS = [*SESSION_KEYS, "activity", "stamps_set_by_hand", "settings"]
ACTIVITY_KEYS = ["counts", "source", "input", "output", "process", "network"]
UNTOLD = dict.fromkeys((key for key in fake.RUNNING if re.search("input|output|process|network|source|spoofed", key)))


class ShowTest(CommandTest):
    def show(self, *arguments, code=0, says="", **options):
        """What is shown; `says` is all that must be said on stderr."""
        done = run(self.home, "show", *arguments, **options)
        self.assertEqual((done.returncode, done.stderr.decode()), (code, says), done)
        self.assertIsNone(UNSAFE.search(done.stdout + done.stderr))
        return done.stdout.decode()

    def refused(self, *arguments, code, says, **options):
        self.assertEqual(self.show(*arguments, code=code, says=says, **options), "")

    def object(self, *arguments, code=0):
        return json.loads(self.show(*arguments, "--json", code=code))

    def block(self, title, *arguments, code=0):
        """The lines of one group, {name: what follows}."""
        shown = self.show(*arguments, code=code)
        [found] = re.findall(rf"^{title}:\n((?:  .*\n)+)", shown, re.MULTILINE)
        return dict(line.split(maxsplit=1) for line in found.splitlines())


class Golden(ShowTest):
    def setUp(self):
        super().setUp()
        self.dir.session("7k2q90xw")
        self.dir.session(
            "7k3q90xw",
            {"user": "bob", "rhost": "client.example.org", "address": "2001:db8::7", "auid": fake.UNSET,
             "set.keepalive": "off", "from.keepalive": None, "set.idle": "1d2h3m4s",
             "from.dry_run": "argument", "set.dry_run": ""},
            {"now.terminals": "", "now.state": "dry-run", "now.idle_ms": 93784000, "now.idle_left_ms": 0,
             "now.keepalive_left_ms": -1, "now.left_ms": 0, "now.source": "network", "now.input_ms": -1,
             "now.network_ms": 93784000, "now.spoofed": 1},
        )
        self.dir.record("00000005", user="erin", **fake.living())
        self.dir.start()

    def test_session(self):
        self.assertEqual(self.show("7k2q90xw"), golden("show.txt"))

    def test_rehearsal(self):
        self.assertEqual(self.show("7k3q90xw"), golden("show-dry-run.txt"))

    def test_no_answer(self):
        shown = self.show("00000005", code=1).replace(f"leader pid:         {os.getpid()}", "leader pid:         4242")
        self.assertEqual(shown, golden("show-no-answer.txt"))

    def test_several(self):
        both = golden("show-dry-run.txt") + "\n" + golden("show.txt")
        self.assertEqual(self.show("7k3", "7k2"), both)

    def test_json(self):
        self.assertEqual(self.show("7k2q90xw", "--json"), golden("show.json"))
        self.assertEqual(self.show("--json", "7k2", "7k2"), golden("show.json") * 2)

    def test_same_object_as_in_the_list(self):
        [listed] = [s for s in json.loads(run(self.home, "list", "--json").stdout)["sessions"] if s["id"] == "7k2q90xw"]
        shown = self.object("7k2q90xw")
        self.assertEqual({key: shown[key] for key in SESSION_KEYS}, listed)

    def test_keys(self):
        for session_id, code in (("7k2", 0), ("7k3", 0), ("000", 1)):
            shown = self.object(session_id, code=code)
            self.assertEqual(list(shown), SHOW_KEYS)
            self.assertEqual(list(shown["activity"]), ACTIVITY_KEYS)

    def test_width(self):
        for line in (golden("show.txt") + golden("show-dry-run.txt") + golden("show-no-answer.txt")).splitlines():
            self.assertLessEqual(len(line), 80)
            self.assertEqual(line, line.rstrip())

    def test_terminal(self):
        for width in (200, 80, 20):
            self.assertEqual(run_on_terminal(self.home, width, "show", "7k2"), golden("show.txt"))


class Naming(ShowTest):
    def setUp(self):
        super().setUp()
        for session_id in ("7k2q90xw", "7k2q90xz", "01234567", "b0b00000"):
            self.dir.session(session_id)
        for index in range(10):
            self.dir.session(f"zzzzzzz{index}")
        self.dir.start()

    def test_beginning(self):
        for typed, session_id in (("012", "01234567"), ("b0b0", "b0b00000"), ("7k2q90xz", "7k2q90xz")):
            self.assertEqual(self.object(typed)["id"], session_id)

    def test_spelling(self):
        for typed, session_id in (("7K2Q90XW", "7k2q90xw"), ("OI2", "01234567"), ("ol234567", "01234567"), ("BOB", "b0b00000")):
            self.assertEqual(self.object(typed)["id"], session_id)

    def test_only_those_are_asked(self):
        self.show("012", "b0b")
        self.assertEqual(self.dir.requests, [b"status"] * 2)

    def test_beginning_of_several(self):
        self.refused("7k2", code=1, says="idletimeout: '7k2' is the beginning of 2 sessions: 7k2q90xw 7k2q90xz\n")
        many = " ".join(f"zzzzzzz{index}" for index in range(8))
        self.refused("ZZZ", code=1, says=f"idletimeout: 'ZZZ' is the beginning of 10 sessions: {many} ..\n")

    def test_unknown(self):
        self.refused("mmmmmmmm", code=1, says="idletimeout: there is no session 'mmmmmmmm'\n")
        for typed, meant in (("01234568", "01234567"), ("0123457", "01234567"), ("013", "01234567"), ("B0C", "b0b00000")):
            self.refused(typed, code=1, says=f"idletimeout: there is no session '{typed}'\n"
                                             f"idletimeout: did you mean '{meant}'?\n")

    def test_unknown_among_known(self):
        shown = self.show("mmm", "012", "--json", code=1, says="idletimeout: there is no session 'mmm'\n")
        self.assertEqual(json.loads(shown)["id"], "01234567")

    def test_malformed(self):
        for typed in ("", "7", "7k", "7k2q90xw0", "user", "../../x", "7k2q90xw.sock", "7k2 ", "\x1b[31m", "é" * 3, "x" * 10000):
            safe = "".join(c if " " <= c <= "~" else "?" * len(c.encode()) for c in typed)[:63]
            self.refused(typed, "012", code=2, says=f"idletimeout show: not the ID of a session: '{safe}'; "
                                                    "see 'idletimeout show --help'\n")


class NoSession(ShowTest):
    def test_no_directory(self):
        self.dir.run.rmdir()
        self.refused("7k2", code=1, says="idletimeout: there is no session '7k2'\n")
        self.dir.run.mkdir()
        self.refused("7k2", code=1, says="idletimeout: there is no session '7k2'\n")

    def test_run_dir_is_a_link(self):
        self.dir.run.rename(self.home / "elsewhere")
        self.dir.run.symlink_to("elsewhere")
        self.refused("7k2", code=1, says="idletimeout: cannot look for a session: Not a directory\n")

    def test_over(self):
        """Neither a socket that nobody listens on nor the record of a leader that is gone is a session."""
        over = "idletimeout: session '{0}': it is over\n".format
        self.dir.dead_socket("00000001")
        self.refused("00000001", code=1, says=over("00000001"))
        path = self.dir.record("00000002", leader_pid=os.getpid(), leader_start=1)
        self.refused("00000002", code=1, says=over("00000002"))
        self.assertFalse(path.exists())

    def test_over_while_asking(self):
        self.dir.listen("00000001", b"")
        self.dir.start()
        self.refused("00000001", code=1, says="idletimeout: session '00000001': it is over\n")

    def test_damaged(self):
        (self.dir.run / "00000001").write_bytes(b"garbage")
        self.refused("00000001", code=1, says="idletimeout: session '00000001': its record cannot be understood\n")

    def test_garbage(self):
        for index, answer in enumerate((b"garbage", os.urandom(2000), b"x" * 7169, fake.encode({"id": "00000009"}))):
            self.dir.listen(f"0000000{index}", answer)
            self.dir.record(f"0000000{index}", **fake.living())
        self.dir.start()
        for index in range(4):
            self.assertEqual(self.object(f"0000000{index}", code=1)["state"], "no answer")


class NotPermitted(ShowTest):
    """What everybody but root meets."""

    DENIED = "idletimeout: session '00000001': not permitted, it is another user's\n"

    def setUp(self):
        super().setUp()
        self.copy = shutil.copy(COMMAND, self.home)

    def test_refused(self):
        self.dir.listen("00000001", b"refused not your session")
        self.dir.start()
        self.refused("00000001", code=3, says=self.DENIED)

    def test_socket_of_another_user(self):
        self.dir.listen("00000001", b"")
        (self.dir.run / "00000001.sock").chmod(0)
        self.dir.record("00000001", **fake.living()).chmod(0)
        self.dir.start()
        self.refused("00000001", command=self.copy, code=3, says=self.DENIED, **as_nobody())

    def test_weighs_more(self):
        self.dir.listen("00000001", b"refused not your session")
        self.dir.session("00000002")
        self.dir.start()
        shown = self.show("mmm", "00000001", "00000002", code=3,
                          says="idletimeout: there is no session 'mmm'\n" + self.DENIED)
        self.assertIn("00000002", shown)

    def test_silent(self):
        """An own session whose watchdog is stuck: the record is for root."""
        self.dir.listen("00000001", None)
        self.dir.record("00000001", **fake.living()).chmod(0)
        self.dir.start()
        if os.geteuid() == 0:
            self.refused("00000001", command=self.copy, code=1,
                         says="idletimeout: session '00000001': its watchdog does not answer\n", **as_nobody())

    def test_directory(self):
        self.dir.run.chmod(0)
        self.refused("00000001", command=self.copy, code=3,
                     says="idletimeout: cannot look for a session: Permission denied\n", **as_nobody())
        self.dir.run.chmod(0o755)

    def test_no_guess_at_what_is_not_shown(self):
        self.dir.listen("00000001", b"refused not your session")
        self.dir.start()
        self.refused("00000002", code=1, says="idletimeout: there is no session '00000002'\n")


class Activity(ShowTest):
    def serve(self, record=None, status=None):
        self.dir.session("00000001", record, status)
        self.dir.start()

    def test_auto(self):
        self.serve()
        self.assertEqual(self.block("activity", "000"), {
            "input": "3m12s ago        counts, keeps the session alive",
            "output": "0m02s ago",
            "process": "never            counts for what has no terminal",
            "network": "1m05s ago        counts for what has no terminal",
        })

    def test_input_only(self):
        self.serve({"from.activity": "argument", "set.activity": "input"})
        activity = self.block("activity", "000")
        self.assertEqual([name for name, said in activity.items() if "counts" in said], ["input"])
        self.assertEqual(self.object("000")["activity"]["counts"], "input")

    def test_login(self):
        self.serve(None, {"now.source": "login", "now.idle_ms": 61000, "now.input_ms": -1, "now.network_ms": -1})
        activity = self.block("activity", "000")
        self.assertEqual(activity["input"], "never            counts")
        self.assertEqual(activity["login"], "1m01s ago        keeps the session alive")
        self.assertEqual(self.object("000")["activity"]["source"], "login")

    def test_watchdog_that_does_not_tell(self):
        self.serve(None, UNTOLD)
        self.assertEqual(self.block("activity", "000")["output"], "?")
        shown = self.object("000")
        self.assertEqual(shown["activity"], {"counts": "auto", **dict.fromkeys(ACTIVITY_KEYS[1:])})
        self.assertIsNone(shown["stamps_set_by_hand"])

    def test_no_source_of_ours(self):
        self.serve(None, {"now.source": "\x1b[2Jmagic"})
        self.assertNotIn("keeps", self.show("000"))
        self.assertEqual(self.object("000")["activity"]["source"], "\x1b[2Jmagic")

    def test_stamps_set_by_hand(self):
        self.serve(None, {"now.spoofed": 1})
        self.assertIn("  warning: the stamps of a terminal were set by hand\n", self.show("000"))
        self.assertIs(self.object("000")["stamps_set_by_hand"], True)

    def test_long_times(self):
        self.serve(None, {"now.output_ms": 2**63 - 1, "now.network_ms": 0})
        self.assertEqual(self.block("activity", "000")["output"], "106751991167d07h12m55s ago")
        self.assertEqual(self.object("000")["activity"]["network"], {"seconds": 0})


class Extended(ShowTest):
    def test_told_while_it_lasts(self):
        self.dir.session("00000001", None, {"now.extended_ms": 1752001})
        self.dir.session("00000002", None, {"now.extended_ms": None})
        self.dir.start()
        self.assertEqual(self.block("limits", "00000001")["extended"], "29m13s left in which neither idle nor max ends it")
        self.assertEqual(self.object("00000001")["extended_seconds"], 1753)
        self.assertNotIn("extended", self.show("00000002"))
        self.assertIsNone(self.object("00000002")["extended_seconds"])


class Settings(ShowTest):
    def test_all(self):
        self.dir.session("00000001", {"from.warn": "argument", "set.warn": "1m", "from.debug": "argument", "set.debug": ""})
        self.dir.start()
        shown = self.block("settings", "000")
        settings = self.object("000")["settings"]
        self.assertEqual(list(shown), list(settings))
        for name, setting in settings.items():
            self.assertEqual(shown[name], f"{setting['value']} ({setting['origin']})")
        self.assertEqual(settings["warn"], {"value": "1m", "origin": "argument"})
        self.assertEqual(settings["debug"], {"value": "on", "origin": "argument"})
        self.assertEqual(settings["kill"], {"value": "connection", "origin": "default"})


class Rule(ShowTest):
    def test_origin(self):
        self.dir.session("00000001", {"rule": 12, "from.idle": "rule", "from.conf": "argument", "set.conf": "/srv/pam/bastion.conf"})
        self.dir.start()
        self.assertIn("(bastion.conf:12), 11m48s left", self.block("limits", "000")["idle"])
        self.assertEqual(self.block("settings", "000")["idle"], "15m (bastion.conf:12)")
        shown = self.object("000")
        self.assertEqual(shown["rule"], {"file": "/srv/pam/bastion.conf", "line": 12})
        self.assertEqual(shown["limits"]["idle"], {"seconds": 900, "origin": "rule"})
        self.assertEqual(shown["limits"]["max"]["origin"], "argument")
        self.assertEqual(shown["settings"]["conf"], {"value": "/srv/pam/bastion.conf", "origin": "argument"})


class Hostile(ShowTest):
    """Whatever a user or a client is called: show() looks for what a terminal may act on."""

    def test_names(self):
        names = ["\x1b[2J\x1b]0;owned\x07", "line\nbreak\r\ttab", "\x7f\u0080\u009b31m", "%s%n%1B", "日本語", "a" * 256]
        for index, name in enumerate(names):
            raw = name.encode()[:256]
            self.dir.session(f"0000000{index}", {"user": raw, "rhost": raw, "service": raw[:64], "tty": raw[:64]},
                             {"now.terminals": raw[:127], "now.first": raw[:15], "now.state": raw[:15], "now.source": raw[:15]})
        self.dir.start()
        lines = len(golden("show.txt").splitlines())
        for index, name in enumerate(names):
            self.assertEqual(len(self.show(f"0000000{index}").splitlines()), lines)
            self.assertEqual(self.object(f"0000000{index}")["user"], name)


class Usage(ShowTest):
    def test_wrong(self):
        see = "; see 'idletimeout show --help'\n"
        self.refused(code=2, says="idletimeout show: missing argument 'ID'" + see)
        self.refused("--json", code=2, says="idletimeout show: missing argument 'ID'" + see)
        self.refused("--jsn", "7k2", code=2, says="idletimeout show: unknown option '--jsn'" + see + "idletimeout: did you mean '--json'?\n")
        done = run("/", "shwo")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"did you mean 'show'?", done.stderr)

    def test_help(self):
        for arguments in (("--help",), ("-h",), ("7k2", "--json", "-h")):
            self.assertIn("example: idletimeout show 7k2q90xw\n", self.show(*arguments))

    def test_full_disk(self):
        self.dir.session("7k2q90xw")
        self.dir.start()
        command = ["sh", "-c", 'exec "$0" show 7k2 >/dev/full', str(COMMAND)]
        done = run(self.home, *command[1:], command=command[0])
        self.assertEqual((done.returncode, done.stderr), (1, b"idletimeout: cannot write the output: No space left on device\n"))


if __name__ == "__main__":
    unittest.main()

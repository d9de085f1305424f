#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""idletimeout list, driven as a person or a program drives it, against watchdogs that are not there (fake.py)."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import unittest

import fake
from driver import COMMAND, SESSION_KEYS, UNSAFE, CommandTest, as_nobody, golden, run, run_on_terminal


class ListTest(CommandTest):
    def list(self, *arguments, code=0):
        done = run(self.home, "list", *arguments)
        self.assertEqual(done.returncode, code, done)
        return done.stdout.decode()

    def sessions(self, code=0):
        return json.loads(self.list("--json", code=code))["sessions"]

    def session(self, code=0):
        [found] = self.sessions(code)
        return found

    def assert_nothing(self):
        self.assertEqual(self.list(), "no sessions\n")
        self.assertEqual(self.sessions(), [])


class Golden(ListTest):
    """One of each kind of session."""

    def setUp(self):
        super().setUp()
        self.dir.session("00000001")
        self.dir.session(
            "00000002",
            {"user": "bob", "service": "login", "tty": "tty1", "rhost": "", "address": "", "port": 0,
             "auid": fake.UNSET, "ses": fake.UNSET, "set.keepalive": "off",
             "set.max": "off", "from.keepalive": None, "from.max": None},
            {"now.terminals": "tty1", "now.state": "warned", "now.idle_ms": 893000, "now.idle_left_ms": 6001,
             "now.keepalive_left_ms": -1, "now.max_left_ms": -1, "now.left_ms": 6001},
        )
        self.dir.session(
            "00000003",
            {"user": "carol", "rhost": "client.example.org", "address": "2001:db8::7", "set.dry_run": ""},
            {"now.terminals": "pts/0,pts/11", "now.state": "dry-run", "now.idle_ms": 3723000, "now.idle_left_ms": 0,
             "now.left_ms": 0},
        )
        self.dir.session(
            "00000004",
            {"user": "dave", "service": "sshd", "set.idle": "off", "from.idle": None},
            {"now.terminals": "", "now.state": "closing", "now.idle_ms": -1, "now.idle_left_ms": -1, "now.left_ms": 0,
             "now.first": "max"},
        )
        self.dir.session("00000006", {"user": "frank", "set.dry_run": ""}, {"now.left_ms": 700001})
        self.dir.record("00000005", user="erin", leader_pid=os.getppid(), leader_start=fake.start_time(os.getppid()))
        self.dir.start()

    def test_table(self):
        self.assertEqual(self.list(code=1), golden("table.txt"))

    def test_json(self):
        printed = self.list("--json", code=1).replace(f'"leader_pid": {os.getppid()}', '"leader_pid": 4242')
        printed = re.sub(r"\[\s+\]", "[]", printed)  # libjson-c 0.17 and later print no newline in an empty array
        self.assertEqual(printed, golden("list.json"))

    def test_json_keys(self):
        for session in self.sessions(code=1):
            self.assertEqual(list(session), SESSION_KEYS)

    def test_terminals(self):
        for width in (200, 80, 60, 40):
            with self.subTest(width=width):
                shown = run_on_terminal(self.home, width, "list")
                self.assertEqual(shown, golden(f"table-{width}.txt"))
                self.assertLessEqual(max(map(len, shown.splitlines())), width)


class Extended(ListTest):
    def test_told_while_it_lasts(self):
        self.dir.session("00000001", None, {"now.extended_ms": 1752001})
        self.dir.start()
        self.assertIn(" idle 15m, keepalive 30s x 3, max 12h, extended ", self.list())
        self.assertEqual(self.session()["extended_seconds"], 1753)


class Answers(ListTest):
    def test_request(self):
        self.dir.session("00000001")
        self.dir.start()
        self.assertEqual(self.session()["state"], "running")
        self.assertEqual(self.dir.requests, [b"status"])

    def test_refused(self):
        self.dir.listen("00000001", b"refused this session is another user's")
        self.dir.session("00000002")
        self.dir.start()
        self.assertEqual(self.session()["id"], "00000002")

    def test_refused_and_not_readable(self):
        """What everybody but root meets: the socket refuses, the record cannot be read."""
        self.dir.listen("00000001", b"refused this session is another user's")
        self.dir.record("00000001", **fake.living()).chmod(0o600)
        self.dir.start()
        copy = shutil.copy(COMMAND, self.home)
        done = run(self.home, "list", command=copy, **as_nobody())
        if os.geteuid() == 0:
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"no sessions\n", b""))

    def test_no_answer(self):
        self.dir.record("00000001", **fake.living())
        self.dir.listen("00000001", None)
        self.dir.session("00000002")
        self.dir.start()
        sessions = self.sessions(code=1)
        self.assertEqual([s["state"] for s in sessions], ["running", "no answer"])
        silent = sessions[1]
        self.assertEqual((silent["user"], silent["pam_tty"]), ("alice", "ssh"))
        self.assertEqual(silent["limits"]["idle"]["seconds"], 900)
        for key in ("tty", "idle_seconds", "left_seconds", "first"):
            self.assertIsNone(silent[key])
        self.assertTrue((self.dir.run / "00000001").exists())

    def test_garbage(self):
        answers = {
            "00000001": b"garbage",
            "00000002": b"\0" * 100,
            "00000003": os.urandom(2000),
            "00000004": b"x" * 7168,
            "00000005": b"x=" + b"y" * 20000 + b"\n",
            "00000006": b"",
            "00000007": fake.encode({"id": "00000008", **fake.ALICE, **fake.RUNNING}),
            "00000008": fake.encode({"id": "00000008", **fake.ALICE, **fake.RUNNING, "now.idle_ms": "soon"}),
            "00000009": fake.encode({"id": "00000009", **fake.ALICE, **fake.RUNNING, "set.idle": "-1"}),
            "0000000a": fake.encode({"id": "0000000a", **fake.ALICE, "set.idle": "1s%0"})[:-1],
        }
        for session_id, answer in answers.items():
            self.dir.listen(session_id, answer)
            self.dir.record(session_id, **fake.living())
        self.dir.start()
        self.assertEqual([s["id"] for s in self.sessions(code=1)], sorted(answers))
        self.assertEqual({s["state"] for s in self.sessions(code=1)}, {"no answer"})

    def test_truncated(self):
        whole = fake.encode({"id": "00000001", **fake.ALICE, **fake.RUNNING})
        state = whole.index(b"now.state")
        for index, length in enumerate(range(1, len(whole), 7)):
            self.dir.listen(f"{index:08d}", whole[:length].replace(b"id=00000001", b"id=%08d" % index))
        self.dir.start()
        for found in self.sessions():
            self.assertEqual(found["state"], "running")
        self.assertLess(len(self.sessions()), (len(whole) - state) / 7 + 1)

    def test_unknown_keys(self):
        self.dir.session("00000001", {"set.later": "1", "later": "x"}, {"now.later": "y"})
        self.dir.start()
        self.assertEqual(self.session()["user"], "alice")

    def test_deaf(self):
        self.dir.deaf("00000001")
        self.dir.record("00000001", **fake.living())
        self.dir.session("00000002")
        self.dir.start()
        self.assertEqual([s["state"] for s in self.sessions(code=1)], ["running", "no answer"])

    def test_order(self):
        for session_id, left in (("00000001", 5000), ("00000002", -1), ("00000003", 4000), ("00000004", 5000)):
            self.dir.session(session_id, status={"now.left_ms": left})
        self.dir.start()
        order = [s["id"] for s in self.sessions()]
        self.assertEqual(order, ["00000003", "00000001", "00000004", "00000002"])

    def test_keepalive_count(self):
        self.dir.session("00000001", {"set.keepalive_count": 7})
        self.dir.start()
        self.assertEqual(self.session()["limits"]["keepalive"], {"seconds": 30, "origin": "argument", "count": 7})


class Records(ListTest):
    def test_stale_is_removed(self):
        self.dir.record("00000001", leader_pid=os.getpid(), leader_start=1)
        self.dir.dead_socket("00000001")
        self.dir.record("00000002", leader_pid=0, leader_start=0)
        self.assert_nothing()
        self.assertEqual(list(self.dir.run.iterdir()), [])

    def test_zombie_leader_is_stale(self):
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        path = self.dir.record("00000001", leader_pid=child, leader_start=fake.start_time(child))
        self.assert_nothing()
        os.waitpid(child, 0)
        self.assertFalse(path.exists())

    def test_answer_proves_more_than_a_leader(self):
        path = self.dir.record("00000001", leader_pid=os.getpid(), leader_start=1)
        self.dir.session("00000001")
        self.dir.start()
        self.assertEqual(self.session()["state"], "running")
        self.assertTrue(path.exists())

    def test_damaged(self):
        whole = fake.encode({"id": "00000001", **fake.ALICE, **fake.living()})
        (self.dir.run / "00000001").write_bytes(whole[:-5])
        (self.dir.run / "00000002").write_bytes(whole)
        (self.dir.run / "00000003").write_bytes(b"x" * 100000)
        (self.dir.run / "00000004").mkdir()
        os.mkfifo(self.dir.run / "00000005")
        (self.dir.run / "00000006").symlink_to("00000001")
        (self.dir.run / "00000007").symlink_to("/dev/zero")
        done = run(self.home, "list")
        self.assertEqual((done.returncode, done.stdout), (1, b"no sessions\n"))
        self.assertEqual(done.stderr, b"idletimeout: 7 session record(s) cannot be understood\n")
        self.assertEqual(len(list(self.dir.run.iterdir())), 7)

    def test_other_names(self):
        for name in ("README", "0000000I", "00000001.tmp", "00000001.sock.sock", "000000010", ".00000001", "\x1b[2J"):
            (self.dir.run / name).write_bytes(fake.encode({"id": "00000001", **fake.ALICE, **fake.living()}))
        self.assert_nothing()

    def test_no_directory(self):
        self.dir.run.rmdir()
        self.assert_nothing()
        self.dir.run.mkdir()
        self.assert_nothing()

    def test_not_permitted(self):
        copy = shutil.copy(COMMAND, self.home)
        self.dir.run.chmod(0)
        done = run(self.home, "list", command=copy, **as_nobody())
        self.assertEqual((done.returncode, done.stdout), (3, b""))
        self.assertEqual(done.stderr, b"idletimeout: cannot list the sessions: Permission denied\n")
        self.dir.run.chmod(0o755)

    def test_run_dir_is_a_link(self):
        self.dir.run.rename(self.home / "elsewhere")
        self.dir.run.symlink_to("elsewhere")
        done = run(self.home, "list")
        self.assertEqual(done.returncode, 1)


class Hostile(ListTest):
    """Whatever a user or a client is called reaches a terminal as printable ASCII, and a program as it is."""

    NAMES = [
        "\x1b[2J\x1b]0;owned\x07",
        "line\nbreak\r\ttab",
        "\x7f\u0080\u009b31m",
        "日本語のユーザー",
        "e\u0301\u202egnp.exe",
        'quote"back\\slash</script>',
        "😀",
        "%s%n%1B",
        "a" * 256,
    ]

    def setUp(self):
        super().setUp()
        for index, name in enumerate(self.NAMES):
            raw = name.encode()[:256]
            self.dir.session(f"0000000{index}", {"user": raw, "rhost": raw, "address": "", "service": raw[:64]},
                             {"now.terminals": raw[:127], "now.first": raw[:15], "now.left_ms": index})
        self.dir.start()

    def test_table(self):
        printed = self.list()
        self.assertIsNone(UNSAFE.search(printed.encode()))
        self.assertEqual(len(printed.splitlines()), len(self.NAMES) + 1)

    def test_json(self):
        printed = self.list("--json")
        self.assertIsNone(UNSAFE.search(printed.encode()))
        self.assertEqual([s["user"] for s in json.loads(printed)["sessions"]], self.NAMES)

    def test_terminal(self):
        for width in (1, 10, 40, 80, 200):
            with self.subTest(width=width):
                shown = run_on_terminal(self.home, width, "list")
                self.assertIsNone(UNSAFE.search(shown.encode()))
                self.assertEqual(len(shown.splitlines()), len(self.NAMES) + 1)


class NotUtf8(ListTest):
    def test_json(self):
        raw = b"\xff\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xc3"
        self.dir.session("00000001", {"user": b"x" + raw + b"y"})
        self.dir.start()
        self.assertEqual(self.session()["user"], "x" + "\ufffd" * len(raw) + "y")


class Terminal(ListTest):
    def setUp(self):
        super().setUp()
        self.dir.session("00000001")
        self.dir.start()

    def test_columns_of_the_environment(self):
        wide = run_on_terminal(self.home, 200, "list")
        narrow = run_on_terminal(self.home, 200, "list", environment={"COLUMNS": "40"})
        self.assertGreater(len(wide), len(narrow))
        for columns in ("0", "-1", "x", "99999999999999999999", ""):
            self.assertEqual(run_on_terminal(self.home, 200, "list", environment={"COLUMNS": columns}), wide)

    def test_unknown_width(self):
        self.assertEqual(run_on_terminal(self.home, 0, "list"), run_on_terminal(self.home, 80, "list"))

    def test_no_terminal_is_not_cut(self):
        self.assertIn("idle 15m, keepalive 30s x 3, max 12h", self.list())


class Many(ListTest):
    COUNT = 1000
    PROMISE = 0.5  # seconds, for a thousand sessions
    TRIES = 10  # a busy machine is no slow command: the fastest of so many counts

    def fastest(self, *arguments):
        times = []
        while len(times) < self.TRIES and (not times or times[-1] >= self.PROMISE / 2):
            before = time.monotonic()
            done = run(self.home, *arguments)
            times.append(time.monotonic() - before)
            self.assertEqual(done.returncode, 0, done)
        print(f"{' '.join(arguments)}, {self.COUNT} sessions: {min(times):.3f} s", file=sys.stderr)
        return min(times)

    def test_thousand(self):
        if fake.raise_fd_limit() < self.COUNT * 2 + 100:
            self.skipTest("the limit of open files is too low for a thousand servers")
        for index in range(self.COUNT):
            self.dir.session(f"{index:08d}", status={"now.left_ms": index})
        self.dir.start()
        self.assertEqual([s["id"] for s in self.sessions()], [f"{index:08d}" for index in range(self.COUNT)])
        for arguments in (("list",), ("list", "--json"), ("metrics",)):
            self.assertLess(self.fastest(*arguments), self.PROMISE)

    def test_one_of_many_is_stuck(self):
        for index in range(100):
            self.dir.session(f"{index:08d}")
        self.dir.listen("00000zzz", None)
        self.dir.record("00000zzz", **fake.living())
        self.dir.start()
        before = time.monotonic()
        states = [s["state"] for s in self.sessions(code=1)]
        took = time.monotonic() - before
        print(f"100 sessions and a stuck one: {took:.3f} s", file=sys.stderr)
        self.assertEqual(states, ["running"] * 100 + ["no answer"])
        self.assertLess(took, 10)

    def test_few_descriptors(self):
        """More sessions than files may be open: they are asked in waves."""
        for index in range(100):
            self.dir.session(f"{index:08d}")
        self.dir.start()
        done = subprocess.run(["sh", "-c", 'ulimit -n 40; exec "$0" list --json', str(COMMAND)], cwd=self.home,
                              capture_output=True, timeout=60, check=True)
        self.assertEqual(len(json.loads(done.stdout)["sessions"]), 100)


class Usage(unittest.TestCase):
    def assert_usage(self, *arguments, says):
        done = run("/", *arguments)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(says, done.stderr.decode())
        self.assertIsNone(UNSAFE.search(done.stderr))

    def test_wrong(self):
        self.assert_usage(says="usage: idletimeout COMMAND")
        self.assert_usage("lst", says="did you mean 'list'?")
        self.assert_usage("li", says="did you mean 'list'?")
        self.assert_usage("List", says="did you mean 'list'?")
        self.assert_usage("frobnicate", says="unknown command 'frobnicate'; see 'idletimeout --help'\n")
        self.assert_usage("", says="unknown command ''")
        self.assert_usage("--jsn", says="unknown option '--jsn'")
        self.assert_usage("\x1b[31mé" + "x" * 10000, says="unknown command '?[31m??xxx")
        self.assert_usage("list", "--jsn", says="list: unknown option '--jsn'; see 'idletimeout list --help'")
        self.assert_usage("list", "alice", says="idletimeout list: unexpected argument 'alice'")

    def test_no_suggestion_for_nonsense(self):
        self.assertNotIn(b"did you mean", run("/", "frobnicate").stderr)

    def test_help(self):
        for arguments in (("--help",), ("-h",), ("list", "--help"), ("list", "--json", "-h")):
            done = run("/", *arguments)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertIn(b"list the watched sessions", done.stdout)
        self.assertIn(b"example: idletimeout list", run("/", "list", "--help").stdout)

    def test_version(self):
        done = run("/", "--version")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertRegex(done.stdout.decode(), r"\Aidletimeout [0-9][0-9a-z.~-]*\n\Z")

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([str(COMMAND), "--help"], stdout=full, stderr=subprocess.PIPE, check=False,
                                  timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, b"idletimeout: cannot write the output: No space left on device\n")


if __name__ == "__main__":
    unittest.main()

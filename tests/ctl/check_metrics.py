#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""idletimeout metrics against watchdogs that are not there (fake.py): what it counts, and what it leaves of a file."""

import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import unittest

import fake
from driver import COMMAND, UNSAFE, CommandTest, as_nobody, run

try:
    from prometheus_client.openmetrics import parser as openmetrics
except ImportError:
    openmetrics = None

SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)+)\})? (-?[0-9.]+)')
LABEL = re.compile(r'([a-z]+)="((?:[^"\\]|\\.)*)"')
NAME = "idletimeout.prom"


def samples(text):
    """{(name, label values..): number} of a document, every line of which is understood."""
    lines = text.splitlines()
    assert lines.pop() == "# EOF" and text.endswith("\n")
    found = {}
    for line in lines:
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP [a-z_]+ .+\.|TYPE [a-z_]+ (gauge|histogram)|UNIT [a-z_]+ [a-z]+)", line), line
            continue
        name, labels, value = SAMPLE.fullmatch(line).groups()
        values = tuple(value for _, value in LABEL.findall(labels or ""))
        assert (name, *values) not in found, line
        found[(name, *values)] = float(value)
    return found


class MetricsTest(CommandTest):
    def metrics(self, *arguments, code=0, says=""):
        done = run(self.home, "metrics", *arguments)
        self.assertEqual((done.returncode, done.stderr.decode()), (code, says), done)
        self.assertIsNone(UNSAFE.search(done.stdout))
        return done.stdout.decode()

    def samples(self, **expected):
        return samples(self.metrics(**expected))

    def totals(self, content):
        path = self.dir.run / "totals"
        path.write_bytes(content)
        path.chmod(0o600)
        return path

    def mixed(self):
        """One of each kind of session."""
        self.dir.session("00000001")
        self.dir.session("00000002", None, {"now.left_ms": 10000, "now.spoofed": 1})
        self.dir.session("00000003", {"service": "login"}, {"now.state": "warned", "now.left_ms": 10001})
        self.dir.session("00000004", {"service": "login"}, {"now.left_ms": -1})
        self.dir.session("00000005", None, {"now.state": "closing", "now.left_ms": 0})
        self.dir.record("00000006", **fake.living())
        (self.dir.run / "00000007").write_bytes(b"damaged")
        self.dir.start()


class Sessions(MetricsTest):
    def test_counted(self):
        self.mixed()
        found = self.samples()
        sessions = {key[1:]: value for key, value in found.items() if key[0] == "idletimeout_sessions"}
        self.assertEqual(sessions, {("sshd", "running"): 2, ("login", "warned"): 1, ("login", "running"): 1,
                                    ("sshd", "closing"): 1, ("sshd", "no answer"): 1})
        self.assertEqual(found["idletimeout_sessions_unanswered",], 1)
        self.assertEqual(found["idletimeout_sessions_stamps_set_by_hand",], 1)
        self.assertEqual(found["idletimeout_records_damaged",], 1)

    def test_time_left(self):
        self.mixed()
        found = self.samples()
        buckets = {key[1]: value for key, value in found.items() if key[0] == "idletimeout_left_seconds_bucket"}
        self.assertEqual(list(buckets.values()), sorted(buckets.values()))
        self.assertEqual((buckets["10.0"], buckets["60.0"], buckets["900.0"], buckets["+Inf"]), (2, 3, 4, 4))
        self.assertEqual(found["idletimeout_left_seconds_count",], 4)
        self.assertAlmostEqual(found["idletimeout_left_seconds_sum",], 727.701)

    def test_none(self):
        found = self.samples()
        self.assertFalse([key for key in found if key[0] == "idletimeout_sessions"])
        self.assertEqual(found["idletimeout_left_seconds_bucket", "+Inf"], 0)
        self.dir.run.rmdir()
        self.assertEqual(self.samples(), found)
        self.dir.run.mkdir()

    def test_hostile_services(self):
        services = [b'a"b\\c\n', b"\x1b[2J", b"?[2J", "日本語".encode(), b"\xff", b"x" * 64, b"}", b'",state="running']
        for index, service in enumerate(services):
            self.dir.session(f"0000000{index}", {"service": service})
        self.dir.start()
        found = self.samples()
        sessions = {key[1]: value for key, value in found.items() if key[0] == "idletimeout_sessions"}
        self.assertEqual(sessions, {r"a\"b\\c?": 1, "?[2J": 2, "?" * 9: 1, "?": 1, "x" * 64: 1, "}": 1,
                                    r"\",state=\"running": 1})


class Totals(MetricsTest):
    def test_nothing_has_happened(self):
        found = self.samples()
        self.assertEqual(found["idletimeout_disconnects_total", "idle"], 0)
        self.assertEqual(found["idletimeout_spoof_attempts_total",], 0)
        self.assertEqual(found["idletimeout_watchdogs_lost_total",], 0)

    def test_counted(self):
        self.totals(b"disconnect.idle=12\ndisconnect.max=18446744073709551615\nwould-disconnect.idle=3\n"
                    b"tamper.spoof=4\ntamper.watchdog-lost=5\ndisconnect.\x22of\x5ctomorrow=6\nlater.thing=7\n")
        found = self.samples()
        self.assertEqual(found["idletimeout_disconnects_total", "idle"], 12)
        self.assertEqual(found["idletimeout_disconnects_total", "max"], float(2**64 - 1))
        self.assertEqual(found["idletimeout_disconnects_total", "keepalive"], 0)
        self.assertEqual(found["idletimeout_disconnects_total", r"\"of\\tomorrow"], 6)
        self.assertEqual(found["idletimeout_rehearsed_disconnects_total", "idle"], 3)
        self.assertEqual(found["idletimeout_spoof_attempts_total",], 4)
        self.assertEqual(found["idletimeout_watchdogs_lost_total",], 5)
        self.assertNotIn("later", self.metrics())

    def test_damaged(self):
        says = "idletimeout: cannot read what was counted: Bad message\n"
        for content in (b"torn", b"disconnect.idle=-1\n", b"x=1\n" * 10000):
            self.totals(content)
            self.assertNotIn("_total", self.metrics(code=1, says=says))
        (self.dir.run / "totals").unlink()
        (self.dir.run / "totals").symlink_to("/dev/zero")
        self.metrics(code=1, says=says)
        (self.dir.run / "totals").unlink()
        os.mkfifo(self.dir.run / "totals")
        self.metrics(code=1, says=says)

    def test_not_for_everybody(self):
        if os.geteuid() != 0:
            self.skipTest("needs root, to be somebody else")
        self.totals(b"disconnect.idle=12\n")
        copy = shutil.copy(COMMAND, self.home)
        done = run(self.home, "metrics", command=copy, **as_nobody())
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertNotIn(b"_total", done.stdout)
        self.assertEqual(samples(done.stdout.decode())["idletimeout_sessions_unanswered",], 0)


class OpenMetrics(MetricsTest):
    def test_parsed_by_another(self):
        if openmetrics is None:
            self.skipTest("prometheus_client is not installed")
        self.dir.session("00000008", {"service": 'a"b\\c\n日'})
        self.totals(b"disconnect.idle=12\n")
        self.mixed()
        families = {family.name: family for family in openmetrics.text_string_to_metric_families(self.metrics())}
        self.assertEqual(families["idletimeout_left_seconds"].type, "histogram")
        self.assertEqual(families["idletimeout_left_seconds"].unit, "seconds")
        self.assertIn('a"b\\c????', {sample.labels["service"] for sample in families["idletimeout_sessions"].samples})
        self.assertEqual(families["idletimeout_disconnects_total"].samples[0].value, 12)


class Output(MetricsTest):
    def setUp(self):
        super().setUp()
        self.place = self.home / "textfiles"
        self.place.mkdir()
        self.file = self.place / NAME

    def names(self):
        return [path.name for path in self.place.iterdir()]

    def test_written(self):
        for arguments in (("--output", str(self.file)), (f"--output={self.file}",)):
            self.assertEqual(self.metrics(*arguments), "")
            self.assertEqual(self.file.read_text(), self.metrics())
            self.assertEqual(self.names(), [NAME])
            self.file.unlink()

    def test_everybody_may_read_it(self):
        for mask in (0o077, 0):
            before = os.umask(mask)
            self.metrics("--output", str(self.file))
            os.umask(before)
            self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o644)

    def test_name_alone(self):
        self.metrics("--output", NAME)
        self.assertTrue((self.home / NAME).exists())

    def test_longest_name(self):
        name = "x" * 250 + ".prom"
        self.metrics("--output", str(self.place / name))
        self.assertEqual(self.names(), [name])

    def test_replaced_not_rewritten(self):
        self.file.write_text("old")
        held = self.file.open(encoding="ascii")
        self.addCleanup(held.close)
        self.metrics("--output", str(self.file))
        self.assertEqual(held.read(), "old")
        self.assertIn("# EOF", self.file.read_text())

    def test_always_whole(self):
        """Whoever reads while it is written over and over finds one document."""
        writer = subprocess.Popen(["sh", "-c", 'for i in 1 2 3 4 5 6 7 8 9; do "$0" metrics --output "$1"; done',
                                   str(COMMAND), str(self.file)], cwd=self.home)
        while writer.poll() is None:
            if self.file.exists():
                samples(self.file.read_text())
        self.assertEqual(writer.returncode, 0)

    def test_refused(self):
        link = self.place / "link"
        link.symlink_to("elsewhere")
        pipe = self.place / "pipe"
        os.mkfifo(pipe)
        for path, why in ((link, "Operation not supported"), (pipe, "Operation not supported"),
                          (self.place, "Operation not supported"), (f"{self.place}/", "Is a directory"),
                          ("", "No such file or directory"), (self.place / "none" / NAME, "No such file or directory"),
                          (self.place / "pipe" / NAME, "Not a directory"), ("/dev/null", "Operation not supported")):
            with self.subTest(path=path):
                self.metrics("--output", str(path), code=1, says=f"idletimeout: cannot write {path}: {why}\n")
        self.assertEqual(sorted(self.names()), ["link", "pipe"])
        self.assertTrue(pathlib.Path("/dev/null").is_char_device())

    def test_not_permitted(self):
        if os.geteuid() != 0:
            self.skipTest("needs root, to be somebody else")
        copy = shutil.copy(COMMAND, self.home)
        done = run(self.home, "metrics", "--output", str(self.file), command=copy, **as_nobody())
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (3, f"idletimeout: cannot write {self.file}: Permission denied\n"))

    def test_full_disk(self):
        """A file that cannot be written leaves the old one, and nothing else."""
        self.file.write_text("old")
        done = subprocess.run(["sh", "-c", 'ulimit -f 0; exec "$0" metrics --output "$1"', str(COMMAND), str(self.file)],
                              cwd=self.home, capture_output=True, timeout=60, check=False, preexec_fn=ignore_size_signal)
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (1, f"idletimeout: cannot write {self.file}: File too large\n"))
        self.assertEqual((self.names(), self.file.read_text()), ([NAME], "old"))

    def test_safe_to_print(self):
        path = "\x1b[2J/" + "x" * 1000
        done = run(self.home, "metrics", "--output", path)
        self.assertEqual(done.returncode, 1)
        self.assertIsNone(UNSAFE.search(done.stderr))


def ignore_size_signal():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


class Usage(MetricsTest):
    def test_wrong(self):
        see = "; see 'idletimeout metrics --help'\n"
        for arguments, problem in ((("--output",), "missing argument 'FILE'"), (("x",), "unexpected argument 'x'"),
                                   (("--frobnicate", "x"), "unknown option '--frobnicate'")):
            self.metrics(*arguments, code=2, says=f"idletimeout metrics: {problem}{see}")
        for typed, meant in (("--outptu", "--output"), ("--outputx", "--output"), ("--hlep", "--help")):
            self.metrics(typed, code=2, says=f"idletimeout metrics: unknown option '{typed}'{see}"
                                             f"idletimeout: did you mean '{meant}'?\n")

    def test_help(self):
        self.assertIn("example: idletimeout metrics --output ", self.metrics("--help"))


if __name__ == "__main__":
    unittest.main()

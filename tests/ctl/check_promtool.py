#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""idletimeout metrics as Prometheus judges it: `promtool check metrics` has nothing to say."""

import shutil
import subprocess
import sys
import unittest

import fake
from driver import CommandTest, run

SKIPPED = 77  # to automake


class Promtool(CommandTest):
    def assert_accepted(self, code=0):
        printed = run(self.home, "metrics")
        self.assertEqual(printed.returncode, code, printed)
        checked = subprocess.run(["promtool", "check", "metrics"], input=printed.stdout, capture_output=True, timeout=60,
                                 check=False)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, b"", b""))

    def test_nothing(self):
        self.assert_accepted()

    def test_hostile(self):
        for index, service in enumerate(('a"b\\c\n', "日本語", b"\xff", '"} 1\n# EOF\n', "x" * 64)):
            self.dir.session(f"0000000{index}", {"service": service}, {"now.left_ms": index * 10**9, "now.spoofed": 1})
        self.dir.record("00000006", **fake.living())
        self.dir.start()
        (self.dir.run / "totals").write_bytes(b"disconnect.idle=18446744073709551615\ndisconnect.\"}=1\ntamper.spoof=2\n")
        self.assert_accepted()

    def test_totals_that_are_not_known(self):
        (self.dir.run / "totals").write_bytes(b"damaged")
        self.assert_accepted(code=1)


if __name__ == "__main__":
    if shutil.which("promtool") is None:
        print("promtool is not installed")
        sys.exit(SKIPPED)
    unittest.main()

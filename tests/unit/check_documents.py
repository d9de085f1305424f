#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What the documents name is there: tests in doc/THREAT-MODEL.md, documents in README and HACKING."""

import os
import pathlib
import re
import unittest

TOP = pathlib.Path(os.environ.get("top_srcdir", "."))


class Documents(unittest.TestCase):
    def test_each_claim_names_tests_that_exist(self):
        tests = {path.stem for path in (TOP / "tests").rglob("*")}
        table = re.findall(r"^\| .* \| (.*) \|$", (TOP / "doc/THREAT-MODEL.md").read_text(), re.MULTILINE)
        named = [name for cell in table for name in re.findall(r"`((?:test|check|fuzz)_[a-z_]+)(?:\.[a-z]+)?`", cell)]
        self.assertGreater(len(named), 40)
        self.assertEqual([name for name in named if name not in tests], [])

    def test_documents_that_are_pointed_at_exist(self):
        for document in ("README", "HACKING", "SECURITY.md", "packaging/README"):
            named = re.findall(r"\bdoc/[A-Z-]+\.md\b", (TOP / document).read_text())
            self.assertEqual([name for name in named if not (TOP / name).exists()], [], document)


if __name__ == "__main__":
    unittest.main()

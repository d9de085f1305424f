#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""idletimeout explain, on PAM files and rules of its own (pam.d, vendor and idletimeout.conf in the current directory)."""

import json
import os
import unittest

from driver import HERE, UNSAFE, CommandTest, as_nobody, golden, run, run_on_terminal

SOURCE = HERE.parent.parent
RULES = "/proc/self/cwd/idletimeout.conf"
NOBODYS = "@idletimeout-has-no-member"
KEYS = "user service from pam_line rules rule exempt limits settings passed_over".split()

STACK = """\
# PAM of a test
auth      required  pam_permit.so
@include  common-auth
session   required  pam_loginuid.so
session   required  pam_idletimeout.so idle=15m keepalive=30s max=12h  # all
session   optional  pam_keyinit.so force revoke
"""

CONTRACT = f"""\
# service  who            from          settings
sshd       {NOBODYS}   *             idle=5m max=8h
sshd       backup         10.0.0.0/8    exempt
su         *              local         idle=1m
sshd       "@lab guests"  192.0.2.0/24  idle=2m # blank
sshd       @root          203.0.113.0/24  idle=3m
*          root           *             idle=10m warn=1m
nonsense   *              *             quiet
"""


class ExplainTest(CommandTest):
    def setUp(self):
        super().setUp()
        (self.home / "pam.d").mkdir()
        (self.home / "vendor").mkdir()
        self.write("pam.d/common-auth", "")
        self.write("pam.d/sshd", STACK)

    def write(self, name, content, mode=0o644):
        path = self.home / name
        path.write_text(content)
        path.chmod(mode)
        return path

    def rules(self, content, mode=0o644):
        return self.write("idletimeout.conf", content, mode)

    def explain(self, *arguments, who="root", code=0, says="", **options):
        """What is shown; `says` is all that must be said on stderr."""
        done = run(self.home, "explain", who, "--service", "sshd", *arguments, **options)
        self.assertEqual((done.returncode, done.stderr.decode()), (code, says), done)
        self.assertIsNone(UNSAFE.search(done.stdout + done.stderr))
        return done.stdout.decode()

    def object(self, *arguments, **more):
        return json.loads(self.explain("--json", *arguments, **more))

    def refused(self, *arguments, code=1, says, **options):
        self.assertEqual(self.explain(*arguments, code=code, says=f"idletimeout: {says}\n", **options), "")

    def line(self, *arguments, service, code=0, says=""):
        """The PAM line that counts for a service, and the idle limit."""
        done = run(self.home, "explain", "root", "--json", f"--service={service}", *arguments)
        self.assertEqual((done.returncode, done.stderr.decode()), (code, says), done)
        shown = json.loads(done.stdout)
        place = shown["pam_line"]
        return f"{place['file']}:{place['line']}", shown["limits"]["idle"] and shown["limits"]["idle"]["seconds"]


class Golden(ExplainTest):
    def test_rule(self):
        self.rules(CONTRACT)
        self.assertEqual(self.explain("--from", "192.0.2.7"), golden("explain.txt"))
        self.assertEqual(run_on_terminal(self.home, 80, "explain", "root", "--service=sshd", "--from=192.0.2.7"),
                         golden("explain.txt"))  # fmt: skip

    def test_json(self):
        self.rules(CONTRACT)
        self.assertEqual(self.explain("--json", "--from=192.0.2.7"), golden("explain.json"))

    def test_exempt(self):
        self.rules("sshd nobody-else * idle=1m\n* @root 2001:db8::/32 exempt\n")
        self.assertEqual(self.explain("--from=2001:DB8::7"), golden("explain-exempt.txt"))

    def test_no_rules(self):
        self.assertEqual(self.explain(), golden("explain-no-rules.txt"))


class Rules(ExplainTest):
    def test_keys(self):
        for content in (CONTRACT, "* * * exempt\n", "su * * idle=1m\n", ""):
            self.rules(content)
            self.assertEqual(list(self.object()), KEYS)

    def test_no_match(self):
        self.rules("su * * idle=1m\n")
        shown = self.object()
        self.assertEqual((shown["rules"], shown["rule"], shown["exempt"]), (RULES, None, False))
        self.assertEqual(shown["limits"]["idle"],
                         {"seconds": 900, "origin": "argument", "place": {"file": "pam.d/sshd", "line": 5}})  # fmt: skip
        self.assertIn(f"rule:               none matches in {RULES}\n", self.explain())

    def test_reasons(self):
        self.rules(f"su * * idle=1m\n* alice * idle=2m\n* * 10.0.0.0/8 idle=3m\n* {NOBODYS} * idle=4m\n* * * idle=5m\n")
        shown = self.object("--from", "192.0.2.7")
        self.assertEqual([one["differs"] for one in shown["passed_over"]], ["service", "user", "address", "group"])
        self.assertEqual([one["line"] for one in shown["passed_over"]], [1, 2, 3, 4])
        self.assertEqual(shown["passed_over"][2]["rule"], "* * 10.0.0.0/8 idle=3m")
        self.assertEqual(shown["rule"], {"file": RULES, "line": 5})

    def test_from(self):
        self.rules("* * local idle=1m\n* * 0.0.0.0/0 idle=2m\n* * ::/0 idle=3m\n")
        for words, seconds in (((), 60), (("--from=local",), 60), (("--from", "10.0.0.9"), 120), (("--from=::1",), 180),
                               (("--from=::ffff:10.0.0.9",), 120)):  # fmt: skip
            self.assertEqual(self.object(*words)["limits"]["idle"]["seconds"], seconds)

    def test_limit_taken_away(self):
        self.rules("* * * idle=off keepalive=off max=off\n")
        self.assertIn("\nlimits:\n  none, the session is not watched\n", self.explain())
        self.assertEqual(set(self.object()["limits"].values()), {None})

    def test_other_file(self):
        self.write("pam.d/sshd", "session required pam_idletimeout.so conf=/proc/self/cwd/other.conf\n")
        self.refused(says="/proc/self/cwd/other.conf: No such file or directory")
        self.write("other.conf", "* * * idle=1m\n")
        self.assertEqual(self.object()["rule"], {"file": "/proc/self/cwd/other.conf", "line": 1})

    def test_example(self):
        # What is commented out there without a blank is a rule.
        lines = (SOURCE / "idletimeout.conf.example").read_text().splitlines()
        rules = [line[1:] for line in lines if line[:1] == "#" and line[1:2] not in ("", " ")]
        self.assertGreater(len(rules), 5)
        self.rules("".join(rule + "\n" for rule in rules))
        self.assertEqual(self.object()["rule"]["line"], 1)

    def test_names_are_safe_to_show(self):
        self.rules("* j\u00fcrgen * idle=1m # \u2603\n* * * idle=2m\n")
        self.assertIn("* j??rgen * idle=1m # ???\n", self.explain())
        self.assertEqual(self.object()["passed_over"][0]["rule"], "* j\u00fcrgen * idle=1m # \u2603")

    def test_broken(self):
        for content, place in (("* * * idel=1m\n", "1:7: 'idel=1m' is not a known setting"),
                               ("* * * exempt\nsshd\n", "2:5: no user or @group behind the service"),
                               ("* * * exempt\n# \0\n", "2:3: a NUL byte: this is no text")):  # fmt: skip
            self.rules(content)
            self.refused(says=f"{RULES}:{place}")
            self.refused("--json", says=f"{RULES}:{place}")

    def test_not_to_be_trusted(self):
        path = self.rules("* * * exempt\n", 0o666)
        self.refused(says=f"{RULES}: can be written to by others than its owner")
        path.unlink()
        os.mkfifo(path)
        self.refused(says=f"{RULES}: is not a regular file")
        path.unlink()
        path.symlink_to("pam.d/sshd")
        self.refused(says=f"{RULES}: is a symbolic link")

    @unittest.skipIf(os.geteuid() != 0, "root's file is needed")
    def test_not_permitted(self):
        self.rules("* * * exempt\n", 0o600)
        self.refused(code=3, says=f"{RULES}: Permission denied", **as_nobody())
        self.rules("* * * exempt\n", 0o644)
        self.assertIn("exempt", self.explain(**as_nobody()))
        self.write("pam.d/sshd", STACK, 0o600)
        self.refused(code=3, says="pam.d/sshd: Permission denied", **as_nobody())


class Stack(ExplainTest):
    def test_included(self):
        self.write("pam.d/a", "# c\n@include common-session\n")
        self.write("pam.d/b", "auth include common-session\nsession\tinclude\tcommon-session\n")
        self.write("pam.d/c", "session substack common-session\n")
        self.write("pam.d/d", f"session include {self.home}/pam.d/common-session\n")
        self.write("pam.d/common-session", "auth required pam_idletimeout.so idle=9m\n\nsession required pam_idletimeout.so idle=2m\n")
        for service in "abc":
            self.assertEqual(self.line(service=service), ("pam.d/common-session:3", 120))
        self.assertEqual(self.line(service="d"), (f"{self.home}/pam.d/common-session:3", 120))

    def test_spelling(self):
        for number, line in enumerate((
            "session required pam_idletimeout.so idle=2m",
            "\t SESSION  [success=ok default=die]\tpam_idletimeout.so\tidle=2m\t",
            "-session optional /opt/lib/security/pam_idletimeout.so idle=2m#idle=3m",
            "session required \\\n  pam_idletimeout.so \\\n  idle=2m",
            "session required pam_idletimeout.so [idle=2m]",
            "session required pam_idletimeout.so idle=2m [conf=/proc/self/cwd/a\\]b c]",
        )):  # fmt: skip
            self.write("a]b c", "")
            self.write(f"pam.d/s{number}", line)
            self.assertEqual(self.line(service=f"s{number}"), (f"pam.d/s{number}:1", 120), line)

    def test_other_lines_are_none_of_ours(self):
        self.write("pam.d/x", "session required pam_idletimeout.so.bak idle=1m\nsession required xpam_idletimeout.so idle=1m\n"
                   "# session required pam_idletimeout.so idle=1m\naccount required pam_idletimeout.so idle=1m\n")  # fmt: skip
        done = run(self.home, "explain", "root", "--service", "x")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(done.stderr.decode(),
                         "idletimeout: x has no session line of pam_idletimeout.so: nothing limits its sessions\n")  # fmt: skip

    def test_last_of_several_counts(self):
        self.write("pam.d/x", "session required pam_idletimeout.so idle=1m\nsession required pam_idletimeout.so max=1h\n")
        says = "idletimeout: x has several session lines of pam_idletimeout.so; the last one counts\n"
        self.assertEqual(self.line(service="x", code=1, says=says), ("pam.d/x:2", None))

    def test_vendor_and_other(self):
        self.write("vendor/v", "session required pam_idletimeout.so idle=1m\n")
        self.assertEqual(self.line(service="v"), ("vendor/v:1", 60))
        done = run(self.home, "explain", "root", "--service", "absent")
        self.assertEqual((done.returncode, done.stderr.decode()), (1, "idletimeout: 'absent' has no file in pam.d\n"))
        self.write("pam.d/other", "session required pam_idletimeout.so idle=2m\n")
        self.assertEqual(self.line(service="absent"), ("pam.d/other:1", 120))

    def test_broken(self):
        for content, says in (("session include missing\n", "pam.d/sshd:1: includes 'missing', which is not there"),
                              ("\n@include\n", "pam.d/sshd:2: names no file to include"),
                              ("session required\n", "pam.d/sshd:1: names no module"),
                              ("session include sshd\n", "pam.d/sshd: is included too deep: some files include each other"),
                              ("\nsession required pam_idletimeout.so \\\nidle=0\n",
                               "pam.d/sshd:2: bad argument: idle: '0' is not within 1s to 3650d"),
                              ("session required pam_idletimeout.so idle=1m idle=2m\n",
                               "pam.d/sshd:1: bad argument: idle: is given twice")):  # fmt: skip
            self.write("pam.d/sshd", content)
            self.refused(says=says)


class Usage(ExplainTest):
    def test_usage(self):
        for words, says in (((), "missing argument 'USER'"),
                            (("root",), "missing option '--service'"),
                            (("root", "--service"), "a value is missing behind '--service'"),
                            (("root", "--service="), "a value is missing behind '--service'"),
                            (("root", "--service", "a", "--service", "b"), "given twice: '--service'"),
                            (("root", "--service=../x"), "not the name of a service: '../x'"),
                            (("root", "bob", "--service=sshd"), "unexpected argument 'bob'"),
                            (("root", "--service=sshd", "--from=client.example"),
                             "neither an address nor 'local': 'client.example'"),
                            (("root", "--service=sshd", "--from=10.0.0.0/8"),
                             "neither an address nor 'local': '10.0.0.0/8'"),
                            (("root", "--services=sshd"), "unknown option '--services=sshd'")):  # fmt: skip
            done = run(self.home, "explain", *words)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertEqual(done.stderr.decode(), f"idletimeout explain: {says}; see 'idletimeout explain --help'\n")

    def test_help(self):
        done = run(self.home, "explain", "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"usage: idletimeout explain USER --service SERVICE [--from ADDRESS] [--json]\n", done.stdout)

    def test_unknown_user(self):
        self.refused(who="no-such-user\x1b", says="'no-such-user?' is not a user of this system")


if __name__ == "__main__":
    unittest.main()

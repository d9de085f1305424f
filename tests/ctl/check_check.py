#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""idletimeout check, on a machine of its own below the current directory: a golden output for every finding."""

import ipaddress
import json
import os
import random
import re
import subprocess
import unittest

from driver import COMMAND, ENVIRONMENT, HERE, UNSAFE, CommandTest, as_nobody, golden, run

RULES = "idletimeout.conf"
SOURCE = HERE.parent.parent

LINE = "session required pam_idletimeout.so"
STACK = """\
auth     required pam_permit.so
session  required pam_loginuid.so
session  required pam_idletimeout.so idle=15m keepalive=30s max=12h
@include common-session
"""
COMMON = "session required pam_limits.so\n"
SSHD = "usepam yes\nclientaliveinterval 0\nchanneltimeout none\n"


def stack(arguments="idle=15m", control="required", before="", after=""):
    return (f"session required pam_loginuid.so\n{before}session {control} pam_idletimeout.so {arguments}\n"
            f"{after}@include common-session\n")  # fmt: skip


def sshd(**settings):
    said = {"usepam": "yes", "clientaliveinterval": 0, "channeltimeout": "none", **settings}
    return "#!/bin/sh\ncat <<END\n" + "".join(f"{key} {value}\n" for key, value in said.items()) + "END\n"


# What is different on the machine, and what is asked. A value of None: the file is not there.
SCENARIOS = {
    "nothing to find": ({}, []),
    "no line anywhere": ({"pam.d/sshd": "session required pam_loginuid.so\n"}, []),
    "no line in a service that is asked for": ({}, ["su"]),
    "a service without a file": ({"pam.d/other": f"{LINE} idle=1m\n"}, ["absent"]),
    "neither a file nor other": ({}, ["absent"]),
    "broken stacks": (
        {"pam.d/a": "session required\n", "pam.d/b": "@include missing\n", "pam.d/c": "@include c\n",
         "pam.d/d": "auth required\n"}, []),  # fmt: skip
    "bad arguments": ({"pam.d/sshd": stack("idel=15m idle=0 max=1h max=2h \033[2J")}, []),
    "other types": ({"pam.d/common-auth": "auth required pam_idletimeout.so idle=1m\n",
                     "pam.d/sshd": "@include common-auth\n" + STACK + "account required pam_idletimeout.so\n",
                     "pam.d/login": "@include common-auth\npassword required /x/pam_idletimeout.so\n"}, []),  # fmt: skip
    "bad control": ({"pam.d/sshd": stack(control="requird")}, []),
    "bad brackets": ({"pam.d/sshd": stack(control="[success=maybe]")}, []),
    "optional": ({"pam.d/sshd": stack(control="optional")}, []),
    "optional, to rehearse": ({"pam.d/sshd": stack("idle=15m dry_run", control="optional")}, []),
    "sufficient": ({"pam.d/sshd": stack(control="sufficient")}, []),
    "brackets that let failures pass": (
        {"pam.d/sshd": stack(control="[success=ok ignore=ignore session_err=ignore default=bad]")}, []),
    "brackets that refuse exempt sessions": ({"pam.d/sshd": stack(control="[success=ok default=bad]")}, []),
    "good brackets": ({"pam.d/sshd": stack(control="[success=ok ignore=ignore default=die]")}, []),
    "a line that may be absent": ({"pam.d/sshd": "-" + LINE + " idle=1m\n"}, []),
    "module missing": ({"modules/pam_idletimeout.so": None}, []),
    "module missing by its path": ({"pam.d/sshd": "session required /no/where/pam_idletimeout.so idle=1m\n"}, []),
    "jumps": ({"pam.d/sshd": stack(
        before="session [success=1 default=ignore] pam_succeed_if.so user = alice\n"), "pam.d/su": stack(
        before="session [success=1 default=ignore] pam_succeed_if.so\nsession required pam_permit.so\n"),
        "pam.d/login": stack(before="session sufficient pam_succeed_if.so\n"),
        "pam.d/xdm": "session substack inner\n" + stack(),
        "pam.d/inner": "session sufficient pam_succeed_if.so\nsession [default=9] pam_permit.so\n"}, []),  # fmt: skip
    "several lines": ({"pam.d/sshd": stack(after=f"{LINE} max=1h\n")}, []),
    "before pam_loginuid": ({"pam.d/sshd": f"{LINE} idle=1m\nsession required pam_loginuid.so\n"}, []),
    "after what is inside": (
        {"pam.d/sshd": "session required pam_loginuid.so\nsession required pam_selinux.so close\n"
         "session required pam_selinux.so open\n-session optional pam_systemd.so\n@include common-session\n"
         f"session required pam_namespace.so\n{LINE} idle=1m\n"}, []),  # fmt: skip
    "kill=session in su": ({"pam.d/su": f"{LINE} idle=1m kill=session\n"}, ["su"]),
    "kill=session where it belongs": ({"pam.d/sshd": stack("idle=1m kill=session")}, []),
    "a file that others include": (
        {"pam.d/common-session": f"{LINE} idle=1m\n", "pam.d/sshd": "@include common-session\n",
         "pam.d/cron": "@include common-session\n", "pam.d/su": "session include common-session\n"}, ["sshd"]),  # fmt: skip
    "su-l includes su": ({"pam.d/su": f"{LINE} idle=1m\n", "pam.d/su-l": "session include su\n"}, ["su-l", "su"]),
    "no limit": ({"pam.d/sshd": stack("quiet")}, []),
    "no limit but in a rule": ({"pam.d/sshd": stack("quiet"), RULES: "sshd root * idle=1m\n"}, []),
    "no limit and exempt": ({"pam.d/sshd": stack(""), RULES: "sshd root * exempt\n"}, []),
    "idle beyond max": ({"pam.d/sshd": stack("idle=2h max=1h"), RULES: "* root * max=3h\n"}, []),
    "idle as long as max": ({"pam.d/sshd": stack("idle=1h max=1h")}, []),
    "idle beyond max in a rule": ({RULES: "* root * max=10m\n"}, []),
    "warnings that never come": ({"pam.d/sshd": stack("idle=5m warn=10m,5m,1m"), RULES: "* root * warn=2h\n"}, []),
    "settings without their limit": (
        {"pam.d/sshd": stack("max=1h keepalive_count=5 keepalive_proof=tcp activity=input"),
         "pam.d/login": stack("keepalive=30s warn=1m")}, []),  # fmt: skip
    "modes": ({"pam.d/sshd": stack("idle=1m dry_run on_watchdog_loss=log")}, []),
    "a mode of a rule": ({RULES: "* root * dry_run\n"}, []),
    "rules named but absent": ({"pam.d/sshd": stack("idle=1m conf=/proc/self/cwd/absent.conf")}, []),
    "rules that are no text": ({RULES: "* * * idle=1m\n*\t\0\n"}, []),
    "a rule that is none": ({RULES: "\n* root * idel=1m\n"}, []),
    "unknown names": (
        {RULES: "telnet * * idle=1m\nsu root * idle=1m\nsshd no-such-user * idle=1m\n"
         "sshd @no-such-group * idle=1m\nsshd r\u00f6\u00f6t * exempt\n"}, []),  # fmt: skip
    "unreachable rules": (
        {RULES: "# no rule\nsshd root 10.0.0.0/8 idle=1m\nsshd root 10.1.0.0/16 idle=2m\n"
         "* @root * idle=3m\nsshd @root local idle=4m\n* * * exempt\nsshd root * idle=5m\n"}, []),  # fmt: skip
    "a file of rules alone": ({"draft/new.conf": "* root * idle=1m\n* root local idle=2m\n"}, ["draft/new.conf"]),
    "a broken file of rules alone": ({"draft/new.conf": "* root\n"}, ["draft/new.conf"]),
    "an absent file of rules alone": ({}, ["./new.conf"]),
    "a file of a service": ({}, ["pam.d/sshd"]),
    "no watchdog": ({"watchdog": None}, []),
    "a watchdog that all can write to": ({"watchdog": ("#!/bin/sh\n", 0o777)}, []),
    "no account": ({"passwd": "root:x:0:0::/:/bin/sh\n"}, []),
    "an account that is root": ({"passwd": "idletimeout:x:0:0::/:/bin/sh\n"}, []),
    "no audit": ({"audit": "absent"}, []),
    "no audit, and required": ({"audit": "absent", "pam.d/sshd": stack("idle=1m require_audit")}, []),
    "no audit, and not wanted": ({"audit": "absent", "pam.d/sshd": stack("idle=1m audit=off")}, []),
    "audit switched off": ({"audit": "disabled"}, []),
    "audit that is not to be asked": ({"audit": "unknown"}, []),
    "sshd without PAM": ({"bin/sshd": (sshd(usepam="no"), 0o755)}, []),
    "sshd that asks nothing": ({"pam.d/sshd": stack("keepalive=30s keepalive_proof=data")}, []),
    "sshd that asks too seldom": (
        {"bin/sshd": (sshd(clientaliveinterval=90), 0o755), RULES: "* root * keepalive_proof=data\n"}, []),
    "sshd that asks often enough": (
        {"bin/sshd": (sshd(clientaliveinterval=30), 0o755), RULES: "* root * keepalive_proof=data\n"}, []),
    "sshd with a channel timeout": (
        {"bin/sshd": (sshd(channeltimeout="agent-connection=1m session:*=10m"), 0o755), RULES: "* root * idle=10m\n"}, []),
    "sshd under another service": (
        {"bin/sshd": (sshd(pamservicename="ssh-in", usepam="no"), 0o755), "pam.d/ssh-in": stack()}, []),
    "sshd with Match blocks": (
        {"ssh/sshd_config": "ClientAliveInterval 5\nMatch User root\n\tclientaliveinterval=0\n",
         "ssh/sshd_config.d/a.conf": "match all\nChannelTimeout session:*=1m\n", "ssh/sshd_config.d/b.off": "Match all\n"
         "ChannelTimeout *=1m\n"}, []),  # fmt: skip
    "no sshd to ask": ({"bin/sshd": None}, []),
    "sshd that fails": ({"bin/sshd": ("#!/bin/sh\nexit 1\n", 0o755)}, []),
    "sshd that is another program": ({"bin/sshd": ("#!/bin/sh\necho hello\n", 0o755)}, []),
    "sshd that floods": ({"bin/sshd": ("#!/bin/sh\nexec yes\n", 0o755)}, []),
    "no service of sshd": ({"pam.d/sshd": None, "pam.d/login": stack(), "bin/sshd": None}, []),
    "logind": ({"logind/etc/logind.conf": "[Login]\nStopIdleSessionSec=10min\n"}, []),
    "logind, changed by a drop-in": (
        {"logind/etc/logind.conf": "[Login]\nStopIdleSessionSec=10min\n", "logind/usr/logind.conf": "[Login]\n",
         "logind/usr/logind.conf.d/50.conf": "[Login]\nStopIdleSessionSec=infinity\n",
         "logind/etc/logind.conf.d/60.conf": "[Login]\n# later\nStopIdleSessionSec=5 min\n",
         "logind/usr/logind.conf.d/60.conf": "[Login]\nStopIdleSessionSec=1\n",
         "logind/etc/logind.conf.d/70.conf": "StopIdleSessionSec=2\n"}, []),  # fmt: skip
    "logind, later than idle": ({"logind/usr/logind.conf": "[Login]\nStopIdleSessionSec=15min\n"}, []),
    "a shell's timeout made readonly later": ({"profile": "TMOUT=1000\nTMOUT=600\nreadonly TMOUT\nexport TMOUT\n"}, []),
    "shells": (
        {"profile": "umask 022\nTMOUT=300\n# TMOUT=10\n", "profile.d/tmout.sh": "readonly TMOUT=60; export TMOUT\n",
         "profile.d/other": "TMOUT=1\n", "environment": "TMOUT=900\n"}, []),  # fmt: skip
    "profile stig, passed": ({"pam.d/sshd": stack("idle=10m")}, ["--profile", "stig"]),
    "profile stig, failed": ({}, ["--profile=stig"]),
    "profile stig, rules": (
        {"pam.d/sshd": stack("idle=10m"), RULES: "sshd backup 10.0.0.0/8 exempt\nsshd @root * idle=20m\n"
         "sshd root local idle=1h\nsshd @root 10.0.0.0/8 idle=30m\nsshd root 10.0.0.0/8 idle=1m\nsshd * local idle=off\nsu root * exempt\n"},
        ["--profile", "stig"]),  # fmt: skip
    "profile stig, nobody left to the line": (
        {RULES: "sshd root * idle=5m\n* * * idle=10m\nsshd * local idle=20m\n"}, ["--profile", "stig"]),
    "profile stig, rehearsed and unrecorded": ({"pam.d/sshd": stack("idle=10m dry_run audit=off")}, ["--profile", "stig"]),
    "profile cis": ({"pam.d/login": stack("idle=15m")}, ["--profile", "cis"]),
    "profile cis, failed": (
        {"pam.d/sshd": stack("idle=16m keepalive_count=2"), RULES: "* root * keepalive=6m keepalive_count=4\n"},
        ["--profile", "cis"]),
    "profile pci": ({}, ["--profile", "pci"]),
    "profile fedramp-high": ({}, ["--profile", "fedramp-high"]),
    "profile fedramp-high, with a rule for root": ({RULES: "* root * idle=10m\n"}, ["--profile", "fedramp-high"]),
    "profile fedramp-high, with a rule for some of root": (
        {RULES: "* root local idle=10m\n* @root * idle=20m\n* root * exempt\n"}, ["--profile", "fedramp-high"]),
    "profile without a line": ({}, ["--profile", "pci", "su"]),
}


class CheckTest(CommandTest):
    def setUp(self):
        super().setUp()
        for name, content in {
            "pam.d/sshd": STACK,
            "pam.d/su": "session required pam_permit.so\n",
            "pam.d/common-session": COMMON,
            "vendor/.hidden": "",
            "modules/pam_idletimeout.so": "",
            "watchdog": ("#!/bin/sh\n", 0o755),
            "passwd": "root:x:0:0::/:/bin/sh\nidletimeout:x:900:900::/:/usr/sbin/nologin\n",
            "bin/sshd": (sshd(), 0o755),
        }.items():
            self.write(name, content)

    def write(self, name, content):
        path = self.home / name
        mode = 0o644
        if name == "audit":
            path.symlink_to(content)
            return
        if content is None:
            path.unlink()
            return
        if isinstance(content, tuple):
            content, mode = content
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        path.chmod(mode)

    def check(self, *arguments, **options):
        done = run(self.home, "check", *arguments, **options)
        self.assertIsNone(UNSAFE.search(done.stdout + done.stderr), done)
        return done


class Golden(CheckTest):
    """The outputs of all scenarios in one file, so that they read as a catalogue."""

    def shown(self, changes, arguments):
        for name, content in changes.items():
            self.write(name, content)
        done = self.check(*arguments)
        return f"{done.stdout.decode()}{done.stderr.decode()}exit {done.returncode}\n"

    def test_scenarios(self):
        known = dict(re.findall(r"^== (.*)\n((?:(?!== ).*\n)*)", golden("check.txt"), re.M))
        self.assertEqual(list(known), list(SCENARIOS))
        for name, (changes, arguments) in SCENARIOS.items():
            with self.subTest(name):
                self.doCleanups()
                self.setUp()
                self.assertEqual(self.shown(changes, arguments), known[name])

    def test_every_finding_has_one(self):
        source = (SOURCE / "ctl/finding.c").read_text()
        names = re.findall(r'\[FINDING_\w+\] = \{"([a-z-]+)"', source)
        self.assertGreater(len(names), 40)
        shown = golden("check.txt")
        unshown = [name for name in names if f"[{name}]" not in shown]
        # What takes another user, or a name service that fails, is below and in the integration tests.
        self.assertEqual(unshown, ["name-service", "not-read"])

    def test_json(self):
        self.write(RULES, "sshd backup * exempt\nsshd r\u00f6\u00f6t * idle=10m\n")
        done = self.check("--json", "--profile=stig", "sshd", "su")
        self.assertEqual(done.stdout.decode(), golden("check.json"))
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        self.assertEqual(json.loads(self.check("--json").stdout)["profile"], None)


class Exit(CheckTest):
    def code(self, *arguments):
        return self.check(*arguments).returncode

    def test_notes_are_fine(self):
        self.write("pam.d/sshd", stack("idle=15m dry_run"))
        self.assertEqual(self.code(), 0)

    def test_warnings_are_not(self):
        self.write("pam.d/sshd", stack(control="optional"))
        self.assertEqual(self.code(), 1)

    def test_exceptions_are(self):
        self.write("pam.d/sshd", stack("idle=10m"))
        self.write(RULES, "sshd nobody * exempt\n")
        self.assertEqual(self.code("--profile=stig"), 0)
        self.write(RULES, "sshd @root * exempt\n")
        self.assertEqual(self.code("--profile=stig"), 1)

    @unittest.skipIf(os.geteuid() != 0, "root's files are needed")
    def test_not_permitted(self):
        self.write(RULES, ("* * * exempt\n", 0o600))
        done = self.check(**as_nobody())
        self.assertEqual((done.returncode, done.stdout), (3, b""))
        self.assertEqual(done.stderr.decode(), "idletimeout: /proc/self/cwd/idletimeout.conf: Permission denied\n")
        self.write(RULES, "* * * idle=1m\n")
        self.write("pam.d/sshd", (STACK, 0o600))
        done = self.check(**as_nobody())
        self.assertEqual((done.returncode, done.stdout), (3, b""))
        self.assertEqual(done.stderr.decode(), "idletimeout: pam.d/sshd: Permission denied\n")
        self.write("pam.d/su", "@include common-session\n" + LINE + " idle=1m\n")
        self.write(RULES, "sshd * * idle=1m\n")
        shown = self.check("su", **as_nobody()).stdout
        self.assertIn(b"[inside-session]", shown)
        self.assertNotIn(b"[rule-without-line]", shown)

    @unittest.skipIf(os.geteuid() != 0, "root's files are needed")
    def test_what_others_cannot_read_is_said(self):
        for name in ("profile", "ssh/sshd_config", "logind/etc/logind.conf"):
            self.write(name, ("", 0o600))
        for name in ("profile.d", "ssh/sshd_config.d", "logind/usr/logind.conf.d"):
            (self.home / name).mkdir(parents=True)
            (self.home / name).chmod(0o700)
        done = self.check(**as_nobody())
        found = re.findall(r"^(\S+): note: cannot be read: Permission denied \[not-read\]$", done.stdout.decode(), re.M)
        self.assertEqual(sorted(found), ["logind/etc/logind.conf", "logind/usr/logind.conf.d", "profile", "profile.d",
                                         "ssh/sshd_config", "ssh/sshd_config.d"])  # fmt: skip
        self.assertEqual(done.returncode, 0)

    def test_sshd_that_hangs(self):
        self.write("bin/sshd", ("#!/bin/sh\nexec sleep 1000\n", 0o755))
        done = self.check()
        self.assertIn(b"sshd -T does not answer: its settings are not looked at [sshd-not-asked]", done.stdout)
        self.assertEqual(done.returncode, 0)

    def test_usage(self):
        for words, says in (
            (["--profile"], "a value is missing behind '--profile'"),
            (["--profile="], "a value is missing behind '--profile'"),
            (["--profile=pci", "--profile=cis"], "given twice: '--profile'"),
            (["--profile=hipaa"], "unknown profile 'hipaa'"),
            (["--jsn"], "unknown option '--jsn'"),
            ([""], "neither a file nor the name of a service: ''"),
            ([".hidden"], "neither a file nor the name of a service: '.hidden'"),
            (["/" * 256], f"too long for a file: '{'/' * 63}'"),
        ):
            done = self.check(*words)
            self.assertEqual((done.returncode, done.stdout), (2, b""), words)
            said = done.stderr.decode().splitlines()[0]
            self.assertEqual(said, f"idletimeout check: {says}; see 'idletimeout check --help'")

    def test_help(self):
        done = self.check("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"usage: idletimeout check [--profile PROFILE] [--json] [FILE|SERVICE ..]\n", done.stdout)

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([str(COMMAND), "check"], cwd=self.home, env=ENVIRONMENT, stdout=full,
                                  stderr=subprocess.PIPE, check=False)  # fmt: skip
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cannot write the output", done.stderr)


def network(word):
    """As the addresses that a range holds, whichever way it is written."""
    plain = ipaddress.ip_network(word)
    if plain.version == 6 and plain.prefixlen >= 96 and plain.network_address.ipv4_mapped:
        return ipaddress.ip_network((plain.network_address.ipv4_mapped, plain.prefixlen - 96))
    return plain


def covers(earlier, later):
    """Whether a rule leaves another nothing: told by ipaddress, which knows nothing of this project."""
    *words, ours = earlier
    *others, theirs = later
    if any(word not in ("*", other) for word, other in zip(words, others)):
        return False
    if "local" in (ours, theirs) or "*" in (ours, theirs):
        return ours in ("*", theirs)
    ours, theirs = network(ours), network(theirs)
    return ours.version == theirs.version and theirs.subnet_of(ours)


class Reach(CheckTest):
    """Rules at random, against a model that compares each with all before it."""

    def rule(self, dice):
        bits = dice.choice((32, 32, 128, 128, 128))
        base = dice.choice({32: ("10.0.0.0", "192.0.2.0"), 128: ("2001:db8::", "::ffff:10.0.0.0", "::")}[bits])
        prefix = dice.choice((dice.randrange(bits + 1), bits - dice.randrange(8)))
        address = int(ipaddress.ip_address(base)) ^ dice.getrandbits(dice.randrange(1, 12)) << dice.randrange(bits - 16)
        made = ipaddress.ip_network(((address & 2**bits - 1), prefix), strict=False) if bits == 32 else (
            ipaddress.IPv6Network(((address & 2**bits - 1), prefix), strict=False))  # fmt: skip
        sources = (str(made), str(made), str(made), str(made), str(made), "local", dice.choice(("local", "local", "*")))
        return (dice.choice(("*", "sshd", "sshd", "login")), dice.choice(("root", "nobody", "@root", "@tty", "@daemon")),
                dice.choice(sources))  # fmt: skip

    def test_against_model(self):
        total = 0
        for seed in range(8):
            dice = random.Random(seed)
            rules = [self.rule(dice) for _ in range(300)]
            self.write(RULES, "".join(" ".join(rule) + " idle=1m\n" for rule in rules))
            expected = [n + 1 for n, rule in enumerate(rules) if any(covers(earlier, rule) for earlier in rules[:n])]
            found = json.loads(self.check("--json").stdout)["findings"]
            self.assertEqual([one["line"] for one in found if one["name"] == "unreachable-rule"], expected, seed)
            total += len(expected)
        self.assertGreater(total, 200)


class Large(CheckTest):
    def test_many_rules(self):
        """As many as a file can hold: still checked, each against all before it."""
        self.write(RULES, "".join(f"* root 10.{i >> 8 & 255}.{i & 255}.0/24 idle=1m\n" for i in range(20000)))
        self.assertEqual(self.check().returncode, 0)


if __name__ == "__main__":
    unittest.main()

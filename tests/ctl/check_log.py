#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""
idletimeout log, against logs made here (records.py) and recorded on a machine (records/).

The command under test looks for everything below the current directory (log_places.c): auditd.conf, audit/audit.log, log/,
and programs in bin/.
"""

import gzip
import json
import os
import pwd
import random
import shutil
import subprocess
import unittest

from driver import BUILT, COMMAND, ENVIRONMENT, HERE, UNSAFE, CommandTest, as_nobody, golden, run, run_on_terminal
from records import START, armed, cut, entry, record, without_brackets

KEYS = """time host event user auid ses service tty rhost address reason lasted_seconds limit_seconds limits
extended_seconds admin admin_uid leader_pid result serial""".split()

CUT_LINE = "disconnected alice (sshd, pts/3, from 10.0.0.9): idle 15m07s, limit 15m"
ARMED_LINE = "pam_idletimeout(sshd:session): armed: alice (sshd, from 10.0.0.9): idle 15m, keepalive 30s x 3"

HAS_LIBRARY = "\n#define HAVE_LIBAUPARSE 1\n" in (BUILT / "config.h").read_text()


def needs_library(test):
    return unittest.skipUnless(HAS_LIBRARY, "this build has no libauparse")(test)


class LogTest(CommandTest):
    def setUp(self):
        super().setUp()
        for name in ("audit", "log", "bin"):
            (self.home / name).mkdir()

    def write(self, name, *lines, mode=0o600, changed=None):
        path = self.home / name
        path.write_text("".join(lines), encoding="utf-8", errors="surrogateescape")
        path.chmod(mode)
        if changed is not None:
            os.utime(path, (changed, changed))
        return path

    def program(self, name, script):
        """A program where the command looks for programs."""
        return self.write(f"bin/{name}", "#!/bin/sh\n", script, mode=0o755)

    def log(self, *arguments, code=0, told="", **options):
        done = run(self.home, "log", *arguments, **options)
        self.assertEqual(done.returncode, code, done)
        self.assertRegex(done.stderr.decode(), told or r"\A\Z")
        return done.stdout.decode()

    def read(self, *arguments, **more):
        return json.loads(self.log(*arguments, "--json", **more))

    def events(self, *arguments, **more):
        return self.read(*arguments, **more)["events"]

    def event(self, *arguments, **more):
        [found] = self.events(*arguments, **more)
        return found

    def users(self, *arguments, **more):
        return [event["user"] for event in self.events(*arguments, **more)]


@needs_library
class Golden(LogTest):
    """One of each kind of event, in a set of rotated logs."""

    def setUp(self):
        super().setUp()
        self.write(
            "audit/audit.log.2",
            'type=DAEMON_START msg=audit(1767225599.000:1): op=start ver=3.0.9 format=raw kernel=6.1 res=success\n',
            armed(0.123, serial=2),
            armed(1, serial=3, user="bob", ses=8, auid=1001, host="2001:db8::7", tty="ssh", keepalive=0, life=0),
            armed(2, serial=4, user="carol", ses=4294967295, auid=4294967295, host="?", tty="tty1", idle=0, keepalive=0),
        )
        self.write(
            "audit/audit.log.1",
            cut(907.5, serial=5),
            cut(1000, serial=7, user="bob", ses=8, auid=1001, host="2001:db8::7", reason="keepalive", lasted=91, limit=90),
            cut(1000, serial=6, user="carol", host="?", tty="tty1", reason="max", lasted=43201, limit=43200,
                op="would-disconnect"),
        )
        self.write(
            "audit/audit.log",
            cut(2000, serial=8, user="dave", reason="leader-lost", lasted=3, limit=0, res="failed"),
            record("tamper", 3000, serial=9, fields="reason=spoof", idle=720, limit=900, res="failed", tty="pts/11"),
            record("tamper", 3001, serial=10, fields="reason=watchdog-lost", idle=0, limit=0, res="failed"),
            record("extend", 4000, serial=11, oauid=0, extend=5400, enriched='AUID="alice" OAUID="root"'),
            cut(5000, serial=12, reason="admin", lasted=61, limit=0),
            record("dance", 6000, serial=13, fields="reason=music"),
        )

    def test_table(self):
        self.assertEqual(self.log(), golden("log.txt"))

    def test_json(self):
        self.assertEqual(without_brackets(self.log("--json")), golden("log.json"))

    def test_json_keys(self):
        document = self.read()
        self.assertEqual(list(document), ["source", "events"])
        for event in document["events"]:
            self.assertEqual(list(event), KEYS)

    def test_terminals(self):
        for width in (200, 80, 60, 40):
            with self.subTest(width=width):
                shown = run_on_terminal(self.home, width, "log")
                self.assertEqual(shown, golden(f"log-{width}.txt"))
                self.assertLessEqual(max(map(len, shown.splitlines())), width)

    def test_nodes(self):
        lines = [armed(1, node="web2"), cut(2, node="web1"), cut(3, user="bob", node="web2")]
        self.assertEqual(self.log(str(self.write("aggregated", *lines))), golden("log-nodes.txt"))


@needs_library
class Recorded(LogTest):
    """What auditd itself wrote of three sessions, with all records of others: log_format RAW and ENRICHED."""

    def test_raw_and_enriched_say_the_same(self):
        for name in ("raw", "enriched"):
            events = self.events(str(HERE / "records" / name))
            self.assertEqual(
                [(e["user"], e["event"], e["reason"], e["lasted_seconds"], e["limit_seconds"], e["result"]) for e in events],
                [
                    ("alice", "armed", None, None, None, "success"),
                    ("alice", "disconnected", "idle", 4, 4, "success"),
                    ("bob", "armed", None, None, None, "success"),
                    ("bob", "would disconnect", "max", 3, 3, "success"),
                    ("alice", "armed", None, None, None, "success"),
                    ("alice", "tampering", "watchdog-lost", None, None, "failed"),
                    ("alice", "disconnected", "watchdog-lost", None, None, "success"),
                ],
            )
            for event in events:
                self.assertEqual((event["address"], event["auid"]), ("127.0.0.1", 60101 if event["user"] == "alice" else 60201))
                self.assertIsNone(event["host"])

    def test_records_of_others_are_none_of_ours(self):
        for name in ("raw", "enriched"):
            text = (HERE / "records" / name).read_text()
            others = [line for line in text.splitlines(True) if "op=idletimeout:" not in line]
            self.assertTrue(others)
            self.assertEqual(self.log(str(self.write("others", *others))), "no events\n")


@needs_library
class Files(LogTest):
    def test_standard_input(self):
        for arguments in (("-",), ("-", str(self.write("empty")))):
            done = subprocess.run(
                [COMMAND, "log", "--json", *arguments], cwd=self.home, env=ENVIRONMENT, input=cut().encode(),
                capture_output=True, timeout=60, check=True,
            )
            document = json.loads(done.stdout)
            self.assertEqual(document["source"], {"kind": "audit", "files": list(arguments), "forgeable": False})
            self.assertEqual(document["events"][0]["user"], "alice")

    def test_several(self):
        one, other = self.write("one", cut(2, user="bob")), self.write("other", cut(1))
        self.assertEqual(self.users(str(one), str(other)), ["alice", "bob"])

    def test_without_last_line_feed(self):
        self.assertEqual(self.users(str(self.write("file", cut(), cut(1, user="bob")[:-1]))), ["alice", "bob"])

    def test_missing(self):
        path = str(self.write("file", cut()))
        self.log("none", code=1, told="cannot read none: No such file")
        self.assertEqual(self.users(path, "none", code=1, told="cannot read none: No such file"), ["alice"])

    def test_directory(self):
        self.log("audit", code=1, told="cannot read audit: Is a directory")

    def test_not_permitted(self):
        path = self.write("file", cut(), mode=0)
        copy = shutil.copy(COMMAND, self.home)
        self.log(str(path), code=3, told="cannot read .*file: Permission denied", command=copy, **as_nobody())

    def test_something_else(self):
        path = str(self.write("file", "Nov 20 14:00:05 web1 sshd[17]: x\n"))
        self.log(path, code=1, told="there is no audit record in .*file\n")

    def test_name_is_told_safely(self):
        self.log("\x1b[2J", code=1, told=r"cannot read \?\[2J:")

    def test_no_other_source(self):
        self.log("file", "--source", "journal", code=2, told="only audit logs are read from files")


@needs_library
class Machine(LogTest):
    """The logs of this machine."""

    def test_where_auditd_conf_says(self):
        (self.home / "elsewhere").mkdir()
        self.write("auditd.conf", "#log_file = audit/wrong\n", "Log_File\t=\telsewhere/a.log  \n", "write_logs = yes\n")
        self.write("elsewhere/a.log", cut(5))
        self.write("elsewhere/a.log.1", cut(4, user="bob"))
        self.write("elsewhere/a.log.3", cut(3, user="too old"))
        document = self.read()
        self.assertEqual([event["user"] for event in document["events"]], ["bob", "alice"])
        self.assertEqual(document["source"]["files"], ["elsewhere/a.log", "elsewhere/a.log.1"])

    def test_old_logs_are_not_opened(self):
        self.write("audit/audit.log", cut(100000))
        self.write("audit/audit.log.1", cut(10, user="bob"), mode=0, changed=START + 20)
        self.write("audit/audit.log.2", "", mode=0, changed=START + 10)
        self.assertEqual(self.users("--since", "2026-01-02"), ["alice"])
        if os.geteuid() == 0:
            self.assertEqual(self.users(), ["bob", "alice"])

    def test_rotated_while_it_is_read(self):
        path = self.write("audit/audit.log", cut())
        os.link(path, self.home / "audit/audit.log.1")
        self.write("audit/audit.log.2", cut(-5, user="bob"))
        self.assertEqual(self.users(), ["bob", "alice"])

    def test_not_permitted(self):
        self.write("audit/audit.log", cut())
        (self.home / "audit").chmod(0)
        self.addCleanup((self.home / "audit").chmod, 0o700)
        copy = shutil.copy(COMMAND, self.home)
        told = "cannot read the audit log audit/audit.log: Permission denied"
        for source in ((), ("--source", "audit")):
            self.log(*source, code=3, told=told, command=copy, **as_nobody())

    def test_older_one_that_cannot_be_read(self):
        self.write("audit/audit.log", cut())
        (self.home / "audit/audit.log.1").mkdir()
        self.write("audit/audit.log.2", cut(-5, user="bob"))
        told = "cannot read the audit log audit/audit.log.1: Operation not supported"
        self.assertEqual(self.users(code=1, told=told), ["bob", "alice"])

    def test_no_regular_file(self):
        os.mkfifo(self.home / "audit/audit.log")
        self.log(code=1, told="cannot read the audit log audit/audit.log: Operation not supported")

    def test_none(self):
        self.log("--source", "audit", code=1, told="cannot read the audit log audit/audit.log: No such file")
        self.log(code=1, told="there is no journal to read, and no auth.log")

    def test_empty(self):
        self.write("audit/audit.log")
        self.assertEqual(self.log(), "no events\n")
        self.assertEqual(self.events(), [])

    def test_other_sources_are_not_read(self):
        self.write("audit/audit.log", cut())
        self.write("log/auth.log", f"Jan  1 00:00:05 web1 idle-watchdog[17]: {CUT_LINE}\n")
        self.program("journalctl", "echo x >asked\n")
        self.assertEqual(self.read()["source"], {"kind": "audit", "files": ["audit/audit.log"], "forgeable": False})
        self.assertFalse((self.home / "asked").exists())


@needs_library
class Filters(LogTest):
    def setUp(self):
        super().setUp()
        self.write(
            "audit/audit.log",
            armed(0),
            cut(3600, reason="idle", user="bob"),
            cut(7200, reason="max"),
            cut(86400, reason="idle"),
        )

    def hours(self, *arguments):
        return [event["time"][8:13] for event in self.events(*arguments)]

    def test_times(self):
        for arguments, hours in (
            (("--since", "2026-01-01"), ["01T00", "01T01", "01T02", "02T00"]),
            (("--since=2026-01-01 01:00",), ["01T01", "01T02", "02T00"]),
            (("--since", "2026-01-01T01:00:01Z"), ["01T02", "02T00"]),
            (("--since", "2026-01-01 03:00+01:00", "--until=2026-01-02"), ["01T02"]),
            (("--until", "2026-01-01 01:00"), ["01T00"]),
            (("--since", "today"), []),
            (("--since", "106751d"), ["01T00", "01T01", "01T02", "02T00"]),
        ):
            with self.subTest(arguments):
                self.assertEqual(self.hours(*arguments), hours)

    def test_time_zone(self):
        done = subprocess.run(
            [COMMAND, "log", "--since", "2026-01-01 03:00"], cwd=self.home, env={**ENVIRONMENT, "TZ": "CET-1"},
            capture_output=True, text=True, timeout=60, check=True,
        )
        self.assertEqual([line[:19] for line in done.stdout.splitlines()[1:]], ["2026-01-01 03:00:00", "2026-01-02 01:00:00"])

    def test_user_and_reason(self):
        self.assertEqual(self.hours("--user", "bob"), ["01T01"])
        self.assertEqual(self.hours("--user=alice", "--reason=idle"), ["02T00"])
        self.assertEqual(self.hours("--reason", "max"), ["01T02"])
        self.assertEqual(self.hours("--user", "ali"), [])

    def test_help(self):
        self.assertIn("usage: idletimeout log", self.log("--help"))

    def test_wrong_usage(self):
        for arguments, told in (
            (("--since",), "a value is missing after '--since'"),
            (("--since", "soon"), "not a time such as .*'soon'"),
            (("--until=2026-02-30",), "no such day or hour: '2026-02-30'"),
            (("--reason", "idel"), "unknown reason 'idel'.*\n.*did you mean 'idle'"),
            (("--reason=watchdog",), "did you mean 'watchdog-lost'"),
            (("--source", "journald"), "unknown source 'journald'.*\n.*did you mean 'journal'"),
            (("--jsn",), "unknown option '--jsn'"),
            (("--user\x1b[2J=x",), r"unknown option '--user\?\[2J=x'"),
        ):
            with self.subTest(arguments):
                self.assertEqual(self.log(*arguments, code=2, told=told), "")


@needs_library
class Hostile(LogTest):
    def file(self, *lines):
        return str(self.write("hostile", *lines))

    def test_names(self):
        """Encoded by libaudit, decoded by libauparse, made safe here."""
        names = ["m\x1b[2Jallory\nbob", 'quo"te', "J\u00fcrgen \u2013 M\u00fcller", "res=failed", "x" * 250, "41424344", "\x9b31m"]
        path = self.file(*(cut(at, user=name) for at, name in enumerate(names)))
        self.assertEqual(self.users(path), names)
        for arguments in ((), ("--json",)):
            self.assertIsNone(UNSAFE.search(self.log(path, *arguments).encode()))
        self.assertEqual(self.users(path, "--user", names[0]), names[:1])

    def test_bytes_that_are_no_text(self):
        line = cut(user="bob").replace('acct="bob"', "acct=FFFE62C0AF")
        self.assertEqual(self.users(self.file(line)), ["\ufffd\ufffdb\ufffd\ufffd"])

    def test_other_types_and_programs(self):
        told = "4 line.s. left out: they look like a watchdog's, and another program wrote them"
        path = self.file(
            cut(1, kind="USER_LOGIN"),
            cut(2, kind="USYS_CONFIG"),
            armed(3, exe="/usr/sbin/hwclock"),
            record("dance", 4, kind="USER_CMD"),
            cut(5),
        )
        self.assertEqual(len(self.events(path, code=1, told=told)), 1)

    def test_what_users_choose(self):
        """A user's words in records of others."""
        op = "op=idletimeout:disconnect reason=idle"
        front = "type={} msg=audit(1767225600.000:5): pid=1 uid=0 auid=1000 ses=7 msg='{}'\n"
        self.assertEqual(self.events(self.file(
            front.format("USER_LOGIN", f'op=login acct="{op}" exe="/usr/sbin/sshd" hostname=? addr=? terminal=ssh res=failed'),
            front.format("USER_CMD", 'cwd="/" cmd="op=idletimeout:disconnect" exe="/usr/bin/sudo" terminal=pts/3 res=success'),
            'type=EXECVE msg=audit(1767225600.000:6): argc=2 a0="x" a1="op=idletimeout:disconnect"\n',
            'type=PATH msg=audit(1767225600.000:6): item=0 name="op=idletimeout:disconnect" inode=1\n',
        )), [])

    def test_first_of_two_fields_counts(self):
        """What was there first was written by the kernel and the watchdog."""
        line = cut(tty="pts/3 auid=0 ses=1 acct=root op=idletimeout:armed reason=max")
        event = self.event(self.file(line))
        self.assertEqual((event["event"], event["user"], event["auid"], event["ses"], event["reason"]),
                         ("disconnected", "alice", 1000, 7, "idle"))

    def test_replaced_program(self):
        path = self.file(cut(exe="/usr/libexec/pam_idletimeout/idle-watchdog (deleted)"), cut(exe="/usr/sbin/idletimeout"))
        self.assertEqual(len(self.events(path)), 2)

    def test_orders_are_told_once(self):
        """The command records an order too, in the audit session of the administrator."""
        of_watchdog = record("extend", 100, serial=1, oauid=0, extend=60)
        of_command = record("extend", 100, serial=2, oauid=0, extend=60, exe="/usr/sbin/idletimeout")
        self.assertEqual(len(self.events(self.file(of_watchdog, of_command))), 1)

    def test_damaged(self):
        whole = cut()
        lines = ["type=RESP_TERM_ACCESS msg=audit(x): op=idletimeout:disconnect\n", whole[: whole.index(" opid=")] + "\n"]
        told = "2 line.s. of a watchdog cannot be understood"
        self.assertEqual(self.users(self.file(*lines, whole), code=1, told=told), ["alice"])

    def test_every_beginning_of_a_record(self):
        whole = cut()
        done = run(self.home, "log", "--json", self.file(*(whole[:length] + "\n" for length in range(len(whole)))))
        self.assertIn(done.returncode, (0, 1))
        for event in json.loads(done.stdout)["events"]:
            self.assertEqual(event["user"], "alice")

    def test_long_lines(self):
        path = self.home / "long"
        path.write_bytes(b"x" * 3000000 + b"\n" + cut().encode() + b"type=" + b"op=idletimeout:disconnect" * 100000 + b"\n")
        self.assertEqual(self.users(str(path), code=1, told="1 line.s. of a watchdog cannot be understood"), ["alice"])

    def test_garbage(self):
        chance = random.Random(7)
        path = self.home / "garbage"
        for _ in range(20):
            line = bytearray(cut().encode())
            for _ in range(chance.randrange(1, 20)):
                line[chance.randrange(len(line) - 1)] = chance.randrange(256)
            path.write_bytes(chance.randbytes(5000) + b"\n" + bytes(line) + chance.randbytes(5000))
            done = run(self.home, "log", "--json", str(path))
            self.assertIn(done.returncode, (0, 1), done)
            self.assertIsNone(UNSAFE.search(done.stdout))

    def test_numbers(self):
        path = self.file(cut(lasted=2**64, limit="-1"), cut(lasted=2**63 - 1, limit="15m", ses="x"))
        one, other = self.events(path)
        self.assertEqual((one["lasted_seconds"], one["limit_seconds"]), (None, None))
        self.assertEqual((other["lasted_seconds"], other["limit_seconds"], other["ses"]), (2**63 - 1, None, None))
        self.log(path)


class Journal(LogTest):
    told = "read from the journal\n$"

    def setUp(self):
        super().setUp()
        self.program("journalctl", 'printf "%s\\n" "$@" >asked; env >environment; cat entries 2>/dev/null || :\n')

    def journal(self, *entries):
        self.write("entries", *entries, mode=0o644)

    def test_entries(self):
        self.journal(entry(ARMED_LINE, tag="sshd"), entry(CUT_LINE, 907), entry("Accepted publickey", tag="sshd"))
        document = self.read(told=self.told)
        self.assertEqual(document["source"], {"kind": "journal", "files": [], "forgeable": False})
        first, second = document["events"]
        self.assertEqual(list(first), KEYS)
        self.assertEqual((first["time"], first["event"], first["host"]), ("2026-01-01T00:00:00.123Z", "armed", "web1"))
        self.assertEqual(first["limits"], {"idle": 900, "keepalive": 90, "max": None})
        self.assertEqual((second["event"], second["reason"], second["tty"], second["service"], second["address"]),
                         ("disconnected", "idle", "pts/3", "sshd", "10.0.0.9"))
        self.assertEqual((second["lasted_seconds"], second["limit_seconds"], second["ses"]), (907, 900, None))

    def test_what_is_asked(self):
        self.journal(entry(CUT_LINE))
        self.log("--since", "2026-01-01", "--until", "2026-01-02 12:00:00Z", told=self.told)
        self.assertEqual(
            (self.home / "asked").read_text().split(),
            ["--quiet", "--no-pager", "--output=json", "--output-fields=MESSAGE,SYSLOG_IDENTIFIER,_UID,_HOSTNAME",
             "--since=@1767225600", "--until=@1767355200", "SYSLOG_FACILITY=10"],
        )
        self.log(told=self.told)
        self.assertNotIn("@", (self.home / "asked").read_text())

    def test_environment(self):
        """Root's PATH and the like are no business of the child's."""
        self.journal(entry(CUT_LINE))
        environment = {**ENVIRONMENT, "SYSTEMD_PAGER": "x", "LD_BIND_NOW": "1", "PATH": str(self.home)}
        subprocess.run([COMMAND, "log"], cwd=self.home, env=environment, capture_output=True, timeout=60, check=True)
        names = {line.split("=")[0] for line in (self.home / "environment").read_text().splitlines()}
        self.assertLessEqual(names, {"PATH", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"})
        self.assertIn("PATH=/usr/bin:/bin\n", (self.home / "environment").read_text())

    def test_anybody_can_write_to_it(self):
        self.journal(
            entry(CUT_LINE, uid="1000"), entry(ARMED_LINE, uid="1000", tag="sshd"), entry(CUT_LINE, uid=...),
            entry(CUT_LINE, uid=["0", "1000"]), entry(CUT_LINE, 5), entry("hello", uid="1000"),
        )
        self.assertEqual(len(self.events(told="4 line.s. left out: .* neither root nor")), 1)

    def test_account_of_the_watchdogs(self):
        try:
            uid = pwd.getpwnam("idletimeout").pw_uid
        except KeyError:
            self.skipTest("this machine has no account idletimeout")
        self.journal(entry(CUT_LINE, uid=str(uid)))
        self.assertEqual(self.users(told=self.told), ["alice"])

    def test_strange_entries(self):
        self.journal(
            "garbage\n", "{}\n", "[]\n", "null\n", '{"MESSAGE": null}\n', "{" * 100 + "\n", '{"a":' * 1000 + "\n",
            entry([1, 2, 3]), entry(CUT_LINE, tag=["idle-watchdog", "x"]), entry(CUT_LINE, tag=...), entry("x" * 30000),
            entry(CUT_LINE, host=...), entry("disconnected alice"), entry(CUT_LINE, __REALTIME_TIMESTAMP="soon"),
        )
        events = self.events(code=1, told="2 line.s. of a watchdog cannot be understood")
        self.assertEqual([event["host"] for event in events], [None])

    def test_empty_one_is_none(self):
        self.write("log/auth.log", f"Jan  1 00:00:05 web1 idle-watchdog[17]: {CUT_LINE}\n", changed=START + 10)
        self.assertEqual(self.read(told="read from log/auth.log")["source"]["kind"], "syslog")

    def test_empty_and_nothing_else(self):
        if os.geteuid() == 0:
            self.assertEqual(self.log(told=self.told), "no events\n")
        copy = shutil.copy(COMMAND, self.home)
        self.log(code=3, told="cannot read the journal: Permission denied", command=copy, **as_nobody())

    def test_failure(self):
        self.journal(entry(CUT_LINE))
        self.program("journalctl", "cat entries; exit 1\n")
        self.assertEqual(self.users(code=1, told="cannot read all of the journal"), ["alice"])
        self.program("journalctl", "exit 1\n")
        self.log(code=1, told="there is no journal to read, and no auth.log")
        self.log("--source", "journal", code=1, told="cannot read the journal")

    def test_asked_for(self):
        self.write("audit/audit.log", cut(user="bob"))
        self.journal(entry(CUT_LINE))
        self.assertEqual(self.users("--source", "journal", told=self.told), ["alice"])


class Syslog(LogTest):
    told = r"read from log/auth.log( and older ones)?, where any user can write such lines\n$"

    def line(self, stamp="Jan  1 00:15:07", message=CUT_LINE, tag="idle-watchdog[17]", host="web1"):
        return f"{stamp} {host} {tag}: {message}\n"

    def test_line(self):
        self.write("log/auth.log", self.line(), changed=START + 5000)
        document = self.read(told=self.told)
        self.assertEqual(document["source"], {"kind": "syslog", "files": ["log/auth.log"], "forgeable": True})
        [event] = document["events"]
        self.assertEqual((event["time"], event["host"], event["user"]), ("2026-01-01T00:15:07.000Z", "web1", "alice"))

    def test_rotated_and_packed(self):
        gzip_path = shutil.which("gzip")
        if gzip_path is None:
            self.skipTest("gzip is not installed")
        (self.home / "bin/gzip").symlink_to(gzip_path)
        self.write("log/auth.log", self.line("2026-01-20T00:00:05.5+00:00"), changed=START + 30 * 86400)
        self.write("log/auth.log.1", self.line("Jan 10 00:00:05", message=ARMED_LINE, tag="sshd-session[3]"),
                   changed=START + 12 * 86400)
        packed = self.home / "log/auth.log.2.gz"
        packed.write_bytes(gzip.compress(self.line("Dec 30 00:00:05").encode()))
        os.utime(packed, (START, START))
        times = [event["time"][:10] for event in self.events(told=self.told)]
        self.assertEqual(times, ["2025-12-30", "2026-01-10", "2026-01-20"])
        self.assertEqual(self.read(told=self.told)["source"]["files"],
                         ["log/auth.log.2.gz", "log/auth.log.1", "log/auth.log"])
        self.assertEqual(self.read("--since", "2026-01-15", told=self.told)["source"]["files"], ["log/auth.log"])

    def test_damaged_archive(self):
        (self.home / "bin/gzip").symlink_to(shutil.which("gzip") or "/nonexistent")
        self.write("log/auth.log", self.line())
        self.write("log/auth.log.1.gz", "no archive")
        self.assertEqual(self.users(code=1, told="cannot read the log log/auth.log.1.gz: Input/output error"), ["alice"])

    def test_packed_and_nothing_to_unpack_it(self):
        self.write("log/auth.log", self.line())
        self.write("log/auth.log.1.xz", "x", changed=START)
        self.assertEqual(self.users(code=1, told="cannot read the log log/auth.log.1.xz: Package not installed"), ["alice"])

    def test_other_names(self):
        self.write("log/messages", self.line(message=CUT_LINE.replace("alice", "mail")), changed=START + 5000)
        self.assertEqual(self.users(told="read from log/messages"), ["mail"])
        self.write("log/secure", self.line(message=CUT_LINE.replace("alice", "red")), changed=START + 5000)
        self.write("log/secure-20251221", self.line("Dec 20 10:00:00"), changed=START - 86400)
        self.assertEqual(self.users(told="read from log/secure and older ones"), ["alice", "red"])
        self.write("log/auth.log", self.line(), changed=START + 5000)
        self.assertEqual(self.users(told=self.told), ["alice"])

    def test_links_are_not_followed(self):
        self.write("elsewhere", self.line())
        (self.home / "log/auth.log").symlink_to("../elsewhere")
        os.mkfifo(self.home / "log/auth.log.1")
        self.log(code=1, told="there is no journal to read, and no auth.log")
        self.log("--source", "syslog", code=1, told="cannot find auth.log, secure or messages")

    def test_not_permitted(self):
        self.write("log/auth.log", self.line(), mode=0)
        copy = shutil.copy(COMMAND, self.home)
        self.log(code=3, told="cannot read the log log/auth.log: Permission denied", command=copy, **as_nobody())

    def test_none_so_young(self):
        self.write("log/auth.log", self.line(), changed=START)
        self.assertEqual(self.log("--since", "today", told="none of which is so young"), "no events\n")

    def test_lines_that_are_none(self):
        self.write(
            "log/auth.log", "garbage\n", "\n", self.line(message="disconnected"), self.line(tag="sshd[1]"),
            self.line(tag="idle-watchdog"), self.line(message=CUT_LINE.replace("alice", "\x1b[2J")), changed=START + 5000,
        )
        shown = self.log(told=self.told)
        self.assertIsNone(UNSAFE.search(shown.encode()))
        self.assertEqual(len(shown.splitlines()), 3)

    def test_hosts(self):
        self.write("log/auth.log", self.line(), changed=START + 5000)
        self.assertNotIn("web1", self.log(told=self.told))
        self.write("log/auth.log", self.line(), self.line(host="web2"), changed=START + 5000)
        self.assertIn("HOST", self.log(told=self.told))


@unittest.skipIf(HAS_LIBRARY, "this build has libauparse")
class WithoutLibrary(LogTest):
    def test_said(self):
        self.write("audit/audit.log", cut())
        self.log(str(self.home / "audit/audit.log"), code=1, told="this build has no libauparse: it cannot read audit logs")
        self.log("--source", "audit", code=1, told="this build has no libauparse")
        self.write("log/auth.log", f"Jan  1 00:00:05 web1 idle-watchdog[17]: {CUT_LINE}\n", changed=START + 10)
        self.assertEqual(self.users(told="this build has no libauparse; read from log/auth.log"), ["alice"])


if __name__ == "__main__":
    unittest.main()

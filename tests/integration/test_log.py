# SPDX-License-Identifier: BSD-3-Clause
"""`idletimeout log`: the history of real sessions, from the audit logs and from the log lines."""

import json
import subprocess
import time

import pytest
from harness import audit, place

LIMIT = 15.0


def command(*words, **more):
    return subprocess.run([place.COMMAND, "log", *words], capture_output=True, text=True, timeout=30, **more)


def history(*words, **more):
    answer = command("--json", *words, **more)
    assert answer.returncode == 0, answer
    return json.loads(answer.stdout)


def of_session(session, *words, **more):
    return [event for event in history(*words, **more)["events"] if event["ses"] == session.ses]


@pytest.fixture
def cut(kernel_audit, daemon, shell):
    """A session that was armed and cut, with its terminal's name."""
    sshd = daemon(f"idle={int(LIMIT)}s max=12h")
    terminal = shell(sshd)
    session = sshd.session()
    tty = terminal.run("tty").splitlines()[-1].removeprefix("/dev/")
    session.wait_end(LIMIT + 15)
    place.wait_for(lambda: audit.search("RESP_TERM_ACCESS", session.ses), 5, "the record of the cut")
    return session, tty


def test_session_armed_and_cut_is_in_the_history(cut):
    session, tty = cut
    source = history()["source"]
    assert source["kind"] == "audit" and place.AUDIT_LOG in source["files"], source
    armed, end = of_session(session)
    assert (armed["event"], end["event"]) == ("armed", "disconnected"), (armed, end)
    for event in (armed, end):
        assert event["user"] == "alice" and event["auid"] == session.auid and event["leader_pid"] == session.leader, event
        assert event["address"] == "127.0.0.1" and event["result"] == "success" and event["host"] is None, event
    assert armed["limits"] == {"idle": LIMIT, "keepalive": None, "max": 43200}, armed
    assert end["reason"] == "idle" and end["limit_seconds"] == LIMIT and end["tty"] == tty, end
    assert LIMIT <= end["lasted_seconds"] <= LIMIT + 10, end
    table = command()
    assert table.returncode == 0 and table.stderr == "", table
    [line] = [line for line in table.stdout.splitlines() if "disconnected" in line and f" {session.ses} " in line]
    assert all(word in line for word in ("alice", "127.0.0.1", tty, "idle", "success")), line
    found = audit.search("RESP_TERM_ACCESS", session.ses)
    assert [str(end["serial"])] == [record["serial"] for record in found]

    assert len(of_session(session, "--user", "alice", "--since", "1h")) == 2
    assert of_session(session, "--user", "bob") == []
    assert of_session(session, "--reason", "idle") == [end]
    assert of_session(session, "--until", "1h") == []

    raw = subprocess.run(
        ["ausearch", "-if", place.AUDIT_LOG, "--session", str(session.ses), "--raw"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
    ).stdout
    assert of_session(session, "-", input=raw) == [armed, end]
    nodes = "".join(f"node=web1 {line}\n" for line in raw.splitlines())
    assert [event["host"] for event in of_session(session, "-", input=nodes)] == ["web1", "web1"]


def test_users_are_told_that_they_may_not(kernel_audit, daemon, shell):
    bob = shell(daemon("idle=15m"), user="bob")
    said = bob.run(f"{place.COMMAND} log; echo code $?")
    assert "code 3" in said and "audit.log: Permission denied" in said, said


def test_lines_in_the_log_say_the_same(cut):
    """The real lines of the module and of the watchdog, in a file as syslogd writes it."""
    session, tty = cut
    sshd = session.sshd
    sshd.log.wait("idle-watchdog", "disconnected alice")
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    with open("/var/log/auth.log", "w", encoding="utf-8") as log:
        log.writelines(f"{stamp} sandbox {text}\n" for _, text in sshd.log.lines())
    answer = command("--json", "--source", "syslog")
    assert answer.returncode == 0 and "any user can write such lines" in answer.stderr, answer
    armed, end = json.loads(answer.stdout)["events"]
    assert (armed["event"], armed["user"], armed["service"], armed["address"]) == \
        ("armed", "alice", sshd.service, "127.0.0.1"), armed
    assert armed["limits"] == {"idle": LIMIT, "keepalive": None, "max": 43200}, armed
    assert (end["event"], end["reason"], end["limit_seconds"], end["tty"]) == ("disconnected", "idle", LIMIT, tty), end
    assert end["host"] == "sandbox" and end["result"] == "success", end

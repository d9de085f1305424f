# SPDX-License-Identifier: BSD-3-Clause
"""What is there after each kind of cut, and in the audit log."""

import os

import pytest
from harness import audit, checks, client, place, proc

LIMITS = {"idle": "idle=4s", "max": "max=5s", "keepalive": "keepalive=1s keepalive_count=2"}


@pytest.fixture(params=["idle", "max", "keepalive"])
def cut(request, daemon, shell):
    """(reason, session, terminal) of a session that has just been cut."""
    reason = request.param
    peer = request.getfixturevalue("peer") if reason == "keepalive" else None
    sshd = daemon(LIMITS[reason], address="0.0.0.0")
    sshd.address = "127.0.0.1"
    terminal = shell(sshd, peer=peer)
    terminal.run("true")
    session = sshd.session()
    if peer:
        peer.down()
    session.wait_end(20)
    if not peer:
        terminal.wait_end(3)
    return reason, session, terminal


def test_client_exits_with_the_reason_and_nothing_is_left(cut):
    reason, session, terminal = cut
    if reason != "keepalive":
        assert terminal.exit_status() == 255
        checks.explained(session, terminal, "alice", reason)
    checks.logged(session, "alice", reason)
    checks.closed_properly(session)


def test_audit_has_one_response_and_the_session_closed(kernel_audit, cut):
    reason, session, _ = cut
    record = checks.one_record(session, "alice", reason, address=session.record["address"])
    assert record["terminal"].startswith("pts/"), record["line"]
    assert record["limit"] == {"idle": "4", "max": "5", "keepalive": "2"}[reason], record["line"]
    assert int(record["idle"]) >= int(record["limit"]), record["line"]
    assert record["opid"] == str(session.leader), record["line"]
    checks.closed_in_audit(session)
    kinds = [row["op"] for row in audit.ours(session.ses)]
    assert kinds == ["idletimeout:armed", "idletimeout:disconnect"], kinds


def test_armed_record_names_the_limits(kernel_audit, daemon, shell):
    sshd = daemon("idle=15m keepalive=30s max=12h")
    shell(sshd)
    session = sshd.session()
    place.wait_for(lambda: audit.search("USYS_CONFIG", session.ses), 5, "USYS_CONFIG")
    (record,) = audit.search("USYS_CONFIG", session.ses)
    assert record["op"] == "idletimeout:armed", record["line"]
    assert (record["idle_max"], record["ka_max"], record["life_max"]) == ("900", "90", "43200"), record["line"]
    assert (record["acct"], record["res"], record["auid"]) == ("alice", "success", str(session.auid)), record["line"]


@pytest.mark.parametrize("audit_option, expected", [("off", []), ("disconnect", ["idletimeout:disconnect"])])
def test_audit_option_leaves_records_out(kernel_audit, daemon, shell, audit_option, expected):
    sshd = daemon(f"idle=2s audit={audit_option}")
    terminal = shell(sshd)
    session = sshd.session()
    session.wait_end(12)
    terminal.wait_end(3)
    place.wait_for(lambda: audit.search("USER_END", session.ses), 5, "USER_END")
    place.wait_for(lambda: len(audit.ours(session.ses)) > len(expected), 0.5)
    assert [row["op"] for row in audit.ours(session.ses)] == expected


def test_dry_run_is_recorded_as_such(kernel_audit, daemon, shell):
    sshd = daemon("idle=3s dry_run")
    shell(sshd)
    session = sshd.session()
    place.wait_for(lambda: audit.search("RESP_ALERT", session.ses), 15, "RESP_ALERT")
    (record,) = audit.search("RESP_ALERT", session.ses)
    assert record["op"] == "idletimeout:would-disconnect" and record["reason"] == "idle", record["line"]
    assert not audit.search("RESP_TERM_ACCESS", session.ses)


def test_watchdog_leaves_no_other_traces_in_audit(kernel_audit, daemon, shell):
    """A confined program that runs into its confinement shows in the audit log of newer kernels."""
    sshd = daemon("idle=3s warn=1s")
    terminal = shell(sshd)
    session = sshd.session()
    session.wait_end(12)
    terminal.wait_end(3)
    place.wait_for(lambda: audit.search("RESP_TERM_ACCESS", session.ses), 5, "RESP_TERM_ACCESS")
    place.wait_for(lambda: proc.wait_gone(session.watchdog_fd, 0), 3, "the watchdog is gone")
    with open(place.AUDIT_LOG, encoding="utf-8", errors="replace") as log:
        lines = [line for line in log if place.WATCHDOG in line and f" ses={session.ses} " in line]
    kinds = {line.split()[0] for line in lines}
    assert kinds == {"type=USYS_CONFIG", "type=RESP_TERM_ACCESS"}, lines


def test_log_line_carries_the_local_time(daemon, shell):
    """Of the zone that the machine has, as the lines of sshd do."""
    zone = "/usr/share/zoneinfo/Asia/Kathmandu"
    if not os.path.exists(zone):
        pytest.skip(f"no {zone}: tzdata is not installed")
    sshd = daemon("idle=2s", before=f"mount --bind {zone} /etc/localtime")
    terminal = shell(sshd)
    sshd.session().wait_end(12)
    terminal.wait_end(3)
    sshd.log.wait("disconnected alice")
    (opened,) = sshd.log.stamps("session opened for user")
    (line,) = sshd.log.stamps("disconnected alice")
    assert opened != "-"
    minutes = [int(stamp[:2]) * 60 + int(stamp[3:5]) for stamp in (opened, line)]
    assert (minutes[1] - minutes[0]) % 1440 <= 1, (opened, line)


def test_session_of_root_is_cut_and_accounted_for(daemon, keep):
    """A root login has no monitor: the leader is the very process that serves the terminal."""
    sshd = daemon("idle=4s")
    terminal = keep(client.shell(sshd, user="root", words=["exec cat"]))
    session = sshd.session()
    session.wait_end(15)
    terminal.wait_end(3)
    checks.closed_properly(session)
    checks.explained(session, terminal, "root", "idle")
    if place.AUDIT_LOG:
        checks.one_record(session, "root", "idle")
        checks.closed_in_audit(session, listed=False)

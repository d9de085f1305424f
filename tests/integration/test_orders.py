# SPDX-License-Identifier: BSD-3-Clause
"""`idletimeout extend` and `idletimeout close`: what an administrator orders, and who may not."""

import grp
import json
import os
import re
import signal
import socket
import subprocess
import time

import pytest
from harness import audit, checks, place, proc

ADMIN = 60777

EXTENDED = r"an administrator extended this session: you have at least {} from now\."
CLOSED = "disconnected: closed by an administrator"


def command(*words):
    return subprocess.run([place.COMMAND, *words], capture_output=True, text=True, timeout=10)


def as_admin(*words):
    """The command with a login uid and an audit session of its own, as after a login and sudo; which session it was."""
    script = 'echo "$0" >/proc/self/loginuid && cat /proc/self/sessionid && echo && exec "$@"'
    answer = subprocess.run(["sh", "-ec", script, str(ADMIN), place.COMMAND, *words], capture_output=True, text=True, timeout=10)
    if "loginuid" in answer.stderr:
        pytest.skip(f"no login uid can be set here: {answer.stderr}")
    session, answer.stdout = answer.stdout.split("\n", 1)
    return answer, int(session)


def shown(session):
    return json.loads(command("show", session.id, "--json").stdout)


def ask(session, request, wait=True):
    """What the watchdog answers to raw bytes of root's; None if the connection is closed before the answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
        client.settimeout(3)
        client.connect(f"{place.RUN_DIR}/{session.id}.sock")
        client.send(request)
        return client.recv(8192) if wait else None


def nothing_changed(session, terminal):
    """Neither limits nor user have noticed anything."""
    assert session.is_up()
    row = shown(session)
    assert row["extended_seconds"] is None and row["state"] == "running", row
    terminal.watch(0.3)
    assert "*** idletimeout" not in terminal.shown, terminal.shown
    assert not session.sshd.log.lines("idle-watchdog", "extended ") and not session.sshd.log.lines("disconnected")


def test_extend_moves_the_cut_and_the_warnings(daemon, shell):
    sshd = daemon("idle=8s warn=3s")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("true")
    terminal.wait_shown("will be disconnected in 3s", 10)
    start = len(terminal.shown)
    begin = time.monotonic()
    answer = command("extend", session.id, "10s")
    took = time.monotonic() - begin
    assert (answer.returncode, answer.stdout) == (0, f"{session.id} alice: 0m10s left\n"), answer
    terminal.wait_shown(EXTENDED.format("10s"), 2, start)
    row = shown(session)
    assert row["extended_seconds"] in (9, 10) and row["left"]["idle"] in (9, 10) and row["state"] == "running", row
    assert "extended" in command("list").stdout
    warned = terminal.wait_shown("will be disconnected in 3s", 10, start)
    assert 7 <= warned - begin <= 8 + took, warned - begin
    end = session.wait_end(6)
    assert 10 <= end - begin <= 11 + took, end - begin
    terminal.wait_end(2)
    sshd.log.wait("idle-watchdog", f"extended alice ({sshd.service}, ", "): 10s from now by uid 0, ", f", pid ")
    checks.closed_properly(session)
    checks.explained(session, terminal, "alice", "idle")


def test_activity_after_an_extension_works_as_ever(daemon, shell):
    sshd = daemon("idle=8s warn=off")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("true")
    assert command("extend", session.id, "10s").returncode == 0
    assert terminal.watch(9), terminal.shown
    begin = terminal.key()
    end = session.wait_end(12)
    assert 8 <= end - begin <= 9, end - begin


def test_extend_moves_max_of_a_typing_user(daemon, shell):
    sshd = daemon("max=8s idle=5m warn=off")
    terminal = shell(sshd)
    session = sshd.session()
    begin = time.monotonic()
    assert command("extend", session.id, "12s").returncode == 0
    while terminal.watch(1):
        terminal.key()
        assert time.monotonic() < begin + 20
    end = session.wait_end(1)
    assert 12 <= end - begin <= 13.2, end - begin
    checks.explained(session, terminal, "alice", "max")


def test_later_limits_stay_and_nobody_is_told(daemon, shell):
    sshd = daemon("idle=5m max=1h")
    terminal = shell(sshd)
    session = sshd.session()
    answer = command("extend", session.id[:5].upper(), "10s")
    assert answer.returncode == 0 and re.fullmatch(f"{session.id} alice: (5m00s|4m5.s) left\n", answer.stdout), answer
    terminal.watch(0.5)
    nothing_changed(session, terminal)


def test_peer_is_not_extended(daemon, shell):
    sshd = daemon("keepalive=30s")
    terminal = shell(sshd)
    session = sshd.session()
    answer = command("extend", session.id, "10m")
    assert answer.returncode == 1 and "it has no limit that could be extended" in answer.stderr, answer
    nothing_changed(session, terminal)


def test_close_ends_the_session_at_once(daemon, shell):
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    begin = time.monotonic()
    answer = command("close", session.id, "--reason", "maintenance")
    assert (answer.returncode, answer.stdout) == (0, f"{session.id} alice: is being closed\n"), answer
    assert session.wait_end(5) - begin <= 1.5
    terminal.wait_end(2)
    assert terminal.exit_status() == 255
    assert f"*** idletimeout: {CLOSED}: maintenance ***" in terminal.shown, terminal.shown
    checks.closed_properly(session)
    (line,) = sshd.log.wait("idle-watchdog", "disconnected alice")
    assert re.search(r"\): closed by uid 0, login uid \w+, pid \d+, reason maintenance$", line[1]), line
    again = command("close", session.id)
    assert again.returncode == 1 and f"there is no session '{session.id}'" in again.stderr, again


@pytest.mark.parametrize("arguments", ["idle=15m dry_run", "idle=15m kill=session", "keepalive=30s"])
def test_close_is_meant_whatever_the_settings(daemon, shell, arguments):
    sshd = daemon(arguments)
    terminal = shell(sshd)
    session = sshd.session()
    assert command("close", session.id).returncode == 0
    session.wait_end(5)
    terminal.wait_end(2)
    assert f"*** idletimeout: {CLOSED} ***" in terminal.shown, terminal.shown
    checks.closed_properly(session)


def test_rehearsal_is_extended_as_well(daemon, shell):
    sshd = daemon("idle=4s warn=off dry_run")
    terminal = shell(sshd)
    session = sshd.session()
    assert command("extend", session.id, "9s").returncode == 0
    assert terminal.watch(7)
    assert not sshd.log.lines("would disconnect")
    sshd.log.wait("would disconnect alice", timeout=5)
    assert terminal.watch(1)
    assert len(sshd.log.lines("would disconnect alice")) == 1, sshd.log.tail()
    assert command("extend", session.id, "5s").returncode == 0
    place.wait_for(lambda: len(sshd.log.lines("would disconnect alice")) == 2, 8, "a second rehearsal")
    assert session.is_up()


def test_several_sessions_in_one_order(daemon, shell):
    sshd = daemon("idle=15m")
    one, first = shell(sshd), sshd.session()
    other, second = shell(sshd, user="bob"), sshd.session()
    answer = command("close", first.id, "zzzzzzzz", second.id)
    assert answer.returncode == 1 and "there is no session 'zzzzzzzz'" in answer.stderr, answer
    assert answer.stdout == f"{first.id} alice: is being closed\n{second.id} bob: is being closed\n", answer
    for session, terminal in ((first, one), (second, other)):
        session.wait_end(5)
        terminal.wait_end(2)
        session.wait_nothing_left()


def test_own_user_is_refused(daemon, shell):
    sshd = daemon("idle=15m")
    alice = shell(sshd, user="alice")
    session = sshd.session()
    for words in (f"extend {session.id} 30m", f"close {session.id}", f"close {session.id} --reason x"):
        said = alice.run(f"{place.COMMAND} {words}; echo code $?")
        assert said.split("\n") == [f"idletimeout: session '{session.id}': not permitted, only root may do that", "code 3"], said
    nothing_changed(session, alice)


def test_own_user_is_refused_whatever_he_sends(daemon, shell):
    """Past the command, on the socket itself."""
    sshd = daemon("idle=15m")
    alice = shell(sshd, user="alice")
    session = sshd.session()
    script = (
        "import socket,sys\n"
        "for request in (b'close', b'extend 60', b'close x', b'extend 0', b'close\\\\n', b'close\\\\0'):\n"
        "    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.connect(sys.argv[1]); s.send(request)\n"
        "    print(s.recv(100).decode())\n"
    )
    with open(f"{place.ROOT}/{sshd.service}.py", "w", encoding="ascii") as file:
        file.write(script.replace("\\\\", "\\"))
    said = alice.run(f"python3 {file.name} {place.RUN_DIR}/{session.id}.sock").split("\n")
    os.unlink(file.name)
    root_only, malformed = "refused only root may do that", "refused malformed request"
    assert said == [root_only, root_only, root_only, malformed, "refused unknown request", root_only], said
    nothing_changed(session, alice)


def test_other_user_is_refused(daemon, shell):
    sshd = daemon("idle=15m")
    alice = shell(sshd, user="alice")
    session = sshd.session()
    bob = shell(sshd, user="bob")
    for words in (f"extend {session.id} 30m", f"close {session.id}"):
        said = bob.run(f"{place.COMMAND} {words}; echo code $?")
        assert "not permitted, it is another user's" in said and "code 3" in said, said
    nothing_changed(session, alice)


def test_hostile_requests_of_root_change_nothing(daemon, shell):
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    for request in (b"extend", b"extend 0", b"extend -1", b"extend 86401", b"extend 1 1", b"extend 99999999999999999999",
                    b"close x res=failed", b"close \x1b[2J", b"close " + b"x" * 33, b"close a'b", b"close  x"):  # fmt: skip
        assert ask(session, request) == b"refused malformed request", request
    for request in (b"Close", b"closed", b"reboot", b"\xff\xfe", b"extends 60"):
        assert ask(session, request) == b"refused unknown request", request
    nothing_changed(session, terminal)


def test_order_of_somebody_who_left_is_not_obeyed(daemon, shell):
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    os.kill(session.watchdog, signal.SIGSTOP)
    try:
        ask(session, b"close", wait=False)
        answer = command("close", session.id)
        assert answer.returncode == 1 and "its watchdog does not answer" in answer.stderr, answer
    finally:
        os.kill(session.watchdog, signal.SIGCONT)
    time.sleep(0.5)
    nothing_changed(session, terminal)


def test_session_that_ends_while_it_is_asked(daemon, shell):
    sshd = daemon("idle=15m")
    shell(sshd)
    session = sshd.session()
    os.kill(session.watchdog, signal.SIGSTOP)
    with subprocess.Popen([place.COMMAND, "close", session.id], stderr=subprocess.PIPE, text=True) as asking:
        time.sleep(0.5)
        os.kill(session.leader, signal.SIGKILL)
        session.wait_end(3)
        os.kill(session.watchdog, signal.SIGKILL)
        _, said = asking.communicate(timeout=10)
    assert asking.returncode == 1 and said == f"idletimeout: session '{session.id}': it is over\n", said


def test_author_is_known_where_processes_are_hidden(daemon, shell):
    group = grp.getgrnam("nogroup").gr_gid
    sshd = daemon("idle=15m", before=f"mount -t proc -o hidepid=invisible,gid={group} proc /proc")
    shell(sshd)
    session = sshd.session()
    answer, _ = as_admin("extend", session.id, "30m")
    assert answer.returncode == 0, answer
    sshd.log.wait(f"30m from now by uid 0, login uid {ADMIN}, pid ")


def test_closing_session_takes_no_orders(daemon, shell):
    """Its user has made everything deaf, so that the end takes a while."""
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.key("kill -STOP $PPID\r")
    place.wait_for(lambda: [pid for pid in proc.children(session.leader) if proc.state(pid) == "T"], 3, "a stopped sshd")
    assert command("close", session.id).returncode == 0
    for words in (("extend", session.id, "30m"), ("close", session.id)):
        answer = command(*words)
        assert answer.returncode == 1 and "it is ending already" in answer.stderr, answer
    session.wait_end(10)


def test_wrong_usage():
    for words in (("extend",), ("extend", "7k2q90xw"), ("extend", "7k2q90xw", "2d"), ("extend", "7k2q90xw", "0"), ("close",),
                  ("close", "7k"), ("close", "7k2q90xw", "--reason", "two words"), ("close", "7k2q90xw", "--reson", "x")):  # fmt: skip
        answer = command(*words)
        assert (answer.returncode, answer.stdout) == (2, ""), answer


def changes():
    """The serial numbers in aureport --config."""
    rows = audit.tool("aureport", "--config", "-if", place.AUDIT_LOG).splitlines()
    return [row.split()[-1] for row in rows if re.match(r"\d+\. ", row)]


def test_extension_is_recorded_on_both_sides(kernel_audit, daemon, shell):
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    answer, admin_session = as_admin("extend", session.id, "30m")
    assert answer.returncode == 0 and answer.stderr == "", answer
    place.wait_for(lambda: len(audit.ours(session.ses)) == 2 and audit.ours(admin_session), 5, "two records")
    by_watchdog = audit.ours(session.ses)[1]
    (by_command,) = audit.ours(admin_session)
    for record in (by_watchdog, by_command):
        assert record["line"].startswith("type=USYS_CONFIG "), record["line"]
        assert (record["op"], record["acct"], record["extend"]) == ("idletimeout:extend", "alice", "1800"), record["line"]
        assert (record["opid"], record["res"]) == (str(session.leader), "success"), record["line"]
        assert record["serial"] in changes(), record["line"]
    assert (by_watchdog["exe"], by_command["exe"]) == (place.WATCHDOG, place.COMMAND)
    assert (by_watchdog["auid"], by_watchdog["ses"]) == (str(session.auid), str(session.ses)), by_watchdog["line"]
    assert (by_watchdog["oauid"], by_watchdog["oses"]) == (str(ADMIN), str(admin_session)), by_watchdog["line"]
    assert (by_command["auid"], by_command["ses"]) == (str(ADMIN), str(admin_session)), by_command["line"]
    assert (by_command["oauid"], by_command["oses"]) == (str(session.auid), str(session.ses)), by_command["line"]
    of_admin = audit.tool("ausearch", "-if", place.AUDIT_LOG, "--loginuid", str(ADMIN), "-m", "USYS_CONFIG", "--raw")
    assert by_command["line"] in of_admin
    sshd.log.wait(f"30m from now by uid 0, login uid {ADMIN}, pid ")
    # No change, no record.
    before = len(audit.ours(session.ses))
    assert command("extend", session.id, "10s").returncode == 0
    terminal.watch(0.5)
    assert len(audit.ours(session.ses)) == before


def test_close_is_one_response_with_its_author(kernel_audit, daemon, shell):
    sshd = daemon("idle=15m")
    terminal = shell(sshd)
    session = sshd.session()
    answer, admin_session = as_admin("close", session.id, "--reason", "maintenance")
    assert answer.returncode == 0 and answer.stderr == "", answer
    session.wait_end(5)
    terminal.wait_end(2)
    record = checks.one_record(session, "alice", "admin")
    assert (record["note"], record["limit"]) == ("maintenance", "0"), record["line"]
    assert (record["oauid"], record["oses"]) == (str(ADMIN), str(admin_session)), record["line"]
    assert int(record["idle"]) <= 10 and record["opid"] == str(session.leader), record["line"]
    place.wait_for(lambda: audit.ours(admin_session), 5, "the command's record")
    (by_command,) = audit.ours(admin_session)
    assert by_command["line"].startswith("type=USYS_CONFIG ") and by_command["op"] == "idletimeout:close", by_command["line"]
    assert (by_command["auid"], by_command["note"], by_command["acct"]) == (str(ADMIN), "maintenance", "alice"), by_command["line"]
    checks.closed_in_audit(session)
    assert [row["op"] for row in audit.ours(session.ses)] == ["idletimeout:armed", "idletimeout:disconnect"]


def test_audit_off_leaves_both_records_out(kernel_audit, daemon, shell):
    sshd = daemon("idle=15m audit=off")
    shell(sshd)
    session = sshd.session()
    answer, admin_session = as_admin("extend", session.id, "30m")
    assert answer.returncode == 0, answer
    time.sleep(0.7)
    assert not audit.ours(session.ses) and not audit.ours(admin_session)


def test_refused_order_is_not_recorded(kernel_audit, daemon, shell):
    sshd = daemon("keepalive=30s")
    shell(sshd)
    session = sshd.session()
    answer, admin_session = as_admin("extend", session.id, "30m")
    assert answer.returncode == 1, answer
    time.sleep(0.5)
    assert [row["op"] for row in audit.ours(session.ses)] == ["idletimeout:armed"] and not audit.ours(admin_session)

# SPDX-License-Identifier: BSD-3-Clause
"""What logind and systemd see of our sessions, and do to them."""

import os
import time

import pytest
from harness import place, proc

LIMIT = 5
STAMP_BUCKET = 8
HARDLY_LATE = 1
POSITIONS = {"before pam_systemd": False, "after pam_systemd": True}


def assert_cut(session, begin, limit=LIMIT, late=HARDLY_LATE):
    end = session.wait_end(limit + STAMP_BUCKET + 10)
    assert limit <= end - begin <= limit + late, f"cut {end - begin:.3f} s after the last key"


@pytest.mark.parametrize("position", POSITIONS)
def test_cut_session_is_gone_from_logind(host, position):
    host.stack(f"idle={LIMIT}s", POSITIONS[position])
    session = host.log_in()
    assert host.machine.state(session.name) == "active"
    assert_cut(session, session.type())
    host.assert_ended(session)
    host.wait_log("idle-watchdog", "disconnected alice (sshd, ")
    assert not host.machine.sessions()


@pytest.mark.parametrize("position", POSITIONS)
def test_watchdog_is_in_no_group_of_its_users(host, position):
    """Nor in that of its service, whose end would be its own."""
    host.stack("idle=15m", POSITIONS[position])
    session = host.log_in()
    assert host.machine.unit(session.watchdog) == "/init.scope"
    assert f"session-{session.name}.scope" in host.machine.unit(session.leader)


def test_watchdog_of_su_in_a_unit_of_the_user_is_out_of_his_reach(host):
    """That part of the tree is delegated to him: he can freeze whatever is in it."""
    machine = host.machine
    host.stack("idle=15m")
    su = machine.read("/etc/pam.d/su")
    # With pam_systemd in it, su would get a session of its own, outside of that part.
    rest = su.replace("@include common-session\n", "session required pam_unix.so\n")
    machine.write("/etc/pam.d/su", "auth sufficient pam_permit.so\nsession required pam_idletimeout.so idle=15m\n" + rest)
    try:
        session = host.log_in()
        before = set(machine.watchdogs())
        session.terminal.key("systemd-run --user --scope --quiet su - bob\r")
        (watchdog,) = place.wait_for(lambda: set(machine.watchdogs()) - before, 10, lambda: session.terminal.shown)
        assert "/user@" in machine.unit(proc.watched_pid(watchdog))
        place.wait_for(lambda: machine.unit(watchdog) == "/init.scope", 3, lambda: machine.unit(watchdog))
    finally:
        machine.write("/etc/pam.d/su", su)


@pytest.mark.parametrize("kills", ["yes", "no"])
def test_what_runs_on_is_logind_s_to_end(host, kills):
    """Where nothing of the user's was left the session is gone; his job is what keeps it closing, as long as it lives."""
    machine = host.machine
    host.logind(KillUserProcesses=kills)
    host.stack(f"idle={LIMIT}s")
    session = host.log_in()
    session.terminal.run("setsid sleep 1234 >/dev/null 2>&1 </dev/null &")
    assert_cut(session, session.type())
    if kills == "yes":
        place.wait_for(lambda: not machine.says("pgrep", "-u", "alice", "-x", "sleep"), 10, "the job is ended by logind", 0.1)
    else:
        assert machine.says("pgrep", "-u", "alice", "-x", "sleep")
        place.wait_for(lambda: machine.state(session.name) == "closing", 5, lambda: machine.state(session.name), 0.1)
        members = machine.says("systemctl", "status", "--lines=0", f"session-{session.name}.scope")
        assert "sleep 1234" in members and "idle-watchdog" not in members and "sshd" not in members, members
        machine.must("pkill", "-u", "alice", "-x", "sleep")
    host.assert_ended(session)


def test_terminated_session_is_no_tampering(host):
    host.stack("idle=15m")
    session = host.log_in()
    host.machine.must("loginctl", "terminate-session", session.name)
    session.wait_end(10)
    host.assert_ended(session)
    assert not host.log("disconnected alice")


def test_terminated_user_is_no_tampering(host):
    host.stack("idle=15m", after=True)
    first, second = host.log_in(), host.log_in()
    host.machine.must("loginctl", "terminate-user", "alice")
    for session in first, second:
        session.wait_end(10)
        host.assert_ended(session)


def test_user_who_stops_his_session_through_logind_is_cut_properly(host):
    """The signal goes to all that is in the scope, root's sshd too."""
    host.stack(f"idle={LIMIT}s")
    session = host.log_in()
    begin = session.terminal.key("loginctl kill-session $XDG_SESSION_ID --signal=STOP\r")
    place.wait_for(lambda: proc.state(session.leader) == "T", 3, lambda: proc.stat(session.leader))
    # A stopped leader is woken at the fourth step of the ladder.
    assert_cut(session, begin, late=HARDLY_LATE + 2)
    host.assert_ended(session)
    host.wait_log("idle-watchdog", "disconnected alice (sshd, ")


def test_restart_of_ssh_leaves_sessions_and_their_limits(host):
    host.stack(f"idle={LIMIT}s")
    session = host.log_in()
    host.machine.must("systemctl", "restart", "ssh")
    begin = session.type()
    assert session.is_up()
    assert_cut(session, begin)
    host.assert_ended(session)


def test_stop_of_a_service_with_all_its_processes_is_no_tampering(host):
    """Without pam_systemd a session is part of its service, and KillMode=control-group is what most services have."""
    machine = host.machine
    machine.write("/etc/systemd/system/ssh.service.d/test.conf", "[Service]\nKillMode=control-group\n")
    machine.must("systemctl", "daemon-reload")
    try:
        host.stack("idle=15m", after=True, logind=False)
        session = host.log_in(has_name=False)
        assert machine.unit(session.leader) == "/system.slice/ssh.service"
        machine.must("systemctl", "stop", "ssh")
        session.wait_end(5)
        host.assert_ended(session)
    finally:
        machine.must("rm", "-r", "/etc/systemd/system/ssh.service.d")
        machine.must("systemctl", "daemon-reload")
        machine.must("systemctl", "start", "ssh")


@pytest.fixture
def systemd_user(host):
    """Our line in the stack of the user manager, and one that is refused: it tells that the stack is read, and hurts nobody."""
    machine = host.machine
    vendor, local = "/usr/lib/pam.d/systemd-user", "/etc/pam.d/systemd-user"
    before = machine.read(local) if os.path.exists(machine.path(local)) else None
    stack = before or machine.read(vendor)
    machine.write(local, f"{stack}session required pam_idletimeout.so idle=5s max=10s\nsession optional pam_idletimeout.so read\n")
    yield
    if before:
        machine.write(local, before)
    else:
        machine.must("rm", local)


def test_lingering_user_keeps_his_manager_and_it_has_no_watchdog(host, systemd_user):
    machine = host.machine
    host.stack(f"idle={LIMIT}s")
    machine.must("loginctl", "enable-linger", "alice")
    host.wait_log("pam_idletimeout(systemd-user:session)", "'read' is not a known setting")
    assert not machine.watchdogs()
    session = host.log_in()
    assert machine.watchdogs() == [session.watchdog]
    assert_cut(session, session.type())
    host.assert_ended(session)
    uid = machine.says("id", "-u", "alice")
    time.sleep(10)
    assert machine.says("systemctl", "is-active", f"user@{uid}.service") == "active"
    assert machine.says("loginctl", "show-user", "alice", "--property=State", "--value") == "lingering"


def test_stop_idle_session_of_logind_may_come_first(host):
    """Its session ends as any does that logind terminates, with nothing of ours in its way."""
    host.logind(StopIdleSessionSec="10s")
    host.stack("idle=15m")
    session = host.log_in()
    session.terminal.watch(0.5)
    if not proc.wait_gone(session.leader_fd, 40):
        pytest.skip("this logind knows no terminal of an ssh session, and does not stop it")
    host.assert_ended(session)
    assert not host.log("disconnected alice")


def test_ours_may_come_before_stop_idle_session(host):
    host.logind(StopIdleSessionSec="60s")
    host.stack(f"idle={LIMIT}s")
    session = host.log_in()
    assert_cut(session, session.type())
    host.assert_ended(session)
    host.wait_log("idle-watchdog", "disconnected alice (sshd, ")

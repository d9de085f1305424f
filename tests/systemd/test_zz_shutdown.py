# SPDX-License-Identifier: BSD-3-Clause
"""The end of the machine, and of these tests: sessions end, nobody has tampered with anything, nothing is waited for."""

import time

# Longer than both take here, shorter than systemd waits for a process that does not end (90 s).
SOON = 45
TAMPERING = "watchdog of this session was lost", "tamper", "left standing"


def assert_clean(host, session):
    """The journal ends before the last signals are sent: it knows of sessions in scopes of their own."""
    lines = [line for line in host.machine.journal_of_the_past(host.start) if "sshd" in line or "idle" in line]
    mark = f"[{session.inner_leader}]"
    assert [line for line in lines if mark in line and "session closed for user" in line], lines
    for words in TAMPERING:
        assert not [line for line in lines if words in line], lines


def two_sessions(host):
    """One in a scope of logind's, and one in the service itself, which only the last signal of the shutdown reaches."""
    host.stack("idle=15m")
    first = host.log_in()
    host.stack("idle=15m", logind=False)
    return first, host.log_in(has_name=False)


def end_machine(host, order, wait):
    sessions = two_sessions(host)
    begin = time.monotonic()
    host.machine.call("systemctl", order)
    for session in sessions:
        session.wait_end(SOON)
    wait()
    assert time.monotonic() - begin < SOON
    assert_clean(host, sessions[0])


def test_reboot_ends_sessions_properly(host):
    end_machine(host, "reboot", host.machine.wait_reboot)
    assert not host.machine.records()
    assert host.log_in(has_name=False).is_up()


def test_shutdown_ends_sessions_properly(host):
    end_machine(host, "poweroff", host.machine.wait_off)

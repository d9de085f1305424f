# SPDX-License-Identifier: BSD-3-Clause
"""Sessions without a connection: su and login on a terminal. The stamp's bucket of 8 seconds is all there is to tell by."""

import os
import subprocess
import time

import pytest
from harness import checks, place, proc
from harness.local import COMMANDS
from harness.sshd import STACK

STAMP_BUCKET = 8
HARDLY_LATE = 1

# The audit session of a process that was never logged in.
UNSET = 0xFFFFFFFF


@pytest.mark.parametrize("name", COMMANDS)
def test_idle_terminal_is_warned_and_closed(local, name):
    session, terminal = local(name, "idle=8s warn=4s")
    terminal.run("true")
    begin = terminal.last_key
    end = session.wait_end(30)
    # su itself waits two seconds for its shell.
    late = STAMP_BUCKET + HARDLY_LATE + (2.5 if name == "su" else 0)
    assert 8 <= end - begin <= 8 + late, f"closed {end - begin:.3f} s after the last key"
    terminal.wait_end(2)
    terminal.exit_status()
    session.sshd.log.wait("session closed for user alice")
    assert len(terminal.reasons()) >= 2, terminal.shown
    session.sshd.log.wait("idle-watchdog", f"disconnected alice ({session.service}", "idle ")
    assert proc.wait_gone(session.watchdog_fd, 2)
    session.wait_nothing_left()
    if place.AUDIT_LOG:
        place.wait_for(lambda: checks.audit.search("RESP_TERM_ACCESS", session.ses), 5, "RESP_TERM_ACCESS")
        (record,) = checks.audit.search("RESP_TERM_ACCESS", session.ses)
        assert (record["reason"], record["acct"], record["res"]) == ("idle", "alice", "success"), record["line"]
        place.wait_for(lambda: checks.audit.search("USER_END", session.ses), 5, "USER_END")


def test_typing_user_stays(local):
    session, terminal = local("su", "idle=10s")
    for _ in range(6):
        terminal.key()
        assert terminal.watch(4), terminal.shown
    assert session.is_up()


def test_logout_leaves_nothing(local):
    session, terminal = local("su", "idle=15m")
    terminal.key("exit\r")
    ended = terminal.wait_end(5)
    terminal.exit_status()
    assert proc.wait_gone(session.watchdog_fd, ended + 1 - time.monotonic())
    session.wait_nothing_left()
    assert os.path.isdir(place.RUN_DIR)


def test_sweep_without_an_audit_session_is_refused_and_said(local):
    """Every process that was never logged in has the same unset session: nobody may be swept by that."""
    if proc.audit_session(os.getpid()) != UNSET:
        pytest.skip("the suite itself runs in an audit session, which su would inherit")
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        session, _ = local("su", "idle=4s warn=off kill=session", stack=STACK.replace("pam_loginuid.so", "pam_permit.so"))
        session.wait_end(30)
        session.sshd.log.wait("idle-watchdog", "kill=session does nothing")
        session.sshd.log.wait("idle-watchdog", "disconnected alice")
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()

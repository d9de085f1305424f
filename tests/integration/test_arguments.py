# SPDX-License-Identifier: BSD-3-Clause
"""Arguments that are refused: named in the log, and nobody gets in."""

import pytest
from harness import client, proc

BAD = {
    "unknown": ("idel=15m", "idel"),
    "empty value": ("idle=", "idle"),
    "negative": ("idle=-1", "idle"),
    "unknown unit": ("idle=15min", "idle"),
    "two to the power of 64": ("idle=18446744073709551616", "idle"),
    "twice": ("idle=15m idle=20m", "idle"),
    "no value": ("idle", "idle"),
    "value for a flag": ("idle=15m dry_run=yes", "dry_run"),
    "count of nothing": ("keepalive=5s keepalive_count=0", "keepalive_count"),
    "not a choice": ("idle=15m kill=everybody", "kill"),
    "bad ladder": ("idle=15m warn=5m,,1m", "warn"),
    "hidden in a good line": ("idle=15m max=12h keepalive=30x", "keepalive"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_argument_is_named_and_the_session_refused(daemon, name):
    arguments, named = BAD[name]
    sshd = daemon(arguments)
    answer = client.run(sshd, "alice", "echo in")
    assert answer.returncode != 0 and "in" not in answer.stdout.split(), answer
    assert sshd.log.wait("pam_open_session(): Error in service module")
    lines = sshd.log.lines("pam_idletimeout(", named)
    assert len(lines) == 1, sshd.log.tail()
    assert not [pid for pid in proc.watchdogs() if proc.watched_pid(pid) in proc.children(sshd.process.pid)]

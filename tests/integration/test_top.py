# SPDX-License-Identifier: BSD-3-Clause
"""`idletimeout top`, on a terminal, with a living session."""

import pytest
from harness import client, place

pytestmark = pytest.mark.alone  # of many sessions those with the most time left do not fit


def test_session_is_shown_until_it_is_over(daemon, shell, keep):
    sshd = daemon("idle=15m max=12h")
    alice = shell(sshd)
    session = sshd.session()
    top = keep(client.Terminal([place.COMMAND, "top", "--interval", "1s"], environment={"TERM": "dumb"}))
    top.wait_shown(session.id)
    top.wait_shown("running")
    alice.key("exit\r")
    session.wait_end(5)
    place.wait_for(lambda: not session.own_files(), 2, "the end of the session's files")
    start = len(top.shown)
    top.wait_shown("0 sessions", start=start)
    top.key("q")
    top.wait_end(5)
    assert session.id not in top.shown[start:]
    assert top.exit_status() == 0

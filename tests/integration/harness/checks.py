# SPDX-License-Identifier: BSD-3-Clause
"""What must be true after a session was cut, whatever cut it."""

from . import audit, place, proc


def closed_properly(session, survivors=(), mark=None):
    """
    The session's own clean path was taken, and nothing of ours or of sshd's is left. `mark` is what the leader's log lines
    hold, where that is not its pid.
    """
    sshd = session.sshd
    sshd.log.wait(mark or f"[{session.leader}]", "session closed for user")
    assert proc.wait_gone(session.watchdog_fd, 2), f"the watchdog lives on: {sshd.log.tail()}"
    session.wait_nothing_left(but=survivors)
    assert not sshd.connections()


IN_LOG = {"idle": "idle ", "max": "in session for ", "keepalive": "peer silent for "}
ON_TERMINAL = {"idle": "no activity for", "max": "reached its limit", "keepalive": "stopped answering"}


def logged(session, user, reason):
    """One line says who, where, from where, which limit and how long."""
    words = "idle-watchdog", f"disconnected {user} ({session.service}, "
    session.sshd.log.wait(*words)
    lines = session.sshd.log.lines(*words)
    assert len(lines) == 1, session.sshd.log.tail()
    text = lines[0][1]
    assert f"from {session.record['address']}): {IN_LOG[reason]}" in text and ", limit " in text, text
    assert "left standing" not in text, text


def explained(session, terminal, user, reason):
    """The reason was on the user's terminal, and in the log."""
    assert any(ON_TERMINAL[reason] in line for line in terminal.reasons()), terminal.shown[-500:]
    logged(session, user, reason)


def one_record(session, user, reason, address="127.0.0.1", result="success"):
    """Exactly one RESP_TERM_ACCESS, with the right words in it, where an auditor looks for it."""
    found = place.wait_for(lambda: audit.search("RESP_TERM_ACCESS", session.ses), 5, f"RESP_TERM_ACCESS of session {session.ses}")
    assert len(found) == 1, found
    record = found[0]
    assert record["op"] == "idletimeout:disconnect", record["line"]
    assert record["reason"] == reason, record["line"]
    assert record["acct"] == user, record["line"]
    assert record["addr"] == address, record["line"]
    assert record["auid"] == str(session.auid), record["line"]
    assert record["ses"] == str(session.ses), record["line"]
    assert record["res"] == result, record["line"]
    assert record["exe"] == place.WATCHDOG, record["line"]
    assert record["serial"] in audit.responses()
    return record


def closed_in_audit(session, listed=True):
    """libpam's USER_END is there, and aulast takes the session for closed. It lists no ssh logins of root."""
    place.wait_for(lambda: audit.search("USER_END", session.ses), 5, f"USER_END of session {session.ses}")
    if not listed:
        return
    row = audit.last(session.ses)
    assert row and "still logged in" not in row and "gone" not in row, row

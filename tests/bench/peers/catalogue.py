# SPDX-License-Identifier: BSD-3-Clause
"""The rows, with the rule that each is judged by, and the choice of cells by name."""

import dataclasses
import fnmatch
from collections.abc import Callable

from . import rows, traces
from .columns import COLUMNS
from .outcome import ENDS, ENDS_SOON, HAS, STAYS

RULES = {
    ENDS: "the session must end, and not before the limit",
    ENDS_SOON: "the session must end; nobody is there, so no moment is too early",
    STAYS: "the session must live through twice the limit",
}


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    run: Callable
    asks: str
    scenario: str
    rule: str = ""

    def rule_words(self):
        return self.rule or RULES[self.asks]


ROWS = (
    Row("idle-shell", rows.idle_shell, ENDS, "a shell at its prompt, one command, then nothing"),
    Row("typing", rows.typing, STAYS, "a key every four seconds, a long line without Enter"),
    Row("commands", rows.commands, STAYS, "a command every four seconds"),
    Row("output-only", rows.output_only, ENDS, "a program in the foreground prints a line each second, nobody types"),
    Row("keepalives-only", rows.keepalives_only, ENDS, "an idle shell whose client has ServerAliveInterval 5"),
    Row("spoofed-stamps", rows.spoofed_stamps, ENDS, "an idle shell with a job that touches its terminal each second"),
    Row("dead-peer-quiet", rows.dead_peer_quiet, ENDS_SOON, "an idle shell whose client's network goes down"),
    Row("dead-peer-output", rows.dead_peer_output, ENDS_SOON, "the same, while a program prints a line each second"),
    Row("frozen-client", rows.frozen_client, ENDS_SOON, "an idle shell whose client is stopped by SIGSTOP"),
    Row("sftp-idle", rows.sftp_idle, ENDS, "sftp, one request, then nothing"),
    Row("sftp-slow", rows.sftp_slow, STAYS, "an sftp download of 8 kB per second"),
    Row("forward-idle", rows.forward_idle, ENDS, "ssh -N -L, one connection through it, one message, then nothing"),
    Row("forward-in-use", rows.forward_in_use, STAYS, "the same, a byte and its answer every four seconds"),
    Row(
        "two-shells",
        rows.two_shells,
        ENDS,
        "two shells on one connection: commands in one for twice the limit, then in none",
        "the shell in use must live, and the connection must end when both are idle",
    ),
    Row("tmux", traces.tmux, HAS, "work in tmux, and a session that is ended", "the work must go on"),
    Row("warning", traces.warning, HAS, "what an idle terminal shows two seconds before the end or earlier", "something"),
    Row("reason", traces.reason, HAS, "what an idle terminal shows up to its end", "something"),
    Row(
        "audit-record",
        traces.audit_record,
        HAS,
        "kernel audit records about a session that is ended",
        "one more than those of any logout",
    ),
    Row(
        "per-user",
        traces.per_user,
        HAS,
        "alice with the limit, bob with three times as much, both idle",
        "each must end at the own limit",
    ),
)


def chosen(patterns):
    """[(column, row)]: all without patterns, else those that match one: COLUMN/ROW, COLUMN or ROW, with * and ?."""
    cells = [(column, row) for column in COLUMNS for row in ROWS]
    if not patterns:
        return cells
    found = []
    for pattern in patterns:
        matching = [cell for cell in cells if matches(pattern, *cell)]
        if not matching:
            raise ValueError(f"no such cell: {pattern}")
        found += matching
    return [cell for cell in cells if cell in found]


def matches(pattern, column, row):
    names = (f"{column.name}/{row.name}",) if "/" in pattern else (column.name, row.name)
    return any(fnmatch.fnmatchcase(name, pattern) for name in names)

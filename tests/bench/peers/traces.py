# SPDX-License-Identifier: BSD-3-Clause
"""
The scenarios about what a cut leaves: words, a record, work, another user's session. Each looks at a session that its
peer does end, so that nobody is asked for the traces of a cut that never comes.
"""

import os
import re
import time

from harness import place

from . import outcome, servers
from .cell import waits
from .columns import DEAD

# What comes so long before the end can still be answered.
WARNING_S = 2
# How much of what was said is kept.
MOST_WORDS = 400
# How long after a cut its traces may come.
SETTLE_S = 3

# What ssh itself says, and what a shell says of any end.
CLIENT_WORDS = re.compile(r"(Shared c|C)onnection to .* closed|client_loop: |logout$|(Killed|Terminated|Hangup)$")
CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[^\x20-\x7e\n]")

# What any login and logout writes.
ROUTINE = re.compile(
    r"type=(USER_(START|END|LOGIN|LOGOUT|ACCT|AUTH)|CRED_\w+|LOGIN|CRYPTO_\w+|SYSCALL|PROCTITLE|CWD|PATH|SOCKADDR|EOE) "
)


def leave_alone(cell, prepare=None):
    """(terminal, connection, begin) of a session that this peer ends: nobody types, or its peer has vanished."""
    cell.start()
    peer = cell.peer() if cell.column.ends == DEAD else None
    terminal, connection = cell.shell(peer=peer)
    if prepare:
        prepare(terminal)
    if peer:
        peer.down()
        return terminal, connection, time.monotonic()
    return terminal, connection, terminal.last_key


def no_cut():
    return outcome.Outcome("nothing", said="there was no cut")


# -- Words ---------------------------------------------------------------------


def words_of(text):
    lines = (line.removeprefix(place.PROMPT).strip() for line in CONTROLS.sub("", text).split("\n"))
    return " ".join(line for line in lines if line and not CLIENT_WORDS.match(line))


def cut_and_shown(cell):
    """(when it was cut or None, [(when, text)]) of what the server's side said to an idle terminal."""
    terminal, connection, begin = leave_alone(cell)
    at = len(terminal.shown)
    ended = cell.until_cut(connection, begin, waits(terminal))
    if ended.did != "cut":
        return None, []
    terminal.watch(SETTLE_S)
    shown = []
    for when, length in terminal.pieces:
        if length > at:
            shown.append((when, terminal.shown[at:length]))
            at = length
    return begin + ended.seconds, shown


def only_dead_peers(cell):
    return outcome.Outcome("nothing", said="it ends dead peers, whom no word reaches") if cell.column.ends == DEAD else None


def words(cell, before_s):
    """Whether the server's side said something at least so long before the end."""
    if nobody := only_dead_peers(cell):
        return nobody
    end, shown = cut_and_shown(cell)
    if end is None:
        return no_cut()
    said = words_of("".join(text for when, text in shown if when <= end - before_s))
    return outcome.Outcome("yes" if said else "no", said=said[:MOST_WORDS])


def warning(cell):
    return words(cell, WARNING_S)


def reason(cell):
    return words(cell, -SETTLE_S)


# -- A record ------------------------------------------------------------------


def records_since(offset, connection):
    """The kinds of audit records about the session, but for what is written at any logout."""
    with open(place.AUDIT_LOG, encoding="utf-8", errors="replace") as log:
        log.seek(offset)
        lines = log.readlines()
    of = [rf"\bses={session}\b" for session in connection.audit_sessions] + [rf"\bpid={pid}\b" for pid in connection.pids]
    about = re.compile("|".join(of))
    return sorted({line.split()[0].removeprefix("type=") for line in lines if about.search(line) and not ROUTINE.match(line)})


def audit_record(cell):
    if not cell.column.kernel_audit:
        return outcome.Outcome("not run", said="a booted container is kept from the kernel's audit")
    if not place.AUDIT_LOG:
        return outcome.Outcome("not run", said=place.NO_AUDIT)
    terminal, connection, begin = leave_alone(cell)
    offset = os.path.getsize(place.AUDIT_LOG)
    ended = cell.until_cut(connection, begin, waits(terminal))
    if ended.did != "cut":
        return no_cut()
    time.sleep(SETTLE_S)
    found = records_since(offset, connection)
    return outcome.Outcome("yes" if found else "no", said=" ".join(found))


# -- Work ----------------------------------------------------------------------


def size_of(path):
    return os.path.getsize(path) if os.path.exists(path) else 0


def tmux(cell):
    """Work in tmux says in a file that it lives; it ends by itself after five minutes."""

    def prepare(terminal):
        work = f"for i in $(seq 1500); do echo >>{path}; sleep 0.2; done"
        terminal.run(f"tmux -S {path}.tmux -f /dev/null new-session -d '{work}'")
        place.wait_for(lambda: size_of(path), 5, lambda: f"the work in tmux: {terminal.shown[-300:]}")

    path = f"{place.ROOT}/home/alice/{cell.name}.work"
    terminal, connection, begin = leave_alone(cell, prepare=prepare)
    ended = cell.until_cut(connection, begin, waits(terminal))
    if ended.did != "cut":
        return no_cut()
    time.sleep(SETTLE_S)
    before = size_of(path)
    time.sleep(1)
    lives = size_of(path) > before
    return outcome.Outcome("yes" if lives else "no", said="it works on" if lives else "it was ended")


# -- Another user --------------------------------------------------------------


def per_user(cell):
    """Alice has the limit of all other rows, bob a longer one; both are left alone together."""
    column = cell.column
    if column.one_for_all:
        return outcome.Outcome("cannot", said=column.one_for_all)
    cell.start(per_user=True)
    peer = cell.peer() if column.ends == DEAD else None
    (alice, first), (bob, second) = [cell.shell(user, peer=peer) for user in servers.USERS]
    if peer:
        peer.down()
    gone = time.monotonic()

    def wait(seconds):
        for terminal in (alice, bob):
            waits(terminal)(seconds / 2)

    ends = []
    for terminal, connection, limit in ((alice, first, column.user_limits[0]), (bob, second, column.user_limits[1])):
        begin = gone if peer else terminal.last_key
        ends.append(cell.until_cut(connection, begin, wait, limit))
    own = all(one.did == "cut" and one.seconds >= limit - outcome.ROUNDING_S for one, limit in zip(ends, column.user_limits))
    said = ", ".join(
        f"{user} {one.did} {one.seconds:.1f} s (limit {limit} s)"
        for user, one, limit in zip(servers.USERS, ends, column.user_limits)
    )
    return outcome.Outcome("yes" if own else "no", said=said)

# SPDX-License-Identifier: BSD-3-Clause
"""The memory of watchdogs, beside that of the sessions they watch."""

import re

from clients import Client
from failure import Failure
from harness import proc
from harness.sshd import Sshd, pam_line
from spread import columns, spread

LINE = "idle=15m keepalive=30s max=12h"
SESSIONS = 20
KINDS = ("Pss", "Private", "Rss")


def rollup(pid):
    """{kind: KiB} of a process, from smaps_rollup."""
    found = re.findall(r"^(\w+): +(\d+) kB$", proc.read(pid, "smaps_rollup"), re.MULTILINE)
    fields = {name: int(size) for name, size in found}
    if "Pss" not in fields:
        raise Failure(f"/proc/{pid}/smaps_rollup cannot be read")
    fields["Private"] = fields["Private_Clean"] + fields["Private_Dirty"]
    return {kind: fields[kind] for kind in KINDS}


def total(pids):
    rows = [rollup(pid) for pid in pids]
    return {kind: sum(row[kind] for row in rows) for kind in KINDS}


def weigh(session):
    """{what: {kind: KiB}} of one session."""
    below = proc.descendants(session.leader)
    shells = [pid for pid in below if proc.stat(pid)[0] == "bash"]
    daemons = [session.leader] + [pid for pid in below if pid not in shells]
    if not shells:
        raise Failure(f"no shell below {session.leader}")
    return {"watchdog": rollup(session.watchdog), "sshd": total(daemons), "shell": total(shells)}


def summary(rows):
    return {what: {kind: spread(row[what][kind] for row in rows) for kind in KINDS} for what in rows[0]}


def measure(_probes):
    sshd = Sshd("bench-memory", pam_line(LINE))
    clients = []
    try:
        for count in range(SESSIONS):
            clients.append(Client(sshd).wait_prompt())
            sshd.session()
            if count == 0:
                alone = summary([weigh(sshd.sessions[0])])
        together = summary([weigh(session) for session in sshd.sessions])
    finally:
        for client in clients:
            client.close()
        sshd.stop()
    return {"arguments": LINE, "sessions": SESSIONS, "unit": "KiB", "together": together, "alone": alone}


def table(result):
    lines = [
        f"memory: {result['arguments']}, {result['sessions']} sessions of ssh at once",
        f"  {'KiB':44}{'median':>10}{'p10':>10}{'p90':>10}",
    ]
    for what, kinds in result["together"].items():
        for kind in KINDS:
            lines.append(f"  {what + ' ' + kind:44}{columns(kinds[kind], 1, 0)}")
    alone = ", ".join(f"{kind} {result['alone']['watchdog'][kind]['median']}" for kind in KINDS)
    lines.append(f"  a watchdog that is the only one: {alone}")
    lines.append("  Not in these numbers: what the kernel keeps for a process (stack, tables, descriptors, sockets).")
    return lines

# SPDX-License-Identifier: BSD-3-Clause
"""The memory of watchdogs, beside that of the sessions they watch."""

import re
import time

from clients import Client
from crowd import Crowd, memory_available_kb
from failure import Failure
from harness import proc
from harness.sshd import Sshd, pam_line
from setting import progress, sized
from spread import spread, table

LINE = "idle=15m keepalive=30s max=12h"
SESSIONS = sized(20, 3)
CROWDS = sized((100, 500, 2000), (20,))
SETTLE_S = sized(3, 0)
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


def weigh_sessions():
    """{what: {kind: spread}} of sessions of real sshd."""
    sshd = Sshd("bench-memory", pam_line(LINE))
    clients = []
    try:
        for _ in range(SESSIONS):
            clients.append(Client(sshd).wait_prompt())
            sshd.session()
        return summary([weigh(session) for session in sshd.sessions])
    finally:
        for client in clients:
            client.close()
        sshd.stop()


def weigh_watchdogs(crowd):
    return [rollup(pid) for pid in crowd.watchdogs()]


def weigh_crowd(count, arguments):
    """(KiB of MemAvailable for each session, what its watchdogs weigh)"""
    before = memory_available_kb()
    crowd = Crowd(count, arguments)
    try:
        time.sleep(SETTLE_S)
        used = (before - memory_available_kb()) / count
        return used, weigh_watchdogs(crowd)
    finally:
        crowd.close()
        time.sleep(SETTLE_S)


def measure_crowd(count):
    without, _ = weigh_crowd(count, None)
    used, weights = weigh_crowd(count, LINE)
    row = {"sessions": count, "available": used - without}
    row.update({kind: spread([weight[kind] for weight in weights]) for kind in KINDS})
    return row


def run():
    progress(f"{SESSIONS} sessions of ssh")
    result = {"arguments": LINE, "sessions": SESSIONS, "unit": "KiB", "ssh": weigh_sessions(), "crowds": []}
    for count in CROWDS:
        progress(f"{count} watchdogs")
        result["crowds"].append(measure_crowd(count))
    return result


def render(result):
    ssh = result["ssh"]
    session = sum(ssh[what]["Pss"]["median"] for what in ("sshd", "shell"))
    crowds = [
        [row["sessions"], *(f"{row[kind]['median']:.0f}" for kind in KINDS), f"{row['available']:.0f}"]
        for row in result["crowds"]
    ]
    least = result["crowds"][-1]["Pss"]["median"]
    parts = [[what, *(f"{ssh[what][kind]['median']:.0f}" for kind in KINDS)] for what in ssh]
    return "\n\n".join(
        (
            "## Memory",
            f"`{result['arguments']}`, KiB, medians. {result['sessions']} sessions of ssh at once, each with its shell:",
            table(["of one session", "PSS", "private", "RSS"], parts),
            "Watchdogs by themselves, of sessions that have all of ssh's but the encryption. MemAvailable is by how much more it "
            "sank with the module than without it, divided by the sessions: it counts also what the kernel keeps for a process.",
            table(["sessions", "PSS", "private", "RSS", "MemAvailable"], crowds),
            f"The goal is 64 KiB of PSS, and 4 % of the session. Of {result['crowds'][-1]['sessions']} watchdogs each has {least:.0f} "
            f"KiB, {100 * least / session:.1f} % of the {session:.0f} KiB of sshd and the shell.",
        )
    )

# SPDX-License-Identifier: BSD-3-Clause
"""What changes from ten sessions to two thousand, and what that says about more."""

import subprocess
import time

import memory
import plot
from crowd import Crowd, at_rest
from harness import place
from setting import progress, sized
from spread import spread, table

LINE = "idle=15m keepalive=30s max=12h"
POPULATIONS = sized((10, 50, 100, 500, 1000, 2000), (10, 20))
REST_S = sized(20, 2)
# In its first minute a watchdog looks closely at what its connection's traffic is like.
SETTLE_S = sized(45, 0)
# Logins are timed at the end of a population, when the others are there.
LAST = 50
PAPER = 50_000


def time_list():
    begun = time.monotonic()
    answer = subprocess.run([place.COMMAND, "list", "--json"], capture_output=True, timeout=120)
    assert answer.returncode in place.LISTED, answer
    return time.monotonic() - begun


def measure(count):
    crowd = Crowd(count, LINE)
    try:
        weights = memory.weigh_watchdogs(crowd)
        time.sleep(SETTLE_S)
        cpu_ns, wakeups = at_rest(crowd, REST_S)
        listed_s = time_list()
    finally:
        crowd.close()
    return {
        "sessions": count,
        "open_ms": spread([took / 1e6 for took in crowd.opened_ns[-LAST:]]),
        "pss_kb": spread([weight["Pss"] for weight in weights]),
        "private_kb": spread([weight["Private"] for weight in weights]),
        "cpu_percent": 100 * cpu_ns / (REST_S * 1e9),
        "wakeups": wakeups,
        "list_s": listed_s,
    }


def run():
    rows = []
    for count in POPULATIONS:
        progress(f"{count} sessions")
        rows.append(measure(count))
    return {"arguments": LINE, "rest_s": REST_S, "populations": rows}


def on_paper(largest):
    """Nothing, of a few sessions that were measured just after their logins."""
    if largest["sessions"] < 500:
        return ()
    share = PAPER / largest["sessions"]
    return (
        f"On paper, {PAPER} sessions of one machine would be {PAPER * largest['private_kb']['median'] / 1024 / 1024:.1f} GiB of "
        f"watchdogs' own memory, {largest['cpu_percent'] * share:.1f} % of one processor at rest and "
        f"{largest['list_s'] * share:.0f} s for one `idletimeout list`. Other limits come first: kernel.pty.max is 4096 unless it "
        "is raised, an ssh session itself costs some twenty times as much memory as its watchdog, and sshd's own logins, not "
        "the module's share of them, bound how many can arrive in a second. Nothing is shared between sessions but two: the "
        "directory of records, a tmpfs with two names for each session, and the file of totals, which is locked for the "
        "microseconds of one write at a disconnect. A fleet adds nothing to a machine's numbers: no machine talks to another. "
        "Audit's own remote logging (audisp-remote) brings records together, `idletimeout metrics` writes for node_exporter's "
        "textfile collector, and rules are one file for configuration management to distribute.",
    )


def render(result):
    head = ["sessions", "pam_open_session ms", "PSS KiB", "private KiB", "CPU at rest %", "wake-ups", "list s"]
    rows = [
        [
            row["sessions"],
            f"{row['open_ms']['median']:.2f}",
            f"{row['pss_kb']['median']:.0f}",
            f"{row['private_kb']['median']:.0f}",
            f"{row['cpu_percent']:.3f}",
            row["wakeups"],
            f"{row['list_s']:.3f}",
        ]
        for row in result["populations"]
    ]
    return "\n\n".join(
        (
            "## Growth",
            f"`{result['arguments']}`. Medians over all watchdogs; logins are the last {LAST} of each population. CPU and "
            f"wake-ups are those of all watchdogs together in {result['rest_s']} s without a key, some time after the login, CPU in "
            "percent of one processor.",
            table(head, rows),
            "![Growth](benchmarks/growth.svg)",
            *on_paper(result["populations"][-1]),
        )
    )


def plots(result):
    rows = result["populations"]
    series = {
        "PSS": [(row["sessions"], row["pss_kb"]["median"]) for row in rows],
        "private": [(row["sessions"], row["private_kb"]["median"]) for row in rows],
    }
    return {"growth": plot.lines("Memory of one watchdog", "sessions at once", "KiB", series)}

# SPDX-License-Identifier: BSD-3-Clause
"""How often a watchdog wakes up, and what it computes, without a key and with a key every 5 s."""

import time

from clients import Client, pump
from failure import Failure
from harness import proc
from harness.sshd import Sshd, pam_line
from setting import progress, sized
from spread import table

MINUTE_S = sized(180, 15)
# In its first minute a watchdog looks closely at what this client's traffic is like.
SETTLE_S = sized(60, 3)
KEY_EVERY_S = 5
BOTH = ("idle", "active")

# Arguments, the window of the shortest limit in seconds, and uses. The last two are the same limits made short, so that the
# time holds several windows. An idle session of 20 s would be cut.
CASES = (
    ("idle=15m", 900, BOTH),
    ("idle=15m activity=input", 900, BOTH),
    ("idle=15m keepalive=30s", 90, BOTH),
    ("idle=15m max=12h", 900, BOTH),
    ("idle=20s warn=off", 20, ("active",)),
    ("keepalive=5s", 15, BOTH),
)


class Watched:
    """One session: its daemon's arguments, whether somebody types, and its watchdog's counters at the start."""

    def __init__(self, sshd, arguments, window_s, use):
        self.arguments, self.window_s, self.use = arguments, window_s, use
        self.client = Client(sshd).wait_prompt()
        self.session = sshd.session()

    def counters(self):
        """(voluntary switches, other switches, nanoseconds of CPU)"""
        status = proc.status(self.session.watchdog)
        schedstat = proc.read(self.session.watchdog, "schedstat").split()
        if not status or not schedstat:
            raise Failure(f"the watchdog of {self.arguments} is gone, or the kernel keeps no schedstat")
        return int(status["voluntary_ctxt_switches"]), int(status["nonvoluntary_ctxt_switches"]), int(schedstat[0])

    def begin(self):
        self.before = self.counters()

    def end(self):
        wakeups, pushed, cpu_ns = (after - before for before, after in zip(self.before, self.counters()))
        return {
            "arguments": self.arguments,
            "window_s": self.window_s,
            "use": self.use,
            "wakeups": wakeups,
            "preempted": pushed,
            "cpu_ns": cpu_ns,
        }


def use_for(seconds, watched):
    """Types where somebody types, takes in what is shown everywhere."""
    clients = [one.client for one in watched]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for one in watched:
            if one.use == "active":
                one.client.key()
        pump(clients, min(KEY_EVERY_S, max(0, end - time.monotonic())))


def watch_minute(watched):
    use_for(SETTLE_S, watched)
    for one in watched:
        one.begin()
    begun = time.monotonic()
    use_for(MINUTE_S, watched)
    minute = time.monotonic() - begun
    return minute, [one.end() for one in watched]


def run():
    progress(f"{len(CASES)} sets of limits for {MINUTE_S} s")
    daemons, watched = [], []
    try:
        for number, (arguments, window_s, uses) in enumerate(CASES):
            daemons.append(Sshd(f"bench-wakeups{number}", pam_line(arguments)))
            watched += [Watched(daemons[-1], arguments, window_s, use) for use in uses]
        seconds, rows = watch_minute(watched)
    finally:
        for one in watched:
            one.client.close()
        for sshd in daemons:
            sshd.stop()
    return {"seconds": seconds, "rows": rows}


def render(result):
    seconds = result["seconds"]
    rows = [
        [
            f"`{row['arguments']}`",
            row["use"],
            row["wakeups"],
            f"{row['wakeups'] * row['window_s'] / seconds:.2f}",
            f"{row['wakeups'] * 3600 / seconds:.0f}",
            f"{row['cpu_ns'] / 1e6:.3f}",
            f"{row['cpu_ns'] * 3600 / seconds / 1e6:.1f}",
        ]
        for row in result["rows"]
    ]
    head = ["limits", "", "wake-ups", "per limit window", "per hour", "CPU ms", "CPU ms per hour"]
    return "\n\n".join(
        (
            "## Wake-ups and CPU",
            f"One watchdog each, of a session of ssh with one terminal, in {seconds:.0f} s; active: a key every {KEY_EVERY_S} s. The "
            "window is that of the shortest limit: `idle`, or `keepalive` times its count of three. Per window and per hour are "
            "what was counted times the longer time; the goal is one per window and terminal. Under `activity=auto` a connection is "
            "looked at up to ten times in an idle limit, because sums over a longer time cannot tell keepalives from payload.",
            table(head, rows),
        )
    )

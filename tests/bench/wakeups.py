# SPDX-License-Identifier: BSD-3-Clause
"""How often a watchdog wakes up, and what it computes, in a minute without a key and in one with a key every 5 s."""

import time

from clients import Client, pump
from failure import Failure
from harness import proc
from harness.sshd import Sshd, pam_line

MINUTE_S = 60
SETTLE_S = 3
KEY_EVERY_S = 5
BOTH = ("idle", "active")

# The last two are the same limits made short, so that a minute holds several windows. An idle session of 20 s would
# be cut.
CASES = (
    ("idle=15m", BOTH),
    ("idle=15m keepalive=30s", BOTH),
    ("idle=15m max=12h", BOTH),
    ("idle=20s warn=off", ("active",)),
    ("idle=15m keepalive=5s", BOTH),
)


class Watched:
    """One session: its daemon's arguments, whether somebody types, and its watchdog's counters at the start."""

    def __init__(self, sshd, arguments, use):
        self.arguments, self.use = arguments, use
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
        return {"arguments": self.arguments, "use": self.use, "wakeups": wakeups, "preempted": pushed, "cpu_ns": cpu_ns}


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


def measure(_probes):
    daemons, watched = [], []
    try:
        for number, (arguments, uses) in enumerate(CASES):
            daemons.append(Sshd(f"bench-wakeups{number}", pam_line(arguments)))
            watched += [Watched(daemons[-1], arguments, use) for use in uses]
        seconds, rows = watch_minute(watched)
    finally:
        for one in watched:
            one.client.close()
        for sshd in daemons:
            sshd.stop()
    return {"seconds": seconds, "rows": rows}


def table(result):
    lines = [
        f"wake-ups of a watchdog in {result['seconds']:.1f} s; active: a key every {KEY_EVERY_S} s",
        f"  {'limits':34}{'':10}{'wake-ups':>10}{'CPU ms':>10}{'preempted':>10}",
    ]
    for row in result["rows"]:
        numbers = f"{row['wakeups']:10d}{row['cpu_ns'] / 1e6:10.3f}{row['preempted']:10d}"
        lines.append(f"  {row['arguments']:34}{row['use']:10}{numbers}")
    return lines

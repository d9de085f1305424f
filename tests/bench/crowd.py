# SPDX-License-Identifier: BSD-3-Clause
"""Many sessions at once (crowd.c), and their watchdogs."""

import re
import subprocess
import time

from failure import Failure
from harness import place, proc
from harness.sshd import pam_line, write_service
from setting import PROBES

STACK = "session  required pam_permit.so\n{line}\n"
SERVICE = "bench-crowd"
NS = 1_000_000_000


class Crowd:
    """`count` open sessions under these arguments of the module, or without it: `arguments` is None."""

    def __init__(self, count, arguments, alive_ms=0):
        self.count, self.is_watched = count, arguments is not None
        write_service(SERVICE, pam_line(arguments) if self.is_watched else "", STACK)
        self.process = subprocess.Popen(
            [f"{PROBES}/crowd", str(count), "alice", SERVICE, str(alive_ms)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.opened_ns = [int(words[0]) for words in self.read("open", "ready")]

    def read(self, word, end):
        """What follows `word` on each line until the line `end`, or until the output's end."""
        rows = []
        for line in self.process.stdout:
            if line.strip() == end:
                return rows
            found, *rest = line.split()
            if found != word:
                raise Failure(f"crowd said {line!r}")
            rows.append(rest)
        if end is not None:
            raise Failure(f"crowd ended before {end!r}")
        return rows

    def watchdogs(self):
        found = proc.watchdogs() if self.is_watched else []
        if self.is_watched and len(found) < self.count:
            raise Failure(f"{len(found)} watchdogs of {self.count} sessions")
        return found

    def type(self, gap_ms):
        """One key into each; returns [(typed, shown, gone)] in nanoseconds when all are gone."""
        self.process.stdin.write(f"type {gap_ms}\n")
        self.process.stdin.flush()
        self.read("typed", "typed")
        return [tuple(int(word) for word in row) for row in self.read("cut", None)]

    def close(self):
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.wait()
        place.wait_for(lambda: not proc.watchdogs(), 60, "all watchdogs gone")


def memory_available_kb():
    with open("/proc/meminfo", encoding="ascii") as file:
        return int(re.search(r"^MemAvailable: +(\d+)", file.read(), re.MULTILINE).group(1))


def cpu_ns(pids):
    return sum(int((proc.read(pid, "schedstat").split() or ["0"])[0]) for pid in pids)


def switches(pids):
    return sum(int(proc.status(pid).get("voluntary_ctxt_switches", 0)) for pid in pids)


def at_rest(crowd, seconds):
    """CPU nanoseconds and wake-ups of all watchdogs in so many seconds of rest."""
    pids = crowd.watchdogs()
    before = cpu_ns(pids), switches(pids)
    time.sleep(seconds)
    return cpu_ns(pids) - before[0], switches(pids) - before[1]

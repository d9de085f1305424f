# SPDX-License-Identifier: BSD-3-Clause
"""Where things are in the sandbox, and waiting for what is about to happen."""

import os
import shutil
import time

ROOT = os.environ.get("SANDBOX", "")
PREFIX = os.environ.get("SANDBOX_PREFIX", "")
MODULE = os.environ.get("SANDBOX_PAM", "")
RUN_DIR = os.environ.get("SANDBOX_RUN_DIR", "")
LOG = os.environ.get("SANDBOX_LOG", "")
KEY = os.environ.get("SANDBOX_KEY", "")
AUDIT_LOG = os.environ.get("SANDBOX_AUDIT", "")
NO_AUDIT = os.environ.get("SANDBOX_NO_AUDIT", "")

WATCHDOG_USER = "idletimeout"
WATCHDOG = PREFIX + "/libexec/pam_idletimeout/idle-watchdog"
COMMAND = PREFIX + "/sbin/idletimeout"
# How `idletimeout list` may end: 1 says that some watchdog is silent, which can be one that a test beside this one has killed.
LISTED = (0, 1)
HOST_KEY = ROOT + "/keys/host"
AUTHORIZED_KEYS = ROOT + "/keys/authorized"
PROMPT = "ready> "


def boottime():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def wait_for(probe, timeout, what=None, step=0.02):
    """
    Calls probe() until it returns something true, which is returned. At the timeout it fails with `what`, a text or a
    function that makes one; without `what` it returns None.
    """
    end = time.monotonic() + timeout
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() >= end:
            assert what is None, f"not within {timeout} s: {what() if callable(what) else what}"
            return None
        time.sleep(step)


def missing_tool(*names):
    """The first of the programs that is not installed, or None."""
    return next((name for name in names if shutil.which(name) is None), None)


class Log:
    """The syslog of the sandbox, from the moment the object is made: of all lines, or of those that hold `about`."""

    def __init__(self, about=""):
        self.about = about
        self.start = os.path.getsize(LOG)

    def lines(self, *parts):
        """[(boottime, text)] of the lines that hold all of `parts`."""
        with open(LOG, encoding="utf-8", errors="backslashreplace") as log:
            log.seek(self.start)
            rows = [line.rstrip("\n").split(" ", 2) for line in log if line.endswith("\n")]
        return [(float(row[0]), row[2]) for row in rows if all(part in row[2] for part in (self.about, *parts))]

    def stamps(self, *parts):
        """The times of day that the senders of such lines wrote into them."""
        with open(LOG, encoding="utf-8", errors="backslashreplace") as log:
            log.seek(self.start)
            return [line.split(" ", 2)[1] for line in log if all(part in line for part in (self.about, *parts))]

    def wait(self, *parts, timeout=3):
        return wait_for(lambda: self.lines(*parts), timeout, lambda: f"a log line with {parts}; log: {self.tail()}")

    def tail(self, count=15):
        return [text for _, text in self.lines()[-count:]]

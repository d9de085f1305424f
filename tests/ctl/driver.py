# SPDX-License-Identifier: BSD-3-Clause
"""Running the command as a person or a program runs it: what the checks of its subcommands share."""

import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import termios
import unittest

import fake

HERE = pathlib.Path(__file__).resolve().parent
BUILT = pathlib.Path(os.environ.get("top_builddir", HERE.parent.parent)).resolve()
COMMAND = BUILT / "tests/ctl/test_idletimeout"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
NOBODY = 65534

# Of a session as JSON, in their order.
SESSION_KEYS = """id user uid auid ses service tty pam_tty rhost address port login leader_pid idle_seconds limits rule
left left_seconds first extended_seconds state dry_run""".split()

# For everything that a terminal may act on. A line feed ends a line of the table and is none of its cells.
UNSAFE = re.compile(rb"[^\n -~]")


def run(home, *arguments, command=COMMAND, **options):
    return subprocess.run(
        [str(command), *arguments], cwd=home, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True,
        timeout=60, check=False, **options
    )


def run_on_terminal(home, width, *arguments, environment=None):
    """What the command prints on a terminal of so many columns; the terminal turns LF into CR LF."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    with open(ours, "rb", buffering=0) as screen:
        with subprocess.Popen(
            [str(COMMAND), *arguments], cwd=home, env={**ENVIRONMENT, **(environment or {})}, stdout=theirs
        ) as process:
            os.close(theirs)
            shown = read_to_hangup(screen)
            process.wait(timeout=60)
    return shown.decode().replace("\r\n", "\n")


def read_to_hangup(screen):
    """A terminal whose other side is closed says EIO, not end of file."""
    shown = b""
    while True:
        try:
            more = screen.read(4096)
        except OSError:
            return shown
        if not more:
            return shown
        shown += more


def as_nobody():
    """Options that make root try as somebody else what only root may do."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def golden(name):
    return (HERE / "golden" / name).read_text()


class CommandTest(unittest.TestCase):
    """Each test has a directory of sessions of its own."""

    def setUp(self):
        self.maxDiff = None
        self.dir = fake.RunDir()
        self.addCleanup(self.dir.close)
        self.home = self.dir.home

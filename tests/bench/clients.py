# SPDX-License-Identifier: BSD-3-Clause
"""People at terminals: ssh clients on pseudo-terminals, many at a time, that show a prompt and take keys."""

import os
import select
import signal
import subprocess
import time

from failure import Failure
from harness import place

READ_SIZE = 4096

CONFIG = """\
IdentityFile {key}
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile /dev/null
StrictHostKeyChecking no
BatchMode yes
LogLevel ERROR
ServerAliveInterval 0
RequestTTY force
"""


def write_config():
    path = f"{place.ROOT}/bench-ssh.conf"
    with open(path, "w", encoding="ascii") as file:
        file.write(CONFIG.format(key=place.KEY))
    return path


class Client:
    """One login of alice's at a daemon, on a terminal of its own."""

    def __init__(self, sshd):
        self.master, terminal = os.openpty()
        self.shown = b""
        command = ["ssh", "-F", write_config(), "-p", str(sshd.port), f"alice@{sshd.address}"]
        environment = {"PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C"}
        self.process = subprocess.Popen(
            command, stdin=terminal, stdout=terminal, stderr=terminal, env=environment, start_new_session=True
        )
        os.close(terminal)

    def take_in(self):
        try:
            self.shown += os.read(self.master, READ_SIZE)
        except OSError as error:
            raise Failure(f"a session ended by itself: {self.shown[-200:]!r}") from error

    def wait_prompt(self, timeout=15):
        end = time.monotonic() + timeout
        while place.PROMPT.encode() not in self.shown:
            if time.monotonic() > end:
                raise Failure(f"no prompt within {timeout} s: {self.shown[-200:]!r}")
            pump([self], 0.1)
        return self

    def key(self):
        os.write(self.master, b"x")

    def close(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


def pump(clients, seconds):
    """Takes in what the terminals show for so long."""
    of = {client.master: client for client in clients}
    end = time.monotonic() + seconds
    while True:
        for fd in select.select(list(of), [], [], max(0, end - time.monotonic()))[0]:
            of[fd].take_in()
        if time.monotonic() >= end:
            return

# SPDX-License-Identifier: BSD-3-Clause
"""Sessions that no daemon of ours leads: of su, sudo and login, on a terminal of their own."""

import socket
import subprocess
import threading

from . import place, proc
from .sshd import Session, watchdog_of

COMMANDS = {"su": ["su", "-", "alice"], "login": ["login", "-f", "alice"]}


class Local:
    """Stands where the daemon of an ssh session would."""

    def __init__(self, service):
        self.service = service
        self.log = place.Log()

    def connections(self):
        return []


def session_below(host, pid):
    """The session whose leader is the process or the first below it that has a watchdog."""

    def find():
        return next((one for one in [pid, *proc.descendants(pid)] if watchdog_of(one)), None)

    return Session(host, place.wait_for(find, 10, lambda: f"a watchdog: {host.log.tail()}"))


class Telnetd:
    """What inetd does for telnetd: a process for each connection, which is its standard input and output."""

    def __init__(self, address):
        self.listener = socket.create_server((address, 0))
        self.address, self.port = self.listener.getsockname()
        self.children = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self.children.append(subprocess.Popen(["telnetd"], stdin=connection, stdout=connection, stderr=connection))

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)
        for child in self.children:
            child.kill()
            child.wait()

# SPDX-License-Identifier: BSD-3-Clause
"""A client's connection as the server's side holds it: for every peer the one way to tell whether a session is over."""

import os
import re
import time

from harness import place, proc

UNSET = 0xFFFFFFFF


def holders(line):
    return {int(pid) for pid in re.findall(r"\bpid=(\d+),", line)}


def port_of(address):
    return int(address.rpartition(":")[2])


def client_port(server, client_pid, namespace):
    """The port from which the client, or an ssh that it started, is connected."""
    family = {client_pid, *proc.descendants(client_pid)}
    for line in proc.tcp(f"state established dport = :{server.port}", namespace):
        if holders(line) & family:
            # State, queue, queue, local, peer; the state is left out when only one was asked for.
            return port_of(line.split()[2])
    return None


def server_processes(server, port):
    lines = proc.tcp(f"state connected sport = :{server.port} dport = :{port}")
    return set().union(*map(holders, lines))


def gone(fds):
    return all(proc.wait_gone(fd, 0) for fd in fds)


def has_terminal(pid):
    found = proc.stat(pid)
    return bool(found and found[3])


class Connection:
    """It is over when every process that held it on the server's side is gone; its shells run below these."""

    def __init__(self, server, client_pid, namespace=None):
        port = place.wait_for(lambda: client_port(server, client_pid, namespace), 5, "the client is connected")
        pids = place.wait_for(lambda: server_processes(server, port), 5, "the server holds the connection")
        self.pids = sorted(pids)
        below = {child for pid in pids for child in proc.descendants(pid)} - pids
        self.fds = [os.pidfd_open(pid) for pid in self.pids]
        self.shell_fds = [os.pidfd_open(pid) for pid in below if has_terminal(pid)]
        sessions = {proc.audit_session(pid) for pid in self.pids}
        self.audit_sessions = sessions - {None, UNSET}

    def is_over(self):
        return gone(self.fds)

    def has_lost_its_shell(self):
        """There was one when this object was made; the other end has not heard of its end."""
        return bool(self.shell_fds) and gone(self.shell_fds)

    def wait_over(self, until, wait):
        """When it was over, CLOCK_MONOTONIC, or None. wait(seconds) lets time pass on the client's side."""
        while time.monotonic() < until:
            if self.is_over():
                return time.monotonic()
            wait(0.1)
        return None

    def close(self):
        for fd in self.fds + self.shell_fds:
            os.close(fd)

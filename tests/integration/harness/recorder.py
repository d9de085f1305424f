# SPDX-License-Identifier: BSD-3-Clause
"""
Writes down what can be measured of a session: the counters of its connection and the work of its processes without a
terminal, one line for each change.
"""

import ctypes
import re
import socket
import struct
import threading
import time

from . import proc

PIDFD_GETFD = 438
TCP_ESTABLISHED = 1
STEP = 0.02
# utime and stime, counted from the state (proc(5)).
TICKS_FIELDS = (11, 12)

# struct tcp_info of include/uapi/linux/tcp.h: (name, offset, format)
TCP_INFO = (
    ("data_sent_age", 44, "I"),
    ("data_received_age", 52, "I"),
    ("received", 128, "Q"),
    ("segments_in", 152, "I"),
    ("segments_out", 156, "I"),
    ("sent", 200, "Q"),
    ("resent", 208, "Q"),
)
TCP_INFO_SIZE = 232

COLUMNS = (
    "ms_since_start bytes_received data_segs_in bytes_sent_minus_retrans data_segs_out "
    "last_data_recv_age_ms last_data_sent_age_ms voluntary_ctxt_switches cpu_ticks"
)


def copy_of_descriptor(pidfd, number):
    fd = ctypes.CDLL(None, use_errno=True).syscall(PIDFD_GETFD, pidfd, number, 0)
    if fd < 0:
        raise OSError(ctypes.get_errno(), "pidfd_getfd")
    return fd


def connection_of(session):
    """A copy of the connection's socket: the leader has one TCP socket that is connected."""
    for number, what in sorted(proc.fds(session.leader).items()):
        if not what.startswith("socket:"):
            continue
        found = socket.socket(fileno=copy_of_descriptor(session.leader_fd, number))
        if found.family in (socket.AF_INET, socket.AF_INET6) and found.type == socket.SOCK_STREAM:
            return found, what
        found.close()
    raise LookupError(f"leader {session.leader} has no connection: {proc.fds(session.leader)}")


def tcp_info(connection):
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_SIZE)
    assert len(info) >= TCP_INFO_SIZE, "the kernel's tcp_info is too short"
    return {name: struct.unpack_from("=" + kind, info, offset)[0] for name, offset, kind in TCP_INFO}


class Workers:
    """The descendants that are not sshd's own: those hold the connection. A terminal's processes are left out."""

    def __init__(self, leader, connection):
        self.leader = leader
        self.connection = connection
        self.known = set()

    def is_worker(self, pid):
        if pid not in self.known:
            files = proc.fds(pid).values()
            if not files or self.connection in files:
                return False
            self.known.add(pid)
        found = proc.stat(pid)
        return found is not None and found[3] == 0

    def work(self):
        """(voluntary context switches, CPU ticks) of all together."""
        switches = ticks = 0
        for pid in filter(self.is_worker, proc.descendants(self.leader)):
            found = re.search(r"^voluntary_ctxt_switches:\t(\d+)", proc.read(pid, "status"), re.MULTILINE)
            words = proc.read(pid, "stat").rpartition(") ")[2].split()
            switches += int(found.group(1)) if found else 0
            ticks += sum(int(words[field]) for field in TICKS_FIELDS) if words else 0
        return switches, ticks


class Recorder(threading.Thread):
    """From its start until stop(); then lines() is the trace."""

    def __init__(self, session):
        super().__init__(daemon=True)
        self.connection, name = connection_of(session)
        self.workers = Workers(session.leader, name)
        self.begin = time.monotonic()
        self.rows = []
        self.marks = []
        self.is_stopped = threading.Event()

    def row(self):
        info = tcp_info(self.connection)
        counters = (info["received"], info["segments_in"], info["sent"] - info["resent"], info["segments_out"])
        ages = (info["data_received_age"], info["data_sent_age"])
        return (self.now(), *counters, *ages, *self.workers.work())

    def now(self):
        return round((time.monotonic() - self.begin) * 1000)

    def mark(self):
        """Something is about to be requested."""
        self.marks.append(self.now())

    def run(self):
        last = None
        while not self.is_stopped.is_set():
            row = self.row()
            if last is None or row[1:5] + row[7:] != last[1:5] + last[7:]:
                self.rows.append(row)
                last = row
            self.is_stopped.wait(STEP)
        self.rows.append(self.row())

    def stop(self):
        self.is_stopped.set()
        self.join()
        self.connection.close()

    def lines(self, **header):
        """The text of the trace. Sockets' counters tell no secret, nor do the marks."""
        yield from (f"# {name}: {value}" for name, value in header.items())
        yield f"# requests: {' '.join(map(str, self.marks)) or 'none'}"
        yield f"# columns: {COLUMNS}"
        yield from (" ".join(map(str, row)) for row in self.rows)


def write(path, lines):
    with open(path, "w", encoding="ascii") as file:
        file.writelines(line + "\n" for line in lines)


def negotiated(log, leader):
    """(cipher, MAC, compression) from client to server, as sshd's own debug messages of this connection say."""
    pattern = re.compile(r"kex: client->server cipher: (\S+) MAC: (\S+) compression: (\S+)")
    for _, text in log.lines(f"[{leader}]"):
        found = pattern.search(text)
        if found:
            return found.groups()
    return ("unknown",) * 3

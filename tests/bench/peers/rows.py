# SPDX-License-Identifier: BSD-3-Clause
"""The scenarios in which a session is used, or is not. Each takes a cell and returns an outcome."""

import signal
import time

from harness import clients, transfers

from . import outcome
from .cell import waits

KEEPALIVE_S = 5
TICKS = "while sleep 1; do echo tick; done"
SPOOF = "(while sleep 1; do touch $(tty); done) &"


# -- A shell -------------------------------------------------------------------


def idle_shell(cell):
    cell.start()
    terminal, connection = cell.shell()
    return cell.until_cut(connection, terminal.last_key, waits(terminal))


def typing(cell):
    cell.start()
    terminal, connection = cell.shell()
    return cell.while_used(connection, terminal.key, waits(terminal))


def commands(cell):
    cell.start()
    terminal, connection = cell.shell()
    return cell.while_used(connection, lambda: terminal.key("true\r"), waits(terminal))


def output_only(cell):
    cell.start()
    terminal, connection = cell.shell()
    begin = terminal.key(TICKS + "\r")
    return cell.until_cut(connection, begin, waits(terminal))


def keepalives_only(cell):
    cell.start()
    options = ["-o", f"ServerAliveInterval={KEEPALIVE_S}", "-o", "ServerAliveCountMax=1000"]
    terminal, connection = cell.shell(options=options)
    return cell.until_cut(connection, terminal.last_key, waits(terminal))


def spoofed_stamps(cell):
    cell.start()
    terminal, connection = cell.shell()
    begin = terminal.key(SPOOF + "\r")
    return cell.until_cut(connection, begin, waits(terminal))


def two_shells(cell):
    """In the second commands are entered for longer than the limit, then both are left alone."""
    cell.start()
    control = ["-S", str(cell.work / "control")]
    first, connection = cell.shell(options=["-M", *control])
    second = cell.terminal(options=control)
    wait = waits(second)
    used = cell.while_used(connection, lambda: second.key("true\r"), wait)
    if used.did == "cut" or second.ended:
        return outcome.Outcome("cut", used.seconds, "while one was in use")
    return cell.until_cut(connection, second.last_key, wait)


# -- Nobody is there -----------------------------------------------------------


def vanish(cell, keys, settle_s):
    cell.start()
    peer = cell.peer()
    terminal, connection = cell.shell(peer=peer)
    terminal.key(keys)
    terminal.watch(settle_s)
    peer.down()
    return cell.until_cut(connection, time.monotonic(), waits(terminal))


def dead_peer_quiet(cell):
    return vanish(cell, "true\r", 1)


def dead_peer_output(cell):
    return vanish(cell, TICKS + "\r", 3)


def frozen_client(cell):
    cell.start()
    terminal, connection = cell.shell()
    terminal.signal(signal.SIGSTOP)
    return cell.until_cut(connection, time.monotonic(), waits(terminal))


# -- Without a terminal --------------------------------------------------------


def idle(cell, kind):
    cell.start()
    one = cell.login(kind)
    connection = cell.connection(one.process)
    assert one.request(), "the first request was not answered"
    return cell.until_cut(connection, time.monotonic(), one.wait)


def in_use(cell, kind):
    """A request that is not answered is left to the end of the connection to explain."""
    cell.start()
    one = cell.login(kind)
    connection = cell.connection(one.process)
    assert one.request(), "the first request was not answered"
    return cell.while_used(connection, one.request, one.wait)


class SlowGet(transfers.Sftp):
    """A download of some kilobytes a second. request() only says whether the client is still there."""

    size = 8 << 20

    def __init__(self, login):
        self.source = login.remote_file("slow")
        with open(self.source, "wb") as file:
            file.truncate(self.size)
        super().__init__(login)
        self.process.stdin.write(f"get {self.source} {login.work}/slow\n".encode())

    def words(self):
        # One request of 4 kB at a time, 64 kbit/s: a packet every half second.
        program, *options = super().words()
        return [program, "-B", "4096", "-R", "1", "-l", "64", *options]

    def request(self):
        return self.process.poll() is None


def sftp_idle(cell):
    return idle(cell, transfers.Sftp)


def sftp_slow(cell):
    return in_use(cell, SlowGet)


def forward_idle(cell):
    return idle(cell, clients.Forward)


def forward_in_use(cell):
    return in_use(cell, clients.ForwardOneByte)

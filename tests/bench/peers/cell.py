# SPDX-License-Identifier: BSD-3-Clause
"""One peer in one scenario: its daemon, the clients that the scenario starts, and how long it may take."""

import contextlib
import pathlib
import tempfile
import time

from harness import client, clients
from harness.peer import Peer

from . import outcome
from .connection import Connection

# A key or a byte so often is a session in use, at every limit.
USED_EVERY_S = 4
# In limits: how long a session that is in use is watched, and how long after its limit the end of another is waited for.
IN_USE = 2
PATIENCE = 2


class Cell:
    def __init__(self, column, name):
        self.column, self.name = column, name
        self.limit = column.limit
        self.resources = contextlib.ExitStack()
        self.server = None

    def __enter__(self):
        self.work = pathlib.Path(self.resources.enter_context(tempfile.TemporaryDirectory()))
        return self

    def __exit__(self, *_):
        self.resources.close()

    def start(self, per_user=False):
        self.server = self.column.start(self.name, per_user)
        self.resources.callback(self.server.stop)

    def keep(self, thing):
        self.resources.callback(thing.close)
        return thing

    # -- Clients ---------------------------------------------------------------

    def peer(self):
        return self.keep(Peer())

    def terminal(self, user="alice", **more):
        return self.keep(client.shell(self.server, user, **more)).ready(30)

    def login(self, kind):
        """A client of the integration suite's kinds, at alice's."""
        return self.keep(kind(clients.Login(self.server, self.work)))

    def connection(self, process, namespace=None):
        return self.keep(Connection(self.server, process.pid, namespace))

    def shell(self, user="alice", peer=None, **more):
        """(terminal, its connection), at the prompt after a first command."""
        terminal = self.terminal(user, peer=peer, **more)
        connection = self.connection(terminal.child, peer and peer.namespace)
        terminal.run("true")
        return terminal, connection

    # -- Waiting ---------------------------------------------------------------

    def until_cut(self, connection, begin, wait, limit=None):
        """Waits for a cut at the limit, or later, as long as patience goes."""
        patience = (1 + PATIENCE) * (limit or self.limit)
        end = connection.wait_over(begin + patience, wait)
        if end:
            return outcome.cut(end - begin)
        return outcome.kept(patience, "its shell has ended" if connection.has_lost_its_shell() else "")

    def while_used(self, connection, use, wait):
        """Uses the session now and then; whether it lives through it."""
        begin = time.monotonic()
        while time.monotonic() < begin + IN_USE * self.limit:
            use()
            end = connection.wait_over(time.monotonic() + min(USED_EVERY_S, self.limit / 3), wait)
            if end:
                return outcome.cut(end - begin)
        return outcome.kept(time.monotonic() - begin)


def waits(terminal):
    """Takes in what a terminal shows, also when nothing is there any more."""

    def wait(seconds):
        begin = time.monotonic()
        terminal.watch(seconds)
        time.sleep(max(0, begin + seconds - time.monotonic()))

    return wait

# SPDX-License-Identifier: BSD-3-Clause
"""A forwarded port, what is behind it, and one connection through it."""

import contextlib
import socket
import socketserver
import threading

from . import network, place
from .sshd import free_port

# Longer than any answer takes on a busy machine, shorter than the limits of the tests.
ANSWER = 4


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        with contextlib.suppress(OSError):
            while data := self.request.recv(65536):
                self.server.received += len(data)
                self.request.sendall(data[: self.server.answer])


class EchoServer(socketserver.ThreadingTCPServer):
    """What is behind a forward: repeats what it is told, or the first `answer` bytes of it."""

    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def __init__(self, answer=None):
        super().__init__(("127.0.0.1", 0), Echo)
        self.answer = answer
        self.received = 0
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=[0.1], daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Tunnel:
    """
    The port and its server. request() sends `size` bytes through one connection that stays open, or through one of its
    own with `many`; `answer` bytes of them come back. All of it is in the network `namespace`.
    """

    def __init__(self, namespace=None, size=5, answer=None, many=False, socks=False):
        self.namespace, self.size, self.many, self.socks = namespace, size, many, socks
        self.answer = size if answer is None else answer
        self.server = network.made_in(namespace, lambda: EchoServer(answer))
        self.port = free_port()
        self.connection = None

    def flags(self, letter):
        """What ssh, plink and dbclient call it."""
        listen = f"127.0.0.1:{self.port}"
        return (letter, listen) if self.socks else (letter, f"{listen}:127.0.0.1:{self.server.port}")

    def connect(self):
        with contextlib.suppress(OSError):
            address = ("127.0.0.1", self.port)
            connection = network.made_in(self.namespace, lambda: socket.create_connection(address, ANSWER))
            if self.socks:
                self.ask_socks(connection)
            return connection

    def ask_socks(self, connection):
        connection.sendall(b"\5\1\0")
        connection.recv(2, socket.MSG_WAITALL)
        connection.sendall(b"\5\1\0\1" + socket.inet_aton("127.0.0.1") + self.server.port.to_bytes(2, "big"))
        connection.recv(10, socket.MSG_WAITALL)

    def hang_up(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def request(self):
        if self.many:
            self.hang_up()
        if self.connection is None:
            self.connection = place.wait_for(self.connect, ANSWER, "the forwarded port listens")
        before = self.server.received
        try:
            self.connection.sendall(b"z" * self.size)
            if self.answer:
                return len(self.connection.recv(self.answer, socket.MSG_WAITALL)) == self.answer
        except OSError:
            return False
        return bool(place.wait_for(lambda: self.server.received >= before + self.size, ANSWER))

    def close(self):
        self.hang_up()
        self.server.close()

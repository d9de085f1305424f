# SPDX-License-Identifier: BSD-3-Clause
"""Watchdogs that are not there: a directory of records, and sockets that answer what a test wants to see answered.

The command under test is tests/ctl/test_idletimeout, whose RUN_DIR is "run" in the current directory. A RunDir owns a
temporary directory with such a "run", the sockets in it and the thread that serves them.
"""

import os
import pathlib
import resource
import selectors
import shutil
import socket
import tempfile
import threading

UNSET = 0xFFFFFFFF
PLAIN = frozenset(range(0x20, 0x7F)) - {ord("%")}

ALICE = {
    "service": "sshd",
    "user": "alice",
    "tty": "ssh",
    "rhost": "10.0.0.9",
    "uid": 1000,
    "auid": 1000,
    "ses": 17,
    "leader_pid": 4242,
    "leader_start": 99,
    "address": "10.0.0.9",
    "port": 50022,
    "local_address": "10.0.0.1",
    "local_port": 22,
    "login": 1767225600,
    "login_boot": 5000000000,
    "from.idle": "argument",
    "set.idle": "15m",
    "from.keepalive": "argument",
    "set.keepalive": "30s",
    "set.keepalive_count": 3,
    "from.max": "argument",
    "set.max": "12h",
}

RUNNING = {
    "now.terminals": "pts/3",
    "now.state": "running",
    "now.idle_ms": 192300,
    "now.idle_left_ms": 707700,
    "now.keepalive_left_ms": 88000,
    "now.max_left_ms": 43000000,
    "now.left_ms": 707700,
    "now.first": "idle",
    "now.extended_ms": -1,
    "now.input_ms": 192300,
    "now.output_ms": 2999,
    "now.process_ms": -1,
    "now.network_ms": 65000,
    "now.source": "input",
    "now.spoofed": 0,
}


def escape(value):
    raw = value if isinstance(value, bytes) else str(value).encode()
    return b"".join(bytes([c]) if c in PLAIN else b"%%%02X" % c for c in raw)


def encode(fields):
    """The notation of common/fields.h; a key whose value is None is left out."""
    return b"".join(key.encode() + b"=" + escape(value) + b"\n" for key, value in fields.items() if value is not None)


def start_time(pid):
    """Of a process, in clock ticks: what identifies it together with its pid."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_bytes()
    return int(stat[stat.rindex(b")") + 2 :].split()[19])


def living():
    """The fields of a leader that is alive while the test is."""
    return {"leader_pid": os.getpid(), "leader_start": start_time(os.getpid())}


def raise_fd_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class RunDir:
    """`answers` of a socket: bytes to send; None to accept and be silent; b"" to close without a word."""

    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="idletimeout-"))
        self.home.chmod(0o755)
        self.run = self.home / "run"
        self.run.mkdir(mode=0o755)
        self._selector = selectors.DefaultSelector()
        self._held = []
        self._stop_reader, self._stop_writer = socket.socketpair()
        self._selector.register(self._stop_reader, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._serve)
        self.requests = []

    def close(self):
        if self._thread.is_alive():
            self._stop_writer.send(b"x")
            self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        for held in self._held:
            held.close()
        self._stop_writer.close()
        self._selector.close()
        shutil.rmtree(self.home)

    def start(self):
        """Serves from now on; to be called once all sessions are there."""
        self._thread.start()
        return self

    def record(self, session_id, **changes):
        path = self.run / session_id
        path.write_bytes(encode({"id": session_id, **ALICE, **changes}))
        path.chmod(0o600)
        return path

    def listen(self, session_id, answer):
        listener = self._bind(session_id)
        listener.listen(16)
        listener.setblocking(False)
        self._selector.register(listener, selectors.EVENT_READ, (self._accept, answer))

    def session(self, session_id, record=None, status=None):
        """A watchdog that answers as it should; `record` and `status` change fields of ALICE and RUNNING."""
        fields = {"id": session_id, **ALICE, **(record or {}), **RUNNING, **(status or {})}
        self.listen(session_id, encode(fields))

    def deaf(self, session_id):
        """A socket whose queue is full: connecting would wait."""
        listener = self._bind(session_id)
        listener.listen(0)
        self._held.append(listener)
        while True:
            client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            client.setblocking(False)
            self._held.append(client)
            try:
                client.connect(str(self.run / f"{session_id}.sock"))
            except BlockingIOError:
                return

    def dead_socket(self, session_id):
        """A socket that nobody listens on any more."""
        self._bind(session_id).close()

    def _bind(self, session_id):
        path = self.run / f"{session_id}.sock"
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        sock.bind(str(path))
        path.chmod(0o666)
        return sock

    def _serve(self):
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                handler, answer = key.data
                handler(key.fileobj, answer)

    def _accept(self, listener, answer):
        client, _ = listener.accept()
        self._selector.register(client, selectors.EVENT_READ, (self._answer, answer))

    def _answer(self, client, answer):
        request = client.recv(4096)
        if request and answer is None:
            self.requests.append(request)
            return
        self._selector.unregister(client)
        if request:
            self.requests.append(request)
        if request and answer:
            client.send(answer)
        client.close()

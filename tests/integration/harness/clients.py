# SPDX-License-Identifier: BSD-3-Clause
"""
Real clients of many kinds. Each is connected when it is made and then idle: no request is under way, its keepalives are
on. request() moves one small thing and says whether an answer came; whoever calls it now and then has a session that is
active slowly.
"""

import contextlib
import dataclasses
import importlib.util
import os
import pathlib
import select
import shlex
import shutil
import signal
import subprocess
import time

from . import client, network, place, proc
from .tunnel import ANSWER, Tunnel


@dataclasses.dataclass
class Login:
    """Where a client logs in, and how: what all of them have in common. `options` are for ssh and what uses it."""

    sshd: object
    work: pathlib.Path
    user: str = "alice"
    keepalive: int = 0
    options: tuple = ()

    @property
    def target(self):
        return f"{self.user}@{self.sshd.address}"

    def ssh_options(self):
        alive = ["-o", f"ServerAliveInterval={self.keepalive}", "-o", "ServerAliveCountMax=1000"]
        return [*alive, *self.options, *client.ssh_options(self.sshd)]

    def ssh_line(self):
        """For programs that start ssh themselves."""
        return shlex.join(["ssh", *self.ssh_options()])

    def inside(self, words):
        """The words of a command line that finds the daemon."""
        return network.entered(self.sshd.namespace, words)

    def remote_file(self, name):
        """A path that the user can write to and no other test has."""
        return f"{place.ROOT}/home/{self.user}/{self.sshd.service}.{name}"


class Client:
    """A program with pipes at its ends. Without needs is what is always there."""

    needs = ()
    # Of a session that moves something by itself, request() only says whether it does.
    moves_by_itself = False

    def __init__(self, login):
        self.login = login
        self.buffer = b""
        self.errors = open(login.work / "errors", "ab")  # noqa: SIM115 (closed with the client)
        self.process = subprocess.Popen(
            login.inside(self.words()),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=self.environment(),
            cwd=login.work,
            bufsize=0,
        )

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": str(self.login.work), "LANG": "C.UTF-8"}

    def words(self):
        raise NotImplementedError

    def request(self):
        return self.process.poll() is None

    def ask(self, data, until):
        """Writes, then reads until an answer holds `until`; whether it came."""
        try:
            self.process.stdin.write(data)
        except OSError:
            return False
        return self.hear(until)

    def hear(self, until, timeout=ANSWER):
        end = time.monotonic() + timeout
        while until not in self.buffer:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not piece:
                return False
            self.buffer += piece
        self.buffer = self.buffer.partition(until)[2]
        return True

    def wait(self, seconds):
        """Lets time pass."""
        time.sleep(seconds)

    def stall(self):
        """Stops the program that moves the data, not the ssh that it uses: that one goes on with its keepalives."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def close(self):
        """Everything that the program started goes as well: some have an ssh of their own."""
        for pid in [self.process.pid, *proc.descendants(self.process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        for end in (self.process.stdin, self.process.stdout, self.errors):
            with contextlib.suppress(OSError):
                end.close()


# -- OpenSSH -------------------------------------------------------------------


class Ssh(Client):
    """ssh with a command and without a terminal, or with a connection only."""

    needs = ("ssh",)
    flags = ("-T",)
    remote = ()

    def words(self):
        return ["ssh", *self.flags, *self.login.ssh_options(), self.login.target, *self.remote]


class NoCommand(Ssh):
    """ssh -N: not even a channel."""

    flags = ("-N",)


class Sleeper(Ssh):
    remote = ("exec sleep 999",)


class Cat(Ssh):
    """Lines that come back."""

    remote = ("exec cat",)
    size = 5

    def request(self):
        return self.ask(b"x" * (self.size - 1) + b"\n", b"\n")


class CatOneByte(Cat):
    size = 1


class Push(Ssh):
    """cat > file: nothing ever comes back but what TCP and the channel's window need."""

    size = 5

    @property
    def remote(self):
        return (f"exec cat >{self.login.remote_file('push')}",)

    def request(self):
        path = self.login.remote_file("push")
        before = size_of(path)
        with contextlib.suppress(OSError):
            self.process.stdin.write(b"y" * self.size)
        return place.wait_for(lambda: size_of(path) > before, ANSWER)


def size_of(path):
    try:
        return os.path.getsize(path)
    except FileNotFoundError:
        return 0


class Output(Ssh):
    """A command that says something now and then, and is never told anything."""

    moves_by_itself = True
    period = 2

    @property
    def remote(self):
        return (f"while sleep {self.period}; do echo x; done",)

    def request(self):
        return self.hear(b"x\n")


class Silent(Ssh):
    """A command that works now and then without a word."""

    moves_by_itself = True
    period = 2
    work = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"

    @property
    def remote(self):
        return (f"while sleep {self.period}; do {self.work}; done",)


# -- Forwards ------------------------------------------------------------------


class Forwarding:
    """Mixed into a client that is started with flags: it has a forwarded port."""

    letter = "-L"
    tunnel_options = {}

    def __init__(self, login):
        self.tunnel = Tunnel(login.sshd.namespace, **self.tunnel_options)
        super().__init__(login)

    @property
    def flags(self):
        return ("-N", *self.tunnel.flags(self.letter))

    def request(self):
        return self.tunnel.request()

    def close(self):
        self.tunnel.close()
        super().close()


class Forward(Forwarding, Ssh):
    """ssh -N -L: one connection through it stays open, and what is behind it says what it is told."""


class ForwardOneByte(Forward):
    tunnel_options = {"size": 1}


class ForwardThirty(Forward):
    tunnel_options = {"size": 30}


class ForwardPush(Forward):
    """ssh -N -L: what is behind it only listens."""

    tunnel_options = {"answer": 0}


class ForwardShort(Forward):
    """ssh -N -L: five bytes there, one byte back; over AES just what a keepalive looks like."""

    tunnel_options = {"answer": 1}


class ForwardMany(Forward):
    """ssh -N -L: a connection for each request."""

    tunnel_options = {"many": True}


class RemoteForward(Forward):
    """ssh -N -R: somebody on the server talks to the client's side."""

    letter = "-R"


class Socks(Forward):
    """ssh -N -D: one connection through it stays open."""

    letter = "-D"
    tunnel_options = {"socks": True}


# -- With a terminal -----------------------------------------------------------


class Shell:
    """A login shell at its prompt; a request is a key."""

    needs = ("ssh",)
    moves_by_itself = False
    types = None

    def __init__(self, login):
        self.login = login
        self.terminal = client.Terminal(login.inside(self.words()), self.environment())
        self.terminal.ready()
        if self.types:
            self.terminal.key(self.types + "\r")

    def environment(self):
        return {}

    def words(self):
        return ["ssh", "-tt", *self.login.ssh_options(), self.login.target]

    def wait(self, seconds):
        """Lets time pass, and takes in what is shown."""
        end = time.monotonic() + seconds
        if not self.terminal.watch(seconds):
            time.sleep(max(0, end - time.monotonic()))

    def request(self):
        start = len(self.terminal.shown)
        self.terminal.key("x")
        return self.terminal.watch(0.5) and "x" in self.terminal.shown[start:]

    def close(self):
        self.terminal.close()


class ShellPrinting(Shell):
    """A login shell in which something prints a line each second; nobody types."""

    types = "while sleep 1; do echo x; done"


class ShellFlooding(Shell):
    """A login shell in which something prints without end, 40 kB each second; nobody types."""

    types = "while sleep 0.5; do seq 4000; done"


class Shared(Shell):
    """An idle login shell, and a second client over the same connection."""

    second = None

    def __init__(self, login):
        # The name of a socket must be short.
        self.control = f"{place.ROOT}/{login.sshd.service}.control"
        super().__init__(login)
        options = (*login.options, "-o", f"ControlPath={self.control}")
        shared = dataclasses.replace(login, options=options, work=login.work / "second")
        shared.work.mkdir()
        self.other = self.second(shared)

    def words(self):
        return ["ssh", "-tt", "-M", "-o", f"ControlPath={self.control}", *self.login.ssh_options(), self.login.target]

    def request(self):
        return self.other.request()

    def close(self):
        self.other.close()
        super().close()


class SharedCat(Shared):
    """An idle login shell, and over the same connection a command whose lines come back."""

    second = Cat


class SharedForward(Shell):
    """An idle login shell whose connection also forwards a port."""

    def __init__(self, login):
        self.tunnel = Tunnel(login.sshd.namespace)
        super().__init__(login)

    def words(self):
        return ["ssh", "-tt", *self.tunnel.flags("-L"), *self.login.ssh_options(), self.login.target]

    def request(self):
        return self.tunnel.request()

    def close(self):
        self.tunnel.close()
        super().close()


# -- What is missing -----------------------------------------------------------


def missing(kind):
    """Why a kind of client cannot be used here, or None."""
    for name in kind.needs:
        if name.startswith("python:"):
            if importlib.util.find_spec(name[7:]) is None:
                return f"python has no {name[7:]}"
        elif name.startswith("/"):
            if not os.access(name, os.W_OK):
                return f"there is no {name}"
        elif shutil.which(name) is None:
            return f"{name} is not installed"
    return None

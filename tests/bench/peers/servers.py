# SPDX-License-Identifier: BSD-3-Clause
"""
The daemons that the peers are, each with a port of its own and in the shape that the clients of the integration suite
know: service, address, port, namespace, stop().
"""

import contextlib
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import threading

from harness import place, proc
from harness.sshd import CONFIG, Sshd, free_port

from . import cgroups

HERE = pathlib.Path(__file__).resolve().parent
EVERYWHERE = "0.0.0.0"
LOOPBACK = "127.0.0.1"
USERS = ("alice", "bob")
BOOT_S = 60
POWER_OFF_S = 30

# Rows run beside each other, in the same homes.
authorizing = threading.Lock()


class NotHere(Exception):
    """A peer cannot be run on this machine."""


def need(*programs):
    missing = place.missing_tool(*programs)
    if missing:
        raise NotHere(f"{missing} is not installed")


def tree_of(suite):
    """The Debian tree of that name, made before the sandbox was entered."""
    tree = os.path.join(os.environ.get("IDLETIMEOUT_TREES", ""), suite)
    if not os.path.isdir(tree) or not os.path.isabs(tree):
        raise NotHere(f"there is no Debian tree of {suite}")
    return tree


def openssh(service, line="", extra="", before=None, suite=None):
    """The machine's sshd, or that of a tree, reachable from loopback and from peers in other namespaces."""
    if suite:
        before = shlex.join([str(HERE / "enter_tree"), place.ROOT, tree_of(suite), service]) + " && cd /"
        extra = f"PAMServiceName {service}\n{extra}"
    server = Sshd(service, line, address=EVERYWHERE, before=before, extra=extra)
    server.address = LOOPBACK
    return server


class Daemon:
    """A program that listens."""

    namespace = None
    address = LOOPBACK

    def __init__(self, service, port, words, timeout=10):
        self.service, self.port = service, port
        self.output = f"{place.ROOT}/{service}.output"
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            place.wait_for(self.listens, timeout, lambda: f"{service} listens; it says {self.tail()}")
        except AssertionError:
            self.stop()
            raise

    def tail(self):
        with open(self.output, encoding="utf-8", errors="replace") as output:
            return output.read()[-500:]

    def listens(self):
        assert self.process.poll() is None, f"{self.service} ended: {self.tail()}"
        return proc.tcp(f"-l sport = :{self.port}")

    def stop(self):
        for pid in [self.process.pid, *proc.descendants(self.process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


def authorize(user):
    """Dropbear looks for keys in the home directory only."""
    home = pathlib.Path(place.ROOT, "home", user)
    directory = home / ".ssh"
    if directory.exists():
        return
    directory.mkdir(mode=0o700)
    shutil.copy(place.AUTHORIZED_KEYS, directory / "authorized_keys")
    for path in (directory, directory / "authorized_keys"):
        os.chown(path, home.stat().st_uid, home.stat().st_gid)


def dropbear(service, options):
    need("dropbear", "dropbearconvert")
    with authorizing:
        for user in USERS:
            authorize(user)
    key = f"{place.ROOT}/{service}.key"
    subprocess.run(["dropbearconvert", "openssh", "dropbear", place.HOST_KEY, key], check=True, capture_output=True)
    port = free_port()
    words = ["dropbear", "-F", "-E", "-P", f"{place.ROOT}/{service}.pid", "-r", key, "-p", f"{EVERYWHERE}:{port}", *options]
    return Daemon(service, port, words)


# -- A booted system -----------------------------------------------------------


def account_lines(path):
    with open(path, encoding="ascii") as file:
        return "".join(line for line in file if line.split(":", 1)[0] in USERS)


def system_root(service, tree, port, files, masked):
    """An overlay over the tree: the sandbox's users, a daemon at the port, the files of the peer. Returns its path."""
    work = pathlib.Path(place.ROOT, "trees", service)
    for name in ("upper", "work", "root"):
        (work / name).mkdir(parents=True)
    root = work / "root"
    options = f"lowerdir={tree},upperdir={work / 'upper'},workdir={work / 'work'}"
    subprocess.run(["mount", "-t", "overlay", "-o", options, "overlay", str(root)], check=True)
    for name in ("passwd", "group", "shadow"):
        with open(root / "etc" / name, "a", encoding="ascii") as file:
            file.write(account_lines(f"/etc/{name}"))
    config = CONFIG.format(
        address=EVERYWHERE, port=port, host_key=place.HOST_KEY, authorized=place.AUTHORIZED_KEYS, extra=""
    )
    for name, text in {"/etc/ssh/sshd_config": config, **files}.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    for unit in masked:
        (root / "etc/systemd/system" / unit).symlink_to("/dev/null")
    return str(root)


class System(Daemon):
    """
    A Debian that was booted in a container: it has logind, and what a daemon of the whole machine acts on. Its processes
    are in cgroups of its own, because two containers beside each other would take the same ones.
    """

    def __init__(self, service, suite, files, masked=()):
        need("systemd-nspawn", "mount")
        port = free_port()
        root = system_root(service, tree_of(suite), port, files, masked)
        self.cgroup = f"idletimeout-{service}"
        words = ["systemd-nspawn", "-q", "-D", root, f"--machine={service}", "--register=no", "--keep-unit", "-b"]
        for name in ("home", "keys"):
            words.append(f"--bind={place.ROOT}/{name}")
        super().__init__(service, port, cgroups.inside(self.cgroup, words), BOOT_S)

    def stop(self):
        """SIGTERM makes it power off in good order, which leaves no cgroups behind."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(POWER_OFF_S)
        super().stop()
        cgroups.remove(self.cgroup)

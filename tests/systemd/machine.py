# SPDX-License-Identifier: BSD-3-Clause
"""
A booted Debian in a container of systemd-nspawn, driven from outside: commands by nsenter, logins by this machine's ssh in the
container's network. Its kernel audit is hidden, so that the tests judge by the journal.
"""

import contextlib
import json
import os
import signal
import subprocess

from harness import client, place, proc

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "SYSTEMD_PAGER": "cat",
    "TERM": "dumb",
}

# What Debian has by itself, whatever this machine has.
NSPAWN = {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1", "PATH": os.environ["PATH"]}

BOOT_TIMEOUT = 120
SHUTDOWN_TIMEOUT = 60
REBOOTED = 133


# Where control groups are made: of version 2, beside version 1 or alone, and systemd's own of version 1.
HIERARCHIES = "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup"


class CannotBoot(Exception):
    """This machine does not let a container be, or it ended before it was up."""


class ControlGroup:
    """
    A group for the container alone in every hierarchy that systemd uses. With --keep-unit systemd-nspawn makes its caller's group
    the container's root: without one of its own two containers would share their services.
    """

    def __init__(self, name):
        self.tops = [top for top in HIERARCHIES if os.path.exists(f"{top}/cgroup.procs")]
        self.places = [f"{top}/{name}" for top in self.tops]
        try:
            for where in self.places:
                os.makedirs(where, exist_ok=True)
        except OSError as error:
            raise CannotBoot(f"no control group can be made: {error}") from error

    def inside(self, words, places=None):
        """The words of a command line that runs there."""
        join = "".join(f"echo 0 >{where}/cgroup.procs; " for where in places or self.places)
        return ["sh", "-ec", join + 'exec "$@"', "sh", *words]

    def beside(self, pid, words):
        """Likewise, where a process of the container is: what is outside of its root has no place that logind could name."""
        paths = {line.split(":", 2)[2] for line in proc.read(pid, "cgroup").splitlines()}
        groups = [top + path for top in self.tops for path in paths if path != "/"]
        return self.inside(words, [where for where in groups if os.path.exists(f"{where}/cgroup.procs")])

    def remove(self):
        for where in self.places:
            for path, _, _ in os.walk(where, topdown=False):
                with contextlib.suppress(OSError):
                    os.rmdir(path)


class Machine:
    # What harness.client takes for an sshd, and for the place that a client is to be in.
    address = server = "127.0.0.1"
    port = 22

    def __init__(self, tree, console):
        self.tree = tree
        self.console = console
        self.nspawn = None
        self.init = None
        self.name = f"idletimeout-{os.getpid()}"
        self.group = ControlGroup(self.name)
        try:
            self.boot()
        except BaseException:
            self.end()
            raise

    @property
    def namespace(self):
        return f"/proc/{self.init}/ns/net"

    def boot(self):
        # Whatever becomes of the caller, the container does not outlive it.
        words = ["setpriv", "--pdeathsig=KILL", "systemd-nspawn", "--quiet", f"--directory={self.tree}", f"--machine={self.name}"]
        words += ["--register=no", "--keep-unit", "--private-network", "--console=pipe", "--link-journal=no", "--boot"]
        with open(self.console, "ab") as console:
            words = self.group.inside(words)
            self.nspawn = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=console, stderr=console, env=NSPAWN)
        self.wait_boot()

    def first_process(self):
        if self.nspawn.poll() is not None:
            raise CannotBoot(self.console_tail())
        found = [pid for pid in proc.children(self.nspawn.pid) if (proc.stat(pid) or ("",))[0] == "systemd"]
        return found[0] if found and found[0] != self.init else None

    def wait_boot(self):
        self.init = place.wait_for(self.first_process, BOOT_TIMEOUT, self.console_tail)
        up = "running", "degraded"
        place.wait_for(lambda: self.says("systemctl", "is-system-running") in up, BOOT_TIMEOUT, self.console_tail, 0.2)
        place.wait_for(lambda: self.says("systemctl", "is-active", "ssh") == "active", BOOT_TIMEOUT, self.console_tail, 0.2)

    def console_tail(self):
        with open(self.console, encoding="utf-8", errors="replace") as console:
            return console.read()[-2000:]

    def call(self, *words, **more):
        """Runs a command as root of the container."""
        more.setdefault("stdin", subprocess.DEVNULL)
        enter = ["nsenter", f"--target={self.init}", "--all", "--"]
        words = self.group.beside(self.init, enter + list(words))
        return subprocess.run(words, capture_output=True, text=True, env=ENVIRONMENT, timeout=60, **more)

    def says(self, *words):
        return self.call(*words).stdout.strip()

    def must(self, *words):
        answer = self.call(*words)
        assert answer.returncode == 0, (words, answer.returncode, answer.stdout, answer.stderr)
        return answer.stdout.strip()

    def path(self, name):
        """A file of the container, seen from here."""
        return f"/proc/{self.init}/root{name}"

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name), encoding="ascii") as file:
            return file.read()

    def is_mine(self, pid):
        try:
            return os.readlink(f"/proc/{pid}/ns/pid") == os.readlink(f"/proc/{self.init}/ns/pid")
        except OSError:
            return False

    def watchdogs(self):
        return [pid for pid in proc.watchdogs() if self.is_mine(pid)]

    def records(self):
        try:
            names = os.listdir(self.path("/run/pam_idletimeout"))
        except FileNotFoundError:
            return []
        return [name for name in names if name != "totals"]

    def listed(self):
        return json.loads(self.says("idletimeout", "list", "--json"))["sessions"]

    def sessions(self, user="alice"):
        """logind's ids of the user's logins; from systemd 256 on his manager has one, too, of another class."""
        rows = [line.split() for line in self.says("loginctl", "list-sessions", "--no-legend").splitlines()]
        mine = [row[0] for row in rows if len(row) > 2 and row[2] == user]
        return [name for name in mine if self.says("loginctl", "show-session", name, "--property=Class", "--value") == "user"]

    def state(self, name):
        return self.says("loginctl", "show-session", name, "--property=State", "--value")

    def unit(self, pid):
        """The control group of a process, as the container names it."""
        words = proc.status(pid)["NSpid"].split()
        text = self.says("cat", f"/proc/{words[-1]}/cgroup")
        # Without a namespace for control groups of its own the reader would be told of other places.
        return next(line.split(":", 2)[2] for line in text.splitlines() if line.startswith("0::"))

    def mark(self):
        """A place in the journal: the end, now."""
        text = self.says("journalctl", "--lines=0", "--show-cursor", "--quiet")
        return text.partition("cursor: ")[2].strip()

    def journal(self, mark, *parts):
        self.call("journalctl", "--sync")
        text = self.says("journalctl", "--quiet", f"--after-cursor={mark}", "--output=short-precise")
        return [line for line in text.splitlines() if all(part in line for part in parts)]

    def wait_journal(self, mark, *parts, timeout=5):
        return place.wait_for(
            lambda: self.journal(mark, *parts), timeout, lambda: f"a line with {parts}: {self.journal(mark)}", 0.1
        )

    def journal_of_the_past(self, mark):
        """Read from the files, whoever runs."""
        words = ["journalctl", f"--directory={self.tree}/var/log/journal", "--quiet", "--output=short-precise"]
        text = subprocess.run([*words, f"--after-cursor={mark}"], capture_output=True, text=True, timeout=60).stdout
        return text.splitlines()

    def shell(self, user="alice", words=()):
        return client.shell(self, user=user, peer=self, words=words)

    def wait_reboot(self):
        """As systemd-nspawn@.service does it: with --keep-unit that status asks for another start."""
        assert self.nspawn.wait(SHUTDOWN_TIMEOUT) == REBOOTED, self.console_tail()
        self.boot()

    def wait_off(self):
        assert self.nspawn.wait(SHUTDOWN_TIMEOUT) == 0, self.console_tail()

    def end(self):
        """At once: the end of its first process is the end of all."""
        if self.nspawn.poll() is None:
            os.kill(self.init or self.nspawn.pid, signal.SIGKILL)
        self.nspawn.wait(SHUTDOWN_TIMEOUT)
        self.group.remove()

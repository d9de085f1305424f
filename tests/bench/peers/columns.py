# SPDX-License-Identifier: BSD-3-Clause
"""
The peers, each configured as its own manual says that idle sessions are ended, with the same limit where it takes one.
`note` says what a peer needs, and what no row shows.
"""

import os
import subprocess
import threading

from harness import place
from harness.sshd import pam_line

from . import servers

LIMIT_S = 15
# The limit of a silent peer is shorter, so that it can be told from the other.
PROBE_S, PROBES = 3, 3

# What a peer is made to end.
IDLE, DEAD = "idle sessions", "dead peers"


def package_version(package, suite=None):
    """Debian's version of a package, of this machine or of a tree."""
    where = [f"--admindir={servers.tree_of(suite)}/var/lib/dpkg"] if suite else []
    answer = subprocess.run(["dpkg-query", *where, "-W", "-f", "${Version}", package], capture_output=True, text=True)
    if answer.returncode != 0:
        raise servers.NotHere(f"{package} is not installed")
    return f"{package} {answer.stdout}"


class Column:
    limit = LIMIT_S
    # Of alice and of bob, where they differ.
    user_limits = LIMIT_S, 3 * LIMIT_S
    ends = IDLE
    # A whole system is started for it.
    booted = False
    kernel_audit = True
    # Why two users cannot have different limits, if they cannot.
    one_for_all = None
    package = "openssh-server"
    note = ""

    def __init__(self, name, title, suite=None):
        self.name, self.title, self.suite = name, title, suite

    def version(self):
        return package_version(self.package, self.suite)

    def configuration(self):
        raise NotImplementedError

    def start(self, name, per_user):
        raise NotImplementedError


class Idletimeout(Column):
    arguments = f"idle={LIMIT_S}s keepalive={PROBE_S}s keepalive_count={PROBES} warn=5s"
    note = "a process of its own per session"

    def version(self):
        own = subprocess.run([place.COMMAND, "--version"], capture_output=True, text=True, check=True)
        return f"{own.stdout.splitlines()[0]} on {super().version()}"

    def rules(self):
        return f"* bob * idle={self.user_limits[1]}s"

    def configuration(self):
        return f"session required pam_idletimeout.so {self.arguments}; rules: {self.rules()}"

    def start(self, name, per_user):
        arguments = self.arguments
        if per_user:
            rules = f"{place.ROOT}/{name}.rules"
            with open(rules, "w", encoding="ascii") as file:
                file.write(self.rules() + "\n")
            arguments += f" conf={rules}"
        return servers.openssh(name, pam_line(arguments), suite=self.suite)


class SshdSetting(Column):
    """A limit of sshd's own: `settings` of (seconds), and for bob in a Match block."""

    def settings(self, seconds):
        raise NotImplementedError

    def configuration(self):
        alice, bob = map(self.settings, self.user_limits)
        return f"{alice}; Match User bob: {bob}".replace("\n", ", ")

    def start(self, name, per_user):
        extra, bob = map(self.settings, self.user_limits)
        if per_user:
            # The first value counts, and what follows in the file is for everybody again.
            extra = f"Match User bob\n{bob}\nMatch all\n{extra}"
        return servers.openssh(name, extra=extra, suite=self.suite)


class ClientAlive(SshdSetting):
    ends = DEAD
    user_limits = PROBE_S * PROBES, 3 * PROBE_S * PROBES
    note = "in sshd itself: no further process, no further privilege; asks the client itself and not its kernel"

    def settings(self, seconds):
        return f"ClientAliveInterval {seconds // PROBES}\nClientAliveCountMax {PROBES}"


class ChannelTimeout(SshdSetting):
    note = "in sshd itself: no further process, no further privilege; per channel"

    def settings(self, seconds):
        # The manual of OpenSSH 10.0 has session=5m, which matches none of the types that its sshd uses (session:shell ..).
        return f"ChannelTimeout session:*={seconds} *-tcpip={seconds}\nUnusedConnectionTimeout {seconds}"


class Dropbear(Column):
    package = "dropbear-bin"
    one_for_all = "one -I for all who log in (dropbear(8))"
    note = "in the daemon itself: no further process, no further privilege"
    options = ("-I", str(LIMIT_S), "-K", str(PROBE_S))

    def configuration(self):
        return "dropbear " + " ".join(self.options)

    def start(self, name, per_user):
        return servers.dropbear(name, self.options)


class Tmout(Column):
    package = "bash"
    note = "in the shell itself: no further process, no privilege at all; works on any kind of login"

    def configuration(self):
        return self.profile().replace("\n", "; ")

    def profile(self):
        alice, bob = self.user_limits
        return f"TMOUT={alice}\n[ $USER != bob ] || TMOUT={bob}\nreadonly TMOUT\nexport TMOUT"

    def start(self, name, per_user):
        profiles = f"{place.ROOT}/{name}.profile.d"
        os.mkdir(profiles)
        with open(f"{profiles}/tmout.sh", "w", encoding="ascii") as file:
            file.write(self.profile() + "\n")
        return servers.openssh(name, before=f"mount --bind {profiles} /etc/profile.d")


class Booted(Column):
    """
    A daemon of a whole machine, which is booted for each row: beside rows in which alice typed, autolog kept her idle
    sessions as well.
    """

    booted = True
    kernel_audit = False
    masked = ()
    # Many at a time would disturb whoever is measured meanwhile.
    booting = threading.Lock()

    def files(self):
        raise NotImplementedError

    def start(self, name, per_user):
        with self.booting:
            return servers.System(name, self.suite, self.files(), self.masked)


class Logind(Booted):
    package = "systemd"
    masked = ("autolog.service",)
    one_for_all = "one StopIdleSessionSec for all who log in (logind.conf(5))"
    note = "one daemon for the machine, no further process per session; it is there anyway"

    def configuration(self):
        return f"StopIdleSessionSec={self.limit}"

    def files(self):
        return {"/etc/systemd/logind.conf.d/idle.conf": f"[Login]\n{self.configuration()}\n"}


class Autolog(Booted):
    """Its limits are minutes."""

    package = "autolog"
    limit = 60
    user_limits = 60, 180
    grace_s = 10
    note = "one daemon for the machine, no further process per session; limits are whole minutes, looked at now and then"

    def rules(self):
        who = zip(servers.USERS, self.user_limits)
        return [f"name={user} idle={limit // 60} grace={self.grace_s} nomail warn" for user, limit in who]

    def configuration(self):
        return "; ".join(self.rules())

    def files(self):
        return {"/etc/autolog.conf": "\n".join([*self.rules(), "nolostkill"]) + "\n"}


COLUMNS = (
    Idletimeout("idletimeout", "pam_idletimeout"),
    Idletimeout("idletimeout-trixie", "pam_idletimeout, Debian 13", "trixie"),
    ClientAlive("clientalive", "ClientAlive"),
    ClientAlive("clientalive-trixie", "ClientAlive, Debian 13", "trixie"),
    ChannelTimeout("channeltimeout", "ChannelTimeout"),
    ChannelTimeout("channeltimeout-trixie", "ChannelTimeout, Debian 13", "trixie"),
    Dropbear("dropbear", "dropbear"),
    Logind("logind", "logind", "bookworm"),
    Autolog("autolog", "autolog", "bookworm"),
    Tmout("tmout", "TMOUT"),
)

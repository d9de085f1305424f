# SPDX-License-Identifier: BSD-3-Clause
"""Clients that are not OpenSSH's own (harness/clients.py says what a client is)."""

import functools
import os
import socket
import subprocess
import time

from . import client, clients, network, place
from .clients import Cat, Client, Forwarding, NoCommand
from .tunnel import ANSWER

# -- PuTTY ---------------------------------------------------------------------


@functools.cache
def host_fingerprint():
    answer = subprocess.run(["ssh-keygen", "-lf", place.HOST_KEY], capture_output=True, text=True, check=True)
    return answer.stdout.split()[1]


def putty_key(work):
    path = work / "key.ppk"
    subprocess.run(["puttygen", place.KEY, "-o", str(path), "-O", "private"], check=True, capture_output=True)
    return str(path)


class Plink(Client):
    """Its keepalives can be asked for in a saved session only."""

    needs = ("plink", "puttygen")
    program = "plink"
    flags = ()
    remote = ("exec sleep 999",)
    settings = ()

    def __init__(self, login):
        self.save_session(login)
        super().__init__(login)

    def save_session(self, login):
        sessions = login.work / ".putty/sessions"
        sessions.mkdir(parents=True)
        lines = ["Present=1", "Protocol=ssh", f"PingIntervalSecs={login.keepalive}", "PingInterval=0", *self.settings]
        (sessions / "pings").write_text("".join(line + "\n" for line in lines), encoding="ascii")
        self.key = putty_key(login.work)

    def words(self):
        login = self.login
        who = ["-P", str(login.sshd.port), "-l", login.user, "-i", self.key, "-hostkey", host_fingerprint()]
        return [self.program, "-load", "pings", "-batch", *self.flags, *who, login.sshd.address, *self.remote]


class PlinkNoCommand(Plink):
    flags = ("-N",)
    remote = ()


class PlinkChacha(PlinkNoCommand):
    """Over the cipher that hides the least of a message's length."""

    settings = ("Cipher=chacha20,aes,3des,WARN",)


class PlinkRekeying(PlinkNoCommand):
    """Makes new keys each minute; without the setting it does so each hour."""

    settings = ("RekeyTime=1",)


class PlinkForward(Forwarding, Plink):
    remote = ()


class PlinkForwardPush(PlinkForward):
    tunnel_options = {"answer": 0}


class PlinkCat(Plink):
    remote = Cat.remote
    size = Cat.size
    request = Cat.request


class PlinkShell(clients.Shell):
    """A login shell on plink."""

    needs = Plink.needs
    program, flags, remote, settings = "plink", ("-t", "-no-antispoof"), (), ()

    def __init__(self, login):
        Plink.save_session(self, login)
        super().__init__(login)

    def words(self):
        return Plink.words(self)

    def environment(self):
        return {"HOME": str(self.login.work)}


class Psftp(Plink):
    needs = ("psftp", "puttygen")
    program = "psftp"
    remote = ()

    def request(self):
        return self.ask(b"ls /etc/security\n", b"Listing directory /etc/security") and self.hear(b"psftp> ")


# -- Dropbear ------------------------------------------------------------------


class Dbclient(Client):
    needs = ("dbclient", "dropbearconvert")
    flags = ()
    remote = ("exec sleep 999",)

    def __init__(self, login):
        self.key = str(login.work / "key.dropbear")
        words = ["dropbearconvert", "openssh", "dropbear", place.KEY, self.key]
        subprocess.run(words, check=True, capture_output=True)
        super().__init__(login)

    def words(self):
        login = self.login
        where = ["-K", str(login.keepalive), "-p", str(login.sshd.port), "-i", self.key]
        return ["dbclient", "-y", "-y", *self.flags, *where, login.target, *self.remote]


class DbclientNoCommand(Dbclient):
    flags = ("-N",)
    remote = ()


class DbclientCat(Dbclient):
    remote = Cat.remote
    size = Cat.size
    request = Cat.request


class DbclientForward(Forwarding, Dbclient):
    remote = ()


class DbclientForwardPush(DbclientForward):
    tunnel_options = {"answer": 0}


# -- Paramiko ------------------------------------------------------------------


class Paramiko:
    """A library: the client is a thread of ours."""

    needs = ("python:paramiko",)
    moves_by_itself = False
    remote = None

    def __init__(self, login):
        import paramiko

        self.login = login
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        address = (login.sshd.address, login.sshd.port)
        self.client.connect(
            *address,
            login.user,
            sock=network.made_in(login.sshd.namespace, lambda: socket.create_connection(address)),
            key_filename=place.KEY,
            look_for_keys=False,
            allow_agent=False,
        )
        self.client.get_transport().set_keepalive(login.keepalive)
        self.streams = self.client.exec_command(self.remote, timeout=ANSWER) if self.remote else None

    def wait(self, seconds):
        time.sleep(seconds)

    def request(self):
        return self.client.get_transport().is_active()

    def close(self):
        for stream in self.streams or ():
            stream.close()
        self.client.close()


class ParamikoCat(Paramiko):
    remote = "exec cat"

    def request(self):
        try:
            self.streams[0].write(b"four\n")
            self.streams[0].flush()
            return self.streams[1].readline() == "four\n"
        except OSError:
            return False


class ParamikoSftp(Paramiko):
    def __init__(self, login):
        super().__init__(login)
        self.sftp = self.client.open_sftp()

    def request(self):
        try:
            return self.sftp.stat("/etc/passwd").st_size > 0
        except (OSError, EOFError):
            return False


# -- Others --------------------------------------------------------------------


class Autossh(NoCommand):
    """Starts ssh once: the session after the next is of no interest."""

    needs = ("autossh",)

    def environment(self):
        return {**super().environment(), "AUTOSSH_MAXSTART": "1", "AUTOSSH_GATETIME": "0"}

    def words(self):
        return ["autossh", "-M", "0", *super().words()[1:]]


def mosh(login):
    """mosh on a terminal: it starts its server over ssh and leaves."""
    words = ["mosh", f"--ssh={login.ssh_line()}", "--bind-server=any", login.target]
    return client.Terminal(login.inside(words), {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]})

# SPDX-License-Identifier: BSD-3-Clause
"""A real vsftpd under a PAM service of its own, and clients whose every byte is the test's."""

import ftplib
import os
import socket
import subprocess
import threading

from . import place, proc
from .network import made_in
from .sshd import STACK, Sshd, free_port, pam_line, write_service

CONFIG = """\
listen=YES
listen_address={address}
listen_port={port}
background=NO
anonymous_enable=NO
local_enable=YES
write_enable=YES
check_shell=NO
session_support=YES
isolate=NO
ftp_data_port={data_port}
pam_service_name={service}
secure_chroot_dir={empty}
{extra}
"""


class Vsftpd(Sshd):
    """One daemon, with the same life as an sshd. `before` are words of a command that runs it, `extra` lines of its configuration."""

    def __init__(self, service, arguments, address, before=(), extra=""):
        self.service = service
        self.address = address
        self.port = free_port()
        self.log = place.Log(service)
        self.sessions = []
        self.programs = ()
        self.namespace = None
        write_service(service, pam_line(arguments), STACK)
        self.config = f"{place.ROOT}/{service}.conf"
        empty = f"{place.ROOT}/empty"
        os.makedirs(empty, exist_ok=True)
        with open(self.config, "w", encoding="ascii") as file:
            file.write(
                CONFIG.format(
                    extra=extra, address=address, port=self.port, data_port=self.port - 1, service=service, empty=empty
                )
            )
        os.chmod(self.config, 0o600)
        self.process = subprocess.Popen(
            [*before, "vsftpd", self.config], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        place.wait_for(self.listens, 10, f"{service} listens")


class Client:
    """A logged-in client. It says what it is told to say, and nothing else."""

    def __init__(self, daemon, user="alice", passive=True, namespace=None, address=None):
        self.namespace = namespace
        self.control = ftplib.FTP(timeout=10)
        self.control.set_pasv(passive)
        made_in(namespace, lambda: self.control.connect(address or daemon.address, daemon.port))
        self.control.login(user, "any")

    def say(self, words):
        return self.control.sendcmd(words)

    def is_cut(self, timeout):
        """Waits for the end of the control connection; whether it came."""
        self.control.sock.settimeout(timeout)
        try:
            while self.control.sock.recv(4096):
                pass
            return True
        except TimeoutError:
            return False
        except OSError:
            return True

    def close(self):
        self.control.close()


class Transfer:
    """A transfer in its own pace: so many bytes each `pause` seconds, until it is told to stop or is cut."""

    def __init__(self, client, command, pause=0.4, size=200):
        self.data = made_in(client.namespace, lambda: client.control.transfercmd(command))
        self.sends = command.startswith("STOR")
        # Little room on this side, so that the other side's pace is ours.
        self.data.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.pause, self.size = pause, size
        self.moved = 0
        self.halted = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            while not self.halted.wait(self.pause):
                if self.sends:
                    self.data.sendall(b"x" * self.size)
                elif not self.data.recv(self.size):
                    return
                self.moved += self.size
        except OSError:
            return

    def halt(self):
        """Leaves the connection open, and moves nothing more over it."""
        self.halted.set()
        self.thread.join(5)

    def close(self):
        self.halt()
        self.data.close()


def make_file(path, size, owner="alice"):
    with open(path, "wb") as file:
        file.truncate(size)
    subprocess.run(["chown", owner, path], check=True)


def relays(session):
    """vsftpd's processes on the user's side."""
    return proc.children(session.leader)

# SPDX-License-Identifier: BSD-3-Clause
"""Clients that move files (harness/clients.py says what a client is)."""

import contextlib
import os
import pathlib
import subprocess

from . import clients, place
from .clients import Client, size_of
from .tunnel import ANSWER

# Where distributions put it.
SFTP_SERVERS = ("/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server", "/usr/lib/ssh/sftp-server")
SFTP_SERVER = next((path for path in SFTP_SERVERS if os.access(path, os.X_OK)), SFTP_SERVERS[0])


class Sftp(Client):
    """The server is the one within sshd."""

    needs = ("sftp",)
    server = ()

    def words(self):
        return ["sftp", "-q", "-b", "-", *self.server, *self.login.ssh_options(), self.login.target]

    def request(self):
        return self.ask(b"ls -1 /etc/passwd\n", b"\n/etc/passwd\n")


class SftpExternal(Sftp):
    """The server is a program of its own."""

    needs = ("sftp", SFTP_SERVER)
    server = ("-s", SFTP_SERVER)


class SharedSftp(clients.Shared):
    """An idle login shell, and sftp over the same connection."""

    needs = ("sftp",)
    second = Sftp


class Copy(Client):
    """A transfer that its own program holds back; stall() makes it idle."""

    moves_by_itself = True
    size = 8 << 20

    def __init__(self, login):
        self.source = login.work / "source"
        self.source.write_bytes(os.urandom(self.size))
        self.copy = login.remote_file("copy")
        self.seen = 0
        super().__init__(login)

    def moved(self):
        """How much has arrived, under whatever name the program gives it meanwhile."""
        copy = pathlib.Path(self.copy)
        return sum(size_of(path) for path in copy.parent.glob(f"*{copy.name}*"))

    def request(self):
        arrived = place.wait_for(lambda: self.moved() > self.seen, ANSWER)
        self.seen = self.moved()
        return bool(arrived)


class Scp(Copy):
    needs = ("scp",)

    def words(self):
        # It has eight pieces of 32 kB under way and then waits: 2048 kbit/s make that once a second.
        options = ["-q", "-l", "2048", *self.login.ssh_options()]
        return ["scp", *options, str(self.source), f"{self.login.target}:{self.copy}"]


class Rsync(Copy):
    needs = ("rsync",)

    def words(self):
        target = f"{self.login.target}:{self.copy}"
        # It writes pieces of 256 kB.
        return ["rsync", "--bwlimit=200", "--inplace", "-e", self.login.ssh_line(), str(self.source), target]


class Git(Client):
    """A push whose hook on this side takes its time: connected, the remote's refs read, nothing moves."""

    needs = ("git",)
    before = "sleep 999"
    after = ":"

    def __init__(self, login):
        self.bare = login.remote_file("git")
        self.tree = login.work / "tree"
        self.git_environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(login.work),
            "GIT_SSH_COMMAND": login.ssh_line(),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "nobody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        self.git("init", "-q", "--bare", self.bare)
        self.git("init", "-q", str(self.tree))
        self.git("-C", str(self.tree), "commit", "-q", "--allow-empty", "-m", "x")
        hook(self.tree / ".git/hooks/pre-push", self.before)
        hook(pathlib.Path(self.bare, "hooks/post-receive"), self.after)
        subprocess.run(["chown", "-R", f"{login.user}:", self.bare], check=True)
        super().__init__(login)

    def git(self, *words):
        subprocess.run(["git", *words], env=self.git_environment, check=True, stdout=subprocess.DEVNULL)

    def environment(self):
        return self.git_environment

    def words(self):
        return ["git", "-C", str(self.tree), "push", "-q", f"ssh://{self.login.target}{self.bare}", "HEAD:refs/heads/x"]


class GitHook(Git):
    """A push whose hook on the other side says something now and then."""

    moves_by_itself = True
    before = ":"
    after = "for i in $(seq 60); do sleep 2; echo x; done"

    def request(self):
        """The words of the hook are among the errors of the push."""
        before = size_of(self.login.work / "errors")
        return place.wait_for(lambda: size_of(self.login.work / "errors") > before, ANSWER)


def hook(path, script):
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    path.chmod(0o755)


class Sshfs(Client):
    needs = ("sshfs", "fusermount3", "/dev/fuse")

    def __init__(self, login):
        self.mount = login.work / "mount"
        self.mount.mkdir()
        self.count = 0
        super().__init__(login)

    def words(self):
        options = ["-o", f"ssh_command={self.login.ssh_line()}", "-o", "dir_cache=no"]
        return ["sshfs", "-f", *options, f"{self.login.target}:", str(self.mount)]

    def request(self):
        """Asks for a name that nobody has asked for, in a process of its own: it may have to wait for ever."""
        assert place.wait_for(self.mount.is_mount, ANSWER)
        self.count += 1
        with contextlib.suppress(subprocess.TimeoutExpired):
            words = ["stat", str(self.mount / str(self.count))]
            answer = subprocess.run(words, capture_output=True, env={"LC_ALL": "C"}, timeout=ANSWER)
            return b"No such file or directory" in answer.stderr
        return False

    def close(self):
        subprocess.run(["fusermount3", "-q", "-u", "-z", str(self.mount)], check=False)
        super().close()

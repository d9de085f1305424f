# SPDX-License-Identifier: BSD-3-Clause
"""A real sshd under a PAM service of its own, and the sessions it leads."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time

from . import place, proc

STACK = """\
auth     required pam_permit.so
account  required pam_permit.so
session  required pam_loginuid.so
{line}
session  required pam_limits.so
session  required pam_unix.so
"""

# What a test adds comes first: sshd takes the first value that it meets.
CONFIG = """\
{extra}
ListenAddress {address}
Port {port}
HostKey {host_key}
PidFile none
AuthorizedKeysFile {authorized}
UsePAM yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
UseDNS no
LogLevel VERBOSE
MaxStartups 100
Subsystem sftp internal-sftp
"""


def pam_line(arguments, module=None, control="required"):
    return f"session  {control} {module or place.MODULE} {arguments}"


def write_service(name, line, stack=STACK):
    with open(f"/etc/pam.d/{name}", "w", encoding="ascii") as file:
        file.write(stack.format(line=line))


def free_port():
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        return probe.getsockname()[1]


def name_service(service):
    """
    The daemon's program, and the setting that makes `service` its PAM service. Up to OpenSSH 9.7 that is the program's
    name. From 9.8 on it is a setting, and who opens the session is a program of its own: under the same name, so that
    libpam's audit records and all log lines name the service on every release.
    """
    program = f"{place.ROOT}/sshd/{service}"
    link(f"{place.ROOT}/sshd/sshd", program)
    server = f"{place.ROOT}/sshd/session/sshd-session"
    if not os.path.exists(server):
        return [program], ""
    session = f"{place.ROOT}/sshd/session/{service}"
    link(server, session)
    return [program, session], f"\nPAMServiceName {service}\nSshdSessionPath {session}"


def link(source, target):
    with contextlib.suppress(FileExistsError):
        os.link(source, target)


def unshared(command, before, apart):
    """The command in mounts of its own, where the shell command `before` has run, and in a network of its own."""
    mounts = ["--mount", "--propagation", "private"] if before else []
    network = ["--net"] if apart else []
    script = " && ".join(filter(None, [before, "ip link set lo up" if apart else None, 'exec "$@"']))
    return ["unshare", *mounts, *network, "sh", "-ec", script, "sh", *command]


class Sshd:
    """
    One daemon. `line` is the line of the PAM stack under test, `before` a shell command that runs in a mount
    namespace of the daemon's own before it starts. One that is `apart` has a network of its own. `through` are the words of a
    command that runs the daemon in its stead.
    """

    def __init__(
        self, service, line, address="127.0.0.1", before=None, extra="", stack=STACK, apart=False, through=()
    ):
        self.service = service
        self.address = address
        self.port = free_port()
        self.log = place.Log(service)
        self.sessions = []
        write_service(service, line, stack)
        self.programs, setting = name_service(service)
        extra += setting
        self.config = f"{place.ROOT}/sshd/{service}.conf"
        with open(self.config, "w", encoding="ascii") as file:
            file.write(
                CONFIG.format(
                    address=address, port=self.port, host_key=place.HOST_KEY, authorized=place.AUTHORIZED_KEYS, extra=extra
                )
            )
        command = [*through, self.programs[0], "-D", "-f", self.config]
        if before or apart:
            command = unshared(command, before, apart)
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"]},
        )
        self.namespace = f"/proc/{self.process.pid}/ns/net" if apart else None
        place.wait_for(self.listens, 10, f"{service} listens")

    def listens(self):
        assert self.process.poll() is None, f"{self.service} ended: {self.log.tail()}"
        return proc.tcp(f"-l sport = :{self.port}", self.namespace)

    def leaders(self):
        """The processes that called pam_open_session: children of the daemon, after authentication."""
        return [pid for pid in proc.children(self.process.pid) if proc.audit_session(pid) not in (None, 0xFFFFFFFF)]

    def session(self, timeout=10):
        """The next session that was not asked for before, once it is armed."""
        known = {session.leader for session in self.sessions}

        def fresh():
            return [pid for pid in self.leaders() if pid not in known and watchdog_of(pid)]

        leader = place.wait_for(fresh, timeout, lambda: f"an armed session of {self.service}; log: {self.log.tail()}")[0]
        session = Session(self, leader)
        self.sessions.append(session)
        return session

    def connections(self):
        """The established or half-closed TCP connections of this daemon that a process still holds."""
        lines = proc.tcp(f"state connected sport = :{self.port}", self.namespace)
        return [line for line in lines if "users:" in line]

    def stop(self):
        everybody = [self.process.pid] + proc.descendants(self.process.pid)
        for pid in everybody:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        for session in self.sessions:
            session.release()
        for path in (f"/etc/pam.d/{self.service}", self.config, *self.programs):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)


def watchdog_of(leader):
    """The pid of the watchdog of a leader, once it is ready: a record exists and the process is named."""
    for pid in proc.watchdogs():
        if proc.watched_pid(pid) == leader and record_of(leader):
            return pid
    return None


def parse_record(path):
    try:
        with open(path, encoding="ascii") as file:
            return dict(line.rstrip("\n").split("=", 1) for line in file if "=" in line)
    except OSError:
        return {}


def records():
    """{id: {key: value}} of every session record."""
    try:
        names = [name for name in os.listdir(place.RUN_DIR) if not name.endswith(".sock") and name != "totals"]
    except FileNotFoundError:
        return {}
    return {name: parse_record(os.path.join(place.RUN_DIR, name)) for name in names}


def record_of(leader):
    for name, record in records().items():
        if record.get("leader_pid") == str(leader):
            return dict(record, id=name)
    return None


class Session:
    """What is known of a session from the server's side. Identities are pidfds, so that nothing is mixed up later."""

    def __init__(self, sshd, leader):
        self.sshd = sshd
        self.service = sshd.service if sshd else None
        self.leader = leader
        self.leader_fd = os.pidfd_open(leader)
        self.watchdog = watchdog_of(leader)
        self.watchdog_fd = os.pidfd_open(self.watchdog)
        self.record = record_of(leader)
        self.id = self.record["id"]
        self.ses = proc.audit_session(leader)
        self.auid = proc.login_uid(leader)
        self.ended = None

    def release(self):
        for name in ("leader_fd", "watchdog_fd"):
            fd = getattr(self, name)
            if fd is not None:
                os.close(fd)
                setattr(self, name, None)

    def listed(self):
        """What `idletimeout list --json` says of this session, or None."""
        for row in list_json():
            if row.get("id") == self.id:
                return row
        return None

    def wait_end(self, timeout):
        """Waits for the leader's end and returns when that was, CLOCK_MONOTONIC."""
        gone = proc.wait_gone(self.leader_fd, timeout)
        assert gone, f"the leader lives on after {timeout} s: {self.left()}; {self.sshd.log.tail()}"
        self.ended = time.monotonic()
        return self.ended

    def is_up(self):
        return not proc.wait_gone(self.leader_fd, 0) and not proc.wait_gone(self.watchdog_fd, 0)

    def own_files(self):
        with contextlib.suppress(FileNotFoundError):
            return [name for name in os.listdir(place.RUN_DIR) if self.id in name]
        return []

    def left(self, but=()):
        """Whatever of the session is still there: processes (zombies too), files, connections."""
        found = []
        for pid in proc.of_audit_session(self.ses):
            if pid not in but:
                found.append(f"process {pid} {proc.stat(pid)} {proc.command_line(pid)}")
        found += [f"file {name}" for name in self.own_files()]
        return found

    def wait_nothing_left(self, timeout=3, but=()):
        end = time.monotonic() + timeout
        while self.left(but):
            assert time.monotonic() < end, f"left after {timeout} s: {self.left(but)}"
            time.sleep(0.05)


def list_json():
    answer = subprocess.run([place.COMMAND, "list", "--json"], capture_output=True, text=True, timeout=10)
    assert answer.returncode in place.LISTED, f"idletimeout list --json: {answer.returncode} {answer.stderr}"
    return json.loads(answer.stdout)["sessions"]

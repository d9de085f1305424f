# SPDX-License-Identifier: BSD-3-Clause
"""
Records what real clients send: record_traffic.py DIRECTORY [WORDS-OF-A-NAME..], in the sandbox.

	tests/integration/sandbox.sh enter DESTDIR python3 tests/integration/record_traffic.py DIRECTORY

Each recording is a session of its own, of which DIRECTORY/NAME.trace is written (harness/recorder.py).
"""

import dataclasses
import itertools
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

from harness import clients, foreign, place, recorder, transfers
from harness.sshd import Sshd, pam_line

# Not a multiple of the keepalives' second: now they come together with a request, now between two.
PERIOD = 1.9
LIMIT = 8
WORKERS = 8
numbers = itertools.count(1)

CIPHERS = {
    "chacha20": ("chacha20-poly1305@openssh.com", None),
    "aes128-gcm": ("aes128-gcm@openssh.com", None),
    "aes256-ctr-sha256-etm": ("aes256-ctr", "hmac-sha2-256-etm@openssh.com"),
    "aes256-ctr-sha512": ("aes256-ctr", "hmac-sha2-512"),
    "aes256-ctr-umac64-etm": ("aes256-ctr", "umac-64-etm@openssh.com"),
    "aes256-ctr-umac128-etm": ("aes256-ctr", "umac-128-etm@openssh.com"),
    "aes256-ctr-sha1": ("aes256-ctr", "hmac-sha1"),
}
SERVER_ALGORITHMS = "Ciphers {}\nMACs {}".format(
    ",".join(dict.fromkeys(cipher for cipher, _ in CIPHERS.values())) + ",aes128-ctr,aes256-gcm@openssh.com",
    "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,"
    "hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1",
)


@dataclasses.dataclass
class Recording:
    """`client_alive` and `keepalive` are seconds, 0 for none; `period` is that of the requests, None for none."""

    name: str
    kind: type
    keepalive: int = 0
    client_alive: int = 0
    period: float | None = None
    seconds: int = 12
    options: tuple = ()
    user: str = "alice"
    stalled: bool = False

    def is_active(self):
        return self.period is not None or (self.kind.moves_by_itself and not self.stalled)


def algorithms(cipher, mac):
    return ("-o", f"Ciphers={cipher}", *(("-o", f"MACs={mac}") if mac else ()))


def alive_over_ciphers():
    for name, (cipher, mac) in CIPHERS.items():
        options = algorithms(cipher, mac)
        yield Recording(f"ssh-{name}-server-alive", clients.NoCommand, keepalive=1, options=options)
        yield Recording(f"ssh-{name}-client-alive", clients.NoCommand, client_alive=1, options=options)
        yield Recording(f"ssh-{name}-both-alive", clients.NoCommand, keepalive=2, client_alive=1, options=options)
        yield Recording(f"ssh-{name}-channel-client-alive", clients.Sleeper, client_alive=1, options=options)


IDLE = {
    "ssh": clients.NoCommand,
    "ssh-command": clients.Sleeper,
    "ssh-forward": clients.Forward,
    "sftp": transfers.Sftp,
    "sftp-external": transfers.SftpExternal,
    "sshfs": transfers.Sshfs,
    "git": transfers.Git,
    "autossh": foreign.Autossh,
    "plink": foreign.PlinkNoCommand,
    "plink-chacha20": foreign.PlinkChacha,
    "plink-command": foreign.Plink,
    "psftp": foreign.Psftp,
    "dropbear": foreign.DbclientNoCommand,
    "dropbear-command": foreign.Dbclient,
    "paramiko": foreign.Paramiko,
    "paramiko-command": foreign.ParamikoCat,
    "paramiko-sftp": foreign.ParamikoSftp,
}

ACTIVE = {
    "cat-1": clients.CatOneByte,
    "cat-5": clients.Cat,
    "push": clients.Push,
    "output": clients.Output,
    "silent": clients.Silent,
    "sftp": transfers.Sftp,
    "sftp-external": transfers.SftpExternal,
    "local-forward-1": clients.ForwardOneByte,
    "local-forward-5": clients.Forward,
    "local-forward-30": clients.ForwardThirty,
    "local-forward-push": clients.ForwardPush,
    "local-forward-many": clients.ForwardMany,
    "remote-forward": clients.RemoteForward,
    "socks": clients.Socks,
    "sshfs": transfers.Sshfs,
    "scp": transfers.Scp,
    "rsync": transfers.Rsync,
    "git-hook": transfers.GitHook,
}

OTHERS_ACTIVE = {
    "plink-cat": foreign.PlinkCat,
    "plink-forward": foreign.PlinkForward,
    "plink-forward-push": foreign.PlinkForwardPush,
    "psftp": foreign.Psftp,
    "dropbear-cat": foreign.DbclientCat,
    "dropbear-forward": foreign.DbclientForward,
    "dropbear-forward-push": foreign.DbclientForwardPush,
    "paramiko-cat": foreign.ParamikoCat,
    "paramiko-sftp": foreign.ParamikoSftp,
}


COMPRESSED = {
    "cat-5": clients.Cat,
    "push": clients.Push,
    "local-forward-5": clients.Forward,
    "local-forward-push": clients.ForwardPush,
}

# Sessions with a terminal: (kind, whether its second channel is used)
TERMINAL = {
    "shell": (clients.Shell, False),
    "shell-typing": (clients.Shell, True),
    "shell-printing": (clients.ShellPrinting, False),
    "shell-flooding": (clients.ShellFlooding, False),
    "shared-cat": (clients.SharedCat, True),
    "shared-cat-idle": (clients.SharedCat, False),
    "shared-sftp": (transfers.SharedSftp, True),
    "shared-sftp-idle": (transfers.SharedSftp, False),
    "shared-forward": (clients.SharedForward, True),
    "shared-forward-idle": (clients.SharedForward, False),
}


def period_of(kind):
    return None if kind.moves_by_itself else PERIOD


def recordings():
    yield from alive_over_ciphers()
    for name, kind in IDLE.items():
        yield Recording(f"idle-{name}-alive", kind, keepalive=1)
        yield Recording(f"idle-{name}-client-alive", kind, client_alive=1)
        yield Recording(f"idle-{name}-quiet", kind, seconds=6)
    yield Recording("idle-ssh-compressed-alive", clients.NoCommand, keepalive=1, options=("-C",))
    yield Recording("idle-ssh-compressed-client-alive", clients.NoCommand, client_alive=1, options=("-C",))
    for kind in transfers.Scp, transfers.Rsync:
        yield Recording(f"idle-{kind.__name__.lower()}-stalled-alive", kind, keepalive=1, stalled=True)
    yield Recording("idle-ssh-command-root-alive", clients.Sleeper, keepalive=1, user="root")
    yield Recording("idle-sftp-root-alive", transfers.Sftp, keepalive=1, user="root")
    rekey = ("-o", "RekeyLimit=default 3")
    yield Recording("idle-ssh-rekeying-alive", clients.NoCommand, keepalive=1, seconds=14, options=rekey)
    yield Recording("idle-ssh-rekeying-client-alive", clients.NoCommand, client_alive=1, seconds=14, options=rekey)
    yield Recording("idle-plink-rekeying-alive", foreign.PlinkRekeying, keepalive=10, seconds=72)
    gcm = algorithms(*CIPHERS["aes128-gcm"])
    yield Recording("active-local-forward-5-1-alive-aes128-gcm", clients.ForwardShort, 1, period=PERIOD, options=gcm)
    yield Recording("active-local-forward-5-1-aes128-gcm", clients.ForwardShort, period=PERIOD, options=gcm)
    for name, kind in COMPRESSED.items():
        yield Recording(f"active-{name}-compressed-alive", kind, 1, period=PERIOD, seconds=14, options=("-C",))
    for name, (kind, is_used) in TERMINAL.items():
        for alive in 0, 1:
            period = PERIOD if is_used else None
            yield Recording(f"terminal-{name}{'-alive' * alive}", kind, alive, period=period, seconds=14)
    for name, kind in ACTIVE.items():
        yield Recording(f"active-{name}", kind, period=period_of(kind), seconds=14)
        yield Recording(f"active-{name}-alive", kind, keepalive=1, period=period_of(kind), seconds=14)
    for name, kind in OTHERS_ACTIVE.items():
        yield Recording(f"active-{name}-alive", kind, keepalive=1, period=PERIOD, seconds=14)
    for cipher in "aes128-gcm", "aes256-ctr-sha512", "aes256-ctr-umac64-etm":
        for name in "cat-1", "push", "local-forward-1", "local-forward-push", "sftp":
            yield Recording(
                f"active-{name}-alive-{cipher}",
                ACTIVE[name],
                keepalive=1,
                period=PERIOD,
                seconds=14,
                options=algorithms(*CIPHERS[cipher]),
            )


def version(kind):
    """What the client says of itself; the library knows its own."""
    if kind.needs[0].startswith("python:"):
        import paramiko

        return f"paramiko {paramiko.__version__}"
    tool = kind.needs[0]
    ask = {"plink": "-V", "psftp": "-V", "dbclient": "-V", "autossh": "-V", "ssh": "-V", "sftp": None, "scp": None}
    flag = ask.get(tool, "--version")
    if flag is None:
        tool, flag = "ssh", "-V"
    answer = subprocess.run([tool, flag], capture_output=True, text=True)
    return (answer.stdout + answer.stderr).strip().splitlines()[0]


def alive_text(recording):
    parts = []
    if recording.keepalive:
        parts.append(f"client every {recording.keepalive} s")
    if recording.client_alive:
        parts.append(f"server every {recording.client_alive} s")
    return ", ".join(parts) or "none"


def header(recording, sshd, session):
    cipher, mac, compression = recorder.negotiated(sshd.log, session.leader)
    doc = next(kind.__doc__ for kind in recording.kind.__mro__ if kind.__dict__.get("__doc__"))
    return {
        "client": recording.kind.__name__,
        "version": version(recording.kind),
        "cipher": cipher,
        "mac": mac,
        "compression": compression,
        "what": " ".join(doc.split()),
        "keepalive": alive_text(recording),
        "period": f"{recording.period} s" if recording.period else "none",
        "limit": f"{LIMIT} s",
        "expected": "active" if recording.is_active() else "idle",
    }


def drive(recording, trace, running):
    """Requests until the time is over; the first comes at once, so that start-up and idleness can be told apart."""
    end = time.monotonic() + recording.seconds
    if recording.stalled:
        assert running.request(), "nothing moved before the stall"
        running.stall()
        trace.mark()
    while recording.period and time.monotonic() < end:
        trace.mark()
        assert running.request(), "no answer"
        running.wait(max(0, min(recording.period, end - time.monotonic())))
    running.wait(max(0, end - time.monotonic()))


def record(recording, directory):
    extra = SERVER_ALGORITHMS + "\nLogLevel DEBUG1"
    if recording.client_alive:
        extra += f"\nClientAliveInterval {recording.client_alive}\nClientAliveCountMax 1000"
    sshd = Sshd(f"sandbox-record-{next(numbers):03}", pam_line("idle=1h audit=off"), extra=extra)
    try:
        with tempfile.TemporaryDirectory(dir=place.ROOT) as work:
            login = clients.Login(sshd, pathlib.Path(work), recording.user, recording.keepalive, recording.options)
            running = recording.kind(login)
            try:
                session = sshd.session()
                trace = recorder.Recorder(session)
                trace.start()
                drive(recording, trace, running)
                trace.stop()
            finally:
                running.close()
        path = os.path.join(directory, recording.name + ".trace")
        recorder.write(path, trace.lines(**header(recording, sshd, session)))
    finally:
        sshd.stop()


def attempt(recording, directory):
    try:
        why = clients.missing(recording.kind)
        if why is None:
            record(recording, directory)
        print(f"{recording.name}: {why or 'recorded'}", flush=True)
    except Exception:
        print(f"{recording.name}: FAILED\n{traceback.format_exc()}", flush=True)


def main(directory, *words):
    os.makedirs(directory, exist_ok=True)
    chosen = [one for one in recordings() if all(word in one.name for word in words)]
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda one: attempt(one, directory), chosen))


if __name__ == "__main__":
    main(*sys.argv[1:])

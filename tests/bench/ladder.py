# SPDX-License-Identifier: BSD-3-Clause
"""
Which step of the ladder ends which kind of session, and when, counted from the order to close it; and what processes
such a session consists of on this release.
"""

import contextlib
import os
import pwd
import select
import signal
import subprocess
import time

from failure import Failure
from harness import client, place, proc
from harness.sshd import Sshd, pam_line
from setting import PROBES, progress, sized
from spread import table

SETTLE_S = 1
# Longer than the whole ladder.
PATIENCE_S = 10
LOGIN_S = 5

DEAF = "trap '' HUP TERM INT QUIT; while :; do sleep 60; done"

# What is opened: options and words of ssh; None is sftp.
KINDS = {
    "terminal": (["-tt"], "exec bash --norc -i"),
    "command": ([], "exec sleep 600"),
    "sftp": None,
    "deaf shell": (["-tt"], DEAF),
}

NOTHING, USER_SIDE, LEADER = "nothing", "user side", "leader"

# (user, kind, what is stopped before the order)
CASES = [
    *((user, kind, NOTHING) for kind in KINDS for user in ("alice", "root")),
    *((user, kind, USER_SIDE) for kind in ("terminal", "command", "sftp") for user in ("alice", "root")),
    *((user, kind, LEADER) for kind in ("terminal", "command") for user in ("alice", "root")),
]


def start(sshd, user, kind):
    if KINDS[kind] is None:
        words = ["sftp", "-q", "-b", "-", *client.ssh_options(sshd), f"{user}@{sshd.address}"]
    else:
        options, command = KINDS[kind]
        words = client.command(sshd, user, command, options=options)
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def user_side(leader):
    """sshd's own process on the user's side; OpenSSH before 9.8 has none for root."""

    def kin(pid):
        return (proc.stat(pid) or ("",))[0], proc.session(pid)

    return [pid for pid in proc.children(leader) if kin(pid) == kin(leader)]


def describe(pid, service):
    # The program is linked under the service's name (harness/sshd.py).
    words = proc.command_line(pid).replace(service, "sshd") or (proc.stat(pid) or ("gone",))[0]
    owner = pwd.getpwuid(os.stat(f"/proc/{pid}").st_uid).pw_name
    return f"{words} ({owner})"


def tree(pid, service, depth=0):
    lines = ["  " * depth + describe(pid, service)]
    for child in proc.children(pid):
        with contextlib.suppress(FileNotFoundError):
            lines += tree(child, service, depth + 1)
    return lines


def ends(fds):
    """{name: when it ended} of {name: pidfd}. Not every client notices its own end: only the leader is waited for."""
    poller = select.poll()
    of = {fd: name for name, fd in fds.items()}
    for fd in of:
        poller.register(fd, select.POLLIN)
    found = {}
    end = time.monotonic() + PATIENCE_S
    while len(found) < len(fds) and time.monotonic() < end:
        for fd, _ in poller.poll(max(0, end - time.monotonic()) * 1000):
            found[of[fd]] = time.monotonic()
            poller.unregister(fd)
            if of[fd] == "leader":
                end = found["leader"] + SETTLE_S
    return found


def can_log_in(sshd):
    """From OpenSSH 9.8 on the daemon refuses, for a while, addresses whose sessions crashed (PerSourcePenalties)."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        return client.run(sshd, "alice", "true", timeout=LOGIN_S).returncode == 0
    return False


def measure_end(sshd, session, ssh):
    fds = {"leader": session.leader_fd, "client": os.pidfd_open(ssh.pid)}
    begin = time.monotonic()
    subprocess.run([place.COMMAND, "close", session.id], check=True, capture_output=True, timeout=PATIENCE_S)
    found = ends(fds)
    os.close(fds["client"])
    if "leader" not in found:
        raise Failure(f"a leader outlived the ladder: {session.left()}")
    time.sleep(SETTLE_S)
    return {
        **{f"{name}_ms": round((when - begin) * 1000) for name, when in found.items()},
        "closed": bool(sshd.log.lines(f"[{session.leader}]", "session closed for user")),
        "left": sum(proc.alive(pid) for pid in proc.of_audit_session(session.ses)),
        "login": can_log_in(sshd),
    }


def measure_case(sshd, user, kind, stopped):
    """None where the session has no such process."""
    ssh = start(sshd, user, kind)
    try:
        session = sshd.session()
        time.sleep(SETTLE_S)
        row = {"user": user, "kind": kind, "stopped": stopped, "tree": tree(session.leader, sshd.service)}
        who = {NOTHING: [], USER_SIDE: user_side(session.leader), LEADER: [session.leader]}[stopped]
        if stopped != NOTHING and not who:
            return None
        for pid in who:
            os.kill(pid, signal.SIGSTOP)
        row.update(measure_end(sshd, session, ssh))
        return row
    finally:
        ssh.kill()
        ssh.communicate()


def sweep(sshd):
    """What a session left behind, which the ladder does not end without kill=session."""
    for session in sshd.sessions:
        for pid in proc.of_audit_session(session.ses):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def measure_alone(number, case):
    """In a daemon of its own: a penalty is nobody else's."""
    sshd = Sshd(f"bench-ladder{number}", pam_line("idle=15m"))
    try:
        return measure_case(sshd, *case)
    finally:
        sweep(sshd)
        sshd.stop()


def run():
    steps = subprocess.run([f"{PROBES}/ladder_steps"], check=True, capture_output=True, text=True).stdout
    rows = []
    for number, case in enumerate(CASES[:: sized(1, 4)]):
        progress(", ".join(case))
        rows.append(measure_alone(number, case))
    return {
        "steps": [[int(line.split(" ", 1)[0]), line.split(" ", 1)[1]] for line in steps.splitlines()],
        "rows": [row for row in rows if row],
    }


def last_step(steps, ms):
    return [name for due, name in steps if due <= ms][-1]


def describe_row(steps, row):
    return (
        row["user"],
        row["kind"],
        row["stopped"],
        row["leader_ms"],
        row.get("client_ms", "-"),
        last_step(steps, row["leader_ms"]),
        "yes" if row["closed"] else "NO",
        row["left"],
        "yes" if row["login"] else "NO",
    )


def render(found):
    steps, rows = found["steps"], found["rows"]
    trees = [row for row in rows if row["stopped"] == NOTHING and row["kind"] != "deaf shell"]
    head = ("user", "session", "stopped", "leader gone, ms", "client gone, ms", "after", "closed", "left", "next login")
    return "\n".join(
        [
            "## The ladder",
            "",
            "In ms from the order to close: " + ", ".join(f"{due} {name}" for due, name in steps) + ".",
            "Closed: by PAM. Left: processes after a second, by kill=connection. Next login: from the same address.",
            "",
            table(head, [describe_row(steps, row) for row in rows]),
            "",
            *(f"    {row['user']}, {row['kind']}: " + " > ".join(line.strip() for line in row["tree"]) for row in trees),
            "",
        ]
    )

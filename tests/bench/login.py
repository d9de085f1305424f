# SPDX-License-Identifier: BSD-3-Clause
"""What a login costs with our line in the PAM stack and without it, beside other modules, and what a process costs."""

import os
import signal
import socket
import subprocess
import time

from failure import Failure
from harness import client
from harness.sshd import Sshd, pam_line, write_service
from setting import PROBES, progress, sized
from spread import cells, confidence, spread, table

LINE = "idle=15m keepalive=30s max=12h"
STACK = "session  required pam_permit.so\n{line}\n"
BARE = "bench-bare"
# What stands in most stacks, each by itself. The first is ours.
SERVICES = {
    "pam_idletimeout": pam_line(LINE),
    "pam_unix": "session  required pam_unix.so",
    "pam_limits": "session  required pam_limits.so",
}
LOGIND = "/run/systemd/seats"
ROUNDS, PAIRS = sized(600, 40), sized(120, 4)
# The first rounds fill caches.
FIRST = 20
TIMEOUT_S = 300


def connection():
    """Both ends of a TCP connection over loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        peer = socket.create_connection(listener.getsockname())
        return peer, listener.accept()[0]


def services():
    """{name: PAM service}, written; pam_systemd only where there is a logind to talk to."""
    found = dict(SERVICES)
    if os.path.isdir(LOGIND):
        found["pam_systemd"] = "session  optional pam_systemd.so"
    for name, line in found.items():
        write_service(f"bench-{name}", line, STACK)
    write_service(BARE, "", STACK)
    return {name: f"bench-{name}" for name in found}


def run_rounds(names):
    """[[floor, then start, open, close of the bare stack and of each service]], nanoseconds."""
    peer, server = connection()
    with peer, server:
        command = [f"{PROBES}/open_close", str(FIRST + ROUNDS), "alice", f"{PROBES}/nothing", BARE, *names]
        try:
            answer = subprocess.run(command, stdin=server, capture_output=True, text=True, timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"open_close did not end within {TIMEOUT_S} s") from error
    if answer.returncode == -signal.SIGTERM:
        raise Failure("open_close got SIGTERM, as a leader does whose watchdog is lost")
    if answer.returncode != 0:
        raise Failure(f"open_close ended with {answer.returncode}: {answer.stderr.strip()}")
    return [[int(word) / 1e6 for word in line.split()] for line in answer.stdout.splitlines()][FIRST:]


def measure_calls():
    names = services()
    rows = run_rounds(names.values())
    result = {"rounds": len(rows), "floor": spread([row[0] for row in rows]), "added": {}}
    for number, name in enumerate(names, start=1):
        opened = [row[2 + 3 * number] - row[2] for row in rows]
        closed = [row[3 + 3 * number] - row[3] for row in rows]
        result["added"][name] = {"open": spread(opened), "close": spread(closed)}
    own = result["added"]["pam_idletimeout"]["open"]
    result["ratio_to_floor"] = {name: own[name] / result["floor"][name] for name in ("median", "p10")}
    return result


def time_login(sshd):
    begun = time.monotonic()
    answer = client.run(sshd, "alice", "true")
    if answer.returncode != 0:
        raise Failure(f"ssh ended with {answer.returncode}: {answer.stderr}")
    return (time.monotonic() - begun) * 1000


def measure_ssh():
    """Pairs of `ssh host true`, in turns the one and the other first."""
    daemons = [Sshd("bench-with", pam_line(LINE)), Sshd("bench-without", "")]
    took = []
    try:
        for number in range(PAIRS + 2):
            order = (0, 1) if number % 2 else (1, 0)
            times = {at: time_login(daemons[at]) for at in order}
            took.append((times[0], times[1]))
    finally:
        for sshd in daemons:
            sshd.stop()
    took = took[2:]
    added = [with_it - without for with_it, without in took]
    return {
        "pairs": len(took),
        "with": spread([pair[0] for pair in took]),
        "without": spread([pair[1] for pair in took]),
        "added": spread(added),
        "confidence": confidence(added),
    }


def run():
    progress(f"{ROUNDS} rounds of pam_open_session")
    result = {"arguments": LINE, "unit": "ms", "calls": measure_calls()}
    progress(f"{PAIRS} pairs of ssh logins")
    result["ssh"] = measure_ssh()
    own = result["calls"]["added"]["pam_idletimeout"]["open"]["median"]
    result["share_of_login"] = own / result["ssh"]["without"]["median"]
    return result


def render(result):
    calls, ssh = result["calls"], result["ssh"]
    rows = [["fork + exec + wait of a static program, the floor", *cells(calls["floor"])]]
    for name, added in calls["added"].items():
        rows.append([f"pam_open_session, {name}", *cells(added["open"])])
        rows.append([f"pam_close_session, {name}", *cells(added["close"])])
    logins = [[f"`ssh host true`, {name}", *cells(ssh[name], digits=1)] for name in ("without", "with", "added")]
    low, high = ssh["confidence"]
    absent = "" if "pam_systemd" in calls["added"] else " pam_systemd is not among them: there was no logind to answer it."
    return "\n\n".join(
        (
            "## Cost at login",
            f"`{result['arguments']}`. {calls['rounds']} interleaved rounds; what each module adds to a stack of pam_permit alone, "
            f"milliseconds.{absent}",
            table(["ms", "median", "p10", "p90"], rows),
            f"Our pam_open_session takes {calls['ratio_to_floor']['median']:.2f} times the floor, by the tenth percentiles of both, which "
            f"other work on the machine disturbs least, {calls['ratio_to_floor']['p10']:.2f} times (goal: 1.5).",
            f"{ssh['pairs']} pairs of logins at the same sshd with our line and without it:",
            table(["ms", "median", "p10", "p90"], logins),
            f"The median of what is added lies between {low:.1f} and {high:.1f} ms (95 %); it is "
            f"{100 * ssh['added']['median'] / ssh['without']['median']:.1f} % of a login, and the call by itself "
            f"{100 * result['share_of_login']:.2f} % (goal: 1 %).",
        )
    )

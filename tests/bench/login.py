# SPDX-License-Identifier: BSD-3-Clause
"""The time that a session's opening takes with our line in the PAM stack and without it, and what a process costs."""

import signal
import socket
import subprocess

from failure import Failure
from harness.sshd import pam_line, write_service
from spread import columns, spread

STACK = "session  required pam_permit.so\n{line}\n"
LINE = "idle=15m keepalive=30s max=12h"
ROUNDS = 500
FIRST = 20
TIMEOUT_S = 120
MS = 1_000_000

SERVICES = ("bench-with", "bench-without")
CALLS = ("pam_start", "pam_open_session", "pam_close_session")


def connection():
    """Both ends of a TCP connection over loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        return client, listener.accept()[0]


def run_rounds(probes):
    """[[start, open, close with, start, open, close without, floor]], nanoseconds."""
    client, server = connection()
    with client, server:
        command = [f"{probes}/open_close", str(FIRST + ROUNDS), "alice", *SERVICES, f"{probes}/nothing"]
        try:
            answer = subprocess.run(command, stdin=server, capture_output=True, text=True, timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"open_close did not end within {TIMEOUT_S} s") from error
    if answer.returncode == -signal.SIGTERM:
        raise Failure("open_close got SIGTERM, as a leader does whose watchdog is lost")
    if answer.returncode != 0:
        raise Failure(f"open_close ended with {answer.returncode}: {answer.stderr.strip()}")
    return [[int(word) for word in line.split()] for line in answer.stdout.splitlines()][FIRST:]


def measure(probes):
    for service, line in zip(SERVICES, (pam_line(LINE), "")):
        write_service(service, line, STACK)
    rounds = run_rounds(probes)
    result = {"arguments": LINE, "rounds": len(rounds), "unit": "ns", "floor": spread(row[6] for row in rounds)}
    for at, call in enumerate(CALLS):
        result[call] = {
            "with": spread(row[at] for row in rounds),
            "without": spread(row[at + 3] for row in rounds),
            "added": spread(row[at] - row[at + 3] for row in rounds),
        }
    result["ratio_to_floor"] = result["pam_open_session"]["added"]["median"] / result["floor"]["median"]
    return result


def table(result):
    lines = [
        f"time at login: {result['arguments']}, {result['rounds']} interleaved rounds",
        f"  {'ms':44}{'median':>10}{'p10':>10}{'p90':>10}",
    ]
    for call in CALLS:
        for kind in ("without", "with", "added"):
            lines.append(f"  {call + ' ' + kind:44}{columns(result[call][kind], MS)}")
    lines.append(f"  {'fork + exec + wait of a static program':44}{columns(result['floor'], MS)}")
    lines.append(f"  added to pam_open_session / that floor: {result['ratio_to_floor']:.2f}")
    return lines

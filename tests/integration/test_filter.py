# SPDX-License-Identifier: BSD-3-Clause
"""
The filter of system calls refuses nothing that a watchdog does in its life, whatever C library it runs on. Refusals are
answers ENOSYS, which no call of a watchdog gets otherwise; strace sees them.
"""

import os
import re
import signal
import subprocess
import time

import pytest
from harness import audit, client, place, proc
from harness.local import COMMANDS

# What strace writes of a process that it has begun to follow.
ENDED = r"^{pid} +(?:[\d.]+ +)?\+\+\+ (exited with 0|killed by SIGKILL)"


class Trace:
    """strace of a process and of whatever it starts from now on."""

    def __init__(self, pid, path):
        self.path = path
        self.process = subprocess.Popen(
            ["strace", "-f", "-q", "-e", "trace=all", "-o", path, "-p", str(pid)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        place.wait_for(lambda: proc.status(pid).get("TracerPid", "0") != "0" or self.failed(), 5, "strace follows")

    def failed(self):
        if self.process.poll() is not None:
            pytest.skip(f"strace: {self.process.stderr.read().decode().strip()}")

    def lines(self):
        with open(self.path, encoding="utf-8", errors="backslashreplace") as file:
            return file.read()

    def refused(self):
        """Calls that were answered as if there were no such call, and by whom."""
        return [line for line in self.lines().splitlines() if "ENOSYS" in line]

    def saw_end_of(self, pid):
        return re.search(ENDED.format(pid=pid), self.lines(), re.MULTILINE)

    def close(self):
        self.process.terminate()
        self.process.wait(5)
        self.process.stderr.close()


@pytest.fixture
def traced(keep, tmp_path):
    tool = place.missing_tool("strace")
    if tool:
        pytest.skip(f"{tool} is not installed")
    return lambda pid: keep(Trace(pid, str(tmp_path / f"trace.{pid}")))


def command(*words):
    answer = subprocess.run([place.COMMAND, *words], capture_output=True, text=True, timeout=20)
    assert answer.returncode == 0, answer


def nothing_was_refused(trace, session):
    place.wait_for(lambda: trace.saw_end_of(session.watchdog), 5, "the end of the watchdog in the trace")
    assert not trace.refused(), "\n".join(trace.refused()[:20])


def test_life_from_the_login_to_a_sweep(daemon, shell, traced):
    """Looks at all sources, a question, an order, a stop, a forged stamp, a warning, and everything that is told at the end."""
    sshd = daemon("idle=8s warn=4s keepalive=3s max=12h kill=session")
    trace = traced(sshd.process.pid)
    terminal = shell(sshd)
    session = sshd.session()
    command("show", session.id)
    command("extend", session.id, "3s")
    os.kill(session.watchdog, signal.SIGSTOP)
    time.sleep(0.2)
    os.kill(session.watchdog, signal.SIGCONT)
    terminal.run("(trap '' HUP TERM; exec sleep 600) </dev/null >/dev/null 2>&1 & disown")
    terminal.run("touch -a -d yesterday $(tty)")
    session.wait_end(60)
    terminal.wait_end(2)
    sshd.log.wait("idle-watchdog", "disconnected alice")
    sshd.log.wait("idle-watchdog", "tampering in the session of alice")
    assert any("Press any key" in line for line in terminal.reasons()), terminal.shown
    assert not [pid for pid in proc.of_audit_session(session.ses) if proc.alive(pid)]
    nothing_was_refused(trace, session)
    if place.AUDIT_LOG:
        assert place.wait_for(lambda: audit.search("RESP_TERM_ACCESS", session.ses), 5)


def test_transfer_without_a_terminal(daemon, keep, traced):
    """The tables of sockets are asked while payload flows."""
    sshd = daemon("idle=6s")
    trace = traced(sshd.process.pid)
    child = keep(client.Terminal(client.command(sshd, "alice", "for i in 1 2 3 4 5 6 7 8; do echo x; sleep 1; done")))
    session = sshd.session()
    child.wait_end(20)
    nothing_was_refused(trace, session)
    assert "NETLINK_SOCK_DIAG" in trace.lines()


def test_close_by_an_administrator(daemon, shell, traced):
    sshd = daemon("idle=15m require_audit" if place.AUDIT_LOG else "idle=15m")
    trace = traced(sshd.process.pid)
    shell(sshd)
    session = sshd.session()
    command("close", session.id)
    session.wait_end(10)
    sshd.log.wait("idle-watchdog", "disconnected alice", "closed by uid 0")
    nothing_was_refused(trace, session)


def test_report_of_a_lost_watchdog(daemon, shell, traced):
    sshd = daemon("idle=15m")
    trace = traced(sshd.process.pid)
    shell(sshd)
    session = sshd.session()
    os.kill(session.watchdog, signal.SIGKILL)
    session.wait_end(10)
    sshd.log.wait("idle-watchdog", "disconnected alice", "the watchdog of the session was lost")
    nothing_was_refused(trace, session)


def test_session_without_a_connection(keep, su_service, traced):
    """su alone: what login does while it is traced is its own affair."""
    su_service("idle=4s warn=2s")
    host = keep(client.Terminal(["sh"]))
    trace = traced(host.child.pid)
    log = place.Log()
    host.key("exec " + " ".join(COMMANDS["su"]) + "\r")
    host.wait_end(40)
    log.wait("idle-watchdog", "disconnected alice (su-l")
    assert not trace.refused(), "\n".join(trace.refused()[:20])

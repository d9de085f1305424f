# SPDX-License-Identifier: BSD-3-Clause
"""Sessions that end by themselves: nothing is recorded but that they were armed, and nothing is left."""

import os
import subprocess
import time

import pytest
from harness import audit, checks, client, place, proc

ARGUMENTS = "idle=15m keepalive=30s max=12h"


def nothing_but_armed(sshd, count=1):
    """For every session of the daemon. The log is asked where there is no audit."""
    place.wait_for(lambda: not sshd.leaders(), 5, "the leaders are gone")
    closed = "session closed for user"
    place.wait_for(lambda: len(sshd.log.lines(closed)) == count, 3, lambda: f"{count} sessions closed: {sshd.log.tail()}")
    sshd.log.wait("armed")
    assert len(sshd.log.lines("armed", f"({sshd.service}, ")) == count, sshd.log.tail(40)
    for word in ("disconnected alice", "tampering"):
        assert not sshd.log.lines(word)
    if not place.AUDIT_LOG:
        return
    sessions = place.wait_for(lambda: audit.of_service(sshd.service), 5, "USER_START")
    assert len(sessions) == count
    for ses in sessions:
        place.wait_for(lambda: audit.ours(ses), 5, "the armed record")
        assert [row["op"] for row in audit.ours(ses)] == ["idletimeout:armed"]
        assert not [pid for pid in proc.of_audit_session(ses)]


def test_logout_of_a_shell(daemon, shell):
    sshd = daemon(ARGUMENTS)
    terminal = shell(sshd)
    session = sshd.session()
    terminal.key("exit\r")
    ended = terminal.wait_end(5)
    assert terminal.exit_status() == 0
    assert proc.wait_gone(session.watchdog_fd, ended + 1 - time.monotonic()), "the watchdog lives 1 s after the logout"
    checks.closed_properly(session)
    assert "idletimeout" not in terminal.shown
    nothing_but_armed(sshd)


def test_client_that_drops_the_connection(daemon, shell):
    sshd = daemon(ARGUMENTS)
    terminal = shell(sshd)
    session = sshd.session()
    terminal.key("\r~.")
    ended = terminal.wait_end(5)
    assert proc.wait_gone(session.watchdog_fd, ended + 1 - time.monotonic())
    checks.closed_properly(session)
    nothing_but_armed(sshd)


def watchdogs_of(sshd):
    return [pid for pid in proc.watchdogs() if proc.watched_pid(pid) in proc.children(sshd.process.pid)]


def test_command(daemon):
    sshd = daemon(ARGUMENTS)
    answer = client.run(sshd, "alice", "true")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
    time.sleep(1)
    assert not watchdogs_of(sshd)
    nothing_but_armed(sshd)


def test_exit_status_and_output_of_a_command_are_its_own(daemon):
    sshd = daemon(ARGUMENTS)
    answer = client.run(sshd, "alice", "echo out; echo err >&2; exit 7")
    assert (answer.returncode, answer.stdout, answer.stderr) == (7, "out\n", "err\n")


def test_command_returns_at_once(daemon):
    """No pipe of the command is held by anybody: the client sees its end as soon as without the module."""
    plain = daemon(None, line="session required pam_permit.so")
    armed = daemon(ARGUMENTS)

    def best(sshd):
        took = []
        for _ in range(5):
            begin = time.monotonic()
            assert client.run(sshd, "alice", "echo x | cat").returncode == 0
            took.append(time.monotonic() - begin)
        return min(took)

    assert best(armed) < best(plain) + 0.5


@pytest.mark.parametrize("tool", ["scp", "scp -O", "sftp"])
def test_copying_a_file(daemon, tmp_path, tool):
    sshd = daemon(ARGUMENTS)
    source = tmp_path / "source"
    source.write_bytes(os.urandom(3 << 20))
    copy = tmp_path / "copy"
    remote = f"{place.ROOT}/home/alice/{sshd.service}.data"
    options = client.ssh_options(sshd)
    if tool == "sftp":
        batch = tmp_path / "batch"
        batch.write_text(f"put {source} {remote}\nget {remote} {copy}\nrm {remote}\n", encoding="ascii")
        words = ["sftp", *options, "-q", "-b", str(batch), f"alice@{sshd.address}"]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, timeout=60)
        count = 1
    else:
        words = tool.split() + [*options, "-q"]
        subprocess.run([*words, str(source), f"alice@{sshd.address}:{remote}"], check=True, timeout=60)
        subprocess.run([*words, f"alice@{sshd.address}:{remote}", str(copy)], check=True, timeout=60)
        count = 2
    assert copy.read_bytes() == source.read_bytes()
    time.sleep(1)
    assert not watchdogs_of(sshd)
    nothing_but_armed(sshd, count)


def test_transfer_longer_than_the_idle_limit(daemon, tmp_path):
    """A session without a terminal is judged by its payload: one that moves is not idle."""
    sshd = daemon("idle=4s")
    answer = client.run(sshd, "alice", "for i in $(seq 12); do head -c 20000 /dev/zero; sleep 1; done", timeout=30)
    assert answer.returncode == 0, sshd.log.tail()
    assert len(answer.stdout) == 240000


def test_background_job_of_a_logout_keeps_no_watchdog(daemon, shell):
    sshd = daemon(ARGUMENTS)
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("setsid nohup sleep 300 >/dev/null 2>&1 &")
    job = place.wait_for(
        lambda: [pid for pid in proc.of_audit_session(session.ses) if proc.command_line(pid) == "sleep 300"], 3, "the job"
    )[0]
    terminal.key("exit\r")
    terminal.wait_end(5)
    assert proc.wait_gone(session.watchdog_fd, 1.5)
    checks.closed_properly(session, survivors=[job])
    assert proc.alive(job)
    os.kill(job, 9)


def test_nothing_to_enforce_starts_no_process(daemon, shell):
    """No limit at all: PAM_IGNORE, as if the line were not there."""
    sshd = daemon("")
    terminal = shell(sshd)
    assert terminal.run("echo yes") == "yes"
    assert not watchdogs_of(sshd)

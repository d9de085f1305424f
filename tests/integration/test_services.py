# SPDX-License-Identifier: BSD-3-Clause
"""Other services than sshd: who leads the session there, what idle means, how it ends, and which are left alone."""

import os
import subprocess
import time

import pytest
from harness import become, checks, client, place, proc
from harness.local import Local, Telnetd, session_below
from harness.sshd import STACK, pam_line, records, unshared, write_service

STAMP_BUCKET = 8
HARDLY_LATE = 1
# The shell hears SIGHUP first, its end is what the leader waits for.
LADDER = 1.5

# Some percent of a CPU, for ever.
WORK = "while :; do i=0; while [ $i -lt 5000 ]; do i=$((i+1)); done; sleep 0.1; done"


def need(*tools):
    tool = place.missing_tool(*tools)
    if tool:
        pytest.skip(f"{tool} is not installed")


def assert_cut(session, begin, limit):
    end = session.wait_end(limit + 20)
    late = STAMP_BUCKET + HARDLY_LATE + LADDER
    assert limit <= end - begin <= limit + late, f"cut {end - begin:.3f} s after the last key"


def assert_accounted_for(session, user="alice"):
    session.sshd.log.wait(f"session closed for user {user}")
    session.sshd.log.wait("idle-watchdog", f"disconnected {user} ({session.service}, pts/", "idle ")
    assert proc.wait_gone(session.watchdog_fd, 2)
    session.wait_nothing_left()
    if place.AUDIT_LOG:
        place.wait_for(lambda: checks.audit.search("RESP_TERM_ACCESS", session.ses), 5, "RESP_TERM_ACCESS")
        place.wait_for(lambda: checks.audit.search("USER_END", session.ses), 5, "USER_END")


@pytest.fixture
def sudo(su_service):
    """sudo("idle=20s", "use_pty") gives sudo our line, and root the right to become anybody."""
    need("sudo")

    def write(arguments, pty):
        become.write("/etc/sudoers.d/sandbox", become.RULES.replace("use_pty", pty) + "root ALL=(ALL) NOPASSWD: ALL\n", 0o440)
        for name in ("sudo", "sudo-i"):
            write_service(name, pam_line(arguments), STACK)

    yield write
    become.allow_sudo()


@pytest.fixture
def local(keep):
    sessions = []

    def start(service, words):
        host = Local(service)
        terminal = keep(client.Terminal(words))
        session = session_below(host, terminal.child.pid)
        sessions.append(session)
        return session, terminal

    yield start
    for session in sessions:
        session.release()


@pytest.mark.parametrize("pty", ["use_pty", "!use_pty"])
def test_sudo_shell_is_kept_by_typing_and_cut_without(sudo, local, pty):
    """With use_pty the shell has a terminal of sudo's own, and what is typed passes through both."""
    limit = 5
    sudo(f"idle={limit}s warn=2s", pty)
    session, terminal = local("sudo-i", ["sudo", "-i", "-u", "alice"])
    terminal.ready()
    assert proc.stat(session.leader)[0] == "sudo"
    shells = {proc.stat(pid)[3] for pid in proc.descendants(session.leader)}
    assert (len(shells) > 1 or proc.stat(session.leader)[3] not in shells) == (pty == "use_pty"), shells
    for _ in range(4):
        terminal.key()
        assert terminal.watch(4), terminal.shown
    assert session.is_up()
    begin = terminal.key("\x15")
    assert_cut(session, begin, limit)
    terminal.wait_end(2)
    terminal.exit_status()
    assert len(terminal.reasons()) >= 2, terminal.shown
    assert_accounted_for(session)


@pytest.mark.parametrize("pty", ["use_pty", "!use_pty"])
def test_command_under_sudo_that_works_is_idle_unless_work_counts(sudo, local, pty):
    limit = 4
    sudo(f"idle={limit}s warn=off", pty)
    session, terminal = local("sudo", ["sudo", "-u", "alice", "sh", "-c", WORK])
    begin = time.monotonic()
    assert_cut(session, begin, limit)
    terminal.wait_end(2)
    terminal.exit_status()
    assert_accounted_for(session)

    sudo(f"idle={limit}s warn=off activity=input,process", pty)
    session, terminal = local("sudo", ["sudo", "-u", "alice", "sh", "-c", WORK])
    terminal.watch(limit + STAMP_BUCKET + HARDLY_LATE + 3)
    assert session.is_up(), session.sshd.log.tail()


def test_command_of_su_is_cut_as_its_shell_is(su_service, local):
    """su keeps the terminal: what was typed there last, into whatever runs, decides."""
    su_service("idle=6s warn=off")
    session, terminal = local("su", ["su", "alice", "-c", "sleep 600"])
    assert proc.stat(session.leader)[0] == "su"
    begin = time.monotonic()
    end = session.wait_end(30)
    # su itself waits two seconds for its shell.
    assert 6 <= end - begin + 0.5 and end - begin <= 6 + STAMP_BUCKET + HARDLY_LATE + LADDER + 2.5
    terminal.wait_end(2)
    terminal.exit_status()
    assert_accounted_for(session)


WITHOUT_TERMINAL = {
    "su": ("su", ["su", "alice", "-c", "echo done"]),
    "su -": ("su-l", ["su", "-", "alice", "-c", "echo done"]),
    "sudo": ("sudo", ["sudo", "-n", "-u", "alice", "echo", "done"]),
}


@pytest.mark.parametrize("way", WITHOUT_TERMINAL)
def test_script_without_a_terminal_is_left_alone(sudo, su_service, way):
    """As in a job of cron's: there is neither a terminal nor a connection that a limit could be enforced on."""
    service, words = WITHOUT_TERMINAL[way]
    sudo("idle=6s max=6s debug", "use_pty")
    su_service("idle=6s max=6s debug")
    log = place.Log()
    answer = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True, timeout=20)
    assert (answer.returncode, answer.stdout) == (0, "done\n"), answer
    log.wait(f"pam_idletimeout({service}:session)", "not armed: no connection or terminal")
    assert not log.lines(f"({service}:session): armed"), log.tail()


def test_telnet_login_is_kept_by_typing_and_cut_without(su_service, keep):
    """telnetd runs login on a terminal of its own, and the connection is telnetd's: only the terminal is there to tell by."""
    need("telnetd", "telnet")
    limit = 5
    su_service(f"idle={limit}s warn=2s keepalive=30s")
    server = keep(Telnetd("127.0.0.1"))
    host = Local("login")
    terminal = keep(client.Terminal(["telnet", server.address, str(server.port)]))
    terminal.wait_shown("login: ")
    terminal.key("alice\r")
    session = keep_session(keep, host, server)
    terminal.ready()
    assert proc.stat(session.leader)[0] == "login"
    assert session.record["rhost"] and not session.record.get("address"), session.record
    for _ in range(4):
        terminal.key()
        assert terminal.watch(4), terminal.shown
    begin = terminal.key("\x15")
    assert_cut(session, begin, limit)
    terminal.wait_end(3)
    assert len(terminal.reasons()) >= 2, terminal.shown
    assert_accounted_for(session)


def keep_session(keep, host, server):
    place.wait_for(lambda: server.children, 5, "a connection")
    session = session_below(host, server.children[0].pid)
    session.close = session.release
    return keep(session)


# -- Left alone ----------------------------------------------------------------


def run_with_own_spool(words):
    """With the machine's spool of cron and at out of reach."""
    spool = f"{place.ROOT}/spool"
    before = f"rm -rf {spool} && cp -a /var/spool/cron {spool} && mount --bind {spool} /var/spool/cron"
    return subprocess.Popen(unshared(["sh", "-c", words], before, False), stdin=subprocess.DEVNULL)


def assert_left_alone(service, words, done):
    write_service(service, pam_line("idle=6s max=6s debug"), STACK)
    log = place.Log()
    daemon = run_with_own_spool(words)
    try:
        place.wait_for(lambda: os.path.exists(done), 20, log.tail)
        log.wait(f"pam_idletimeout({service}:session)", "not armed: no connection or terminal")
        assert not log.lines(f"({service}:session): armed"), log.tail()
        assert all(record.get("service") != service for record in records().values())
    finally:
        daemon.kill()
        daemon.wait()


def test_jobs_of_cron_are_left_alone():
    need("cron")
    done = f"{place.ROOT}/home/alice/cron.done"
    with open("/etc/cron.d/sandbox", "w", encoding="ascii") as table:
        table.write(f"@reboot alice touch {done}; sleep 8\n")
    assert_left_alone("cron", "exec cron -f", done)


def test_jobs_of_at_are_left_alone():
    need("at", "atd")
    done = f"{place.ROOT}/home/alice/at.done"
    words = f"echo 'touch {done}; sleep 8' | setpriv --reuid=alice --regid=alice --clear-groups at now && exec atd -f -b 1"
    assert_left_alone("atd", words, done)

# SPDX-License-Identifier: BSD-3-Clause
"""Around the session things go wrong: a log daemon that hangs, a /proc that hides."""

import grp
import socket
import threading

import pytest
from harness import client, proc


class HangingLog:
    """A log daemon that stops reading: from then on its queue is full and every sender waits."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.settimeout(0.1)
        self.reads = True
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        while self.reads:
            try:
                self.socket.recv(65536)
            except TimeoutError:
                pass

    def hang(self):
        self.reads = False
        self.reader.join()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
            filler.connect(self.path)
            filler.setblocking(False)
            try:
                while True:
                    filler.send(b"<86>filler")
            except BlockingIOError:
                pass

    def close(self):
        self.reads = False
        self.reader.join()
        self.socket.close()


@pytest.mark.fault("The log", "its daemon hangs and the socket is full", "cut within 2 s of the limit")
def test_hanging_log_daemon_delays_no_cut(daemon, shell, keep, tmp_path, observe):
    log = keep(HangingLog(str(tmp_path / "log")))
    tmp_path.chmod(0o755)
    sshd = daemon("idle=6s", before=f"mount --bind {log.path} /dev/log")
    terminal = shell(sshd)
    session = sshd.session()
    terminal.run("true")
    begin = terminal.last_key
    log.hang()
    took = terminal.wait_end(15) - begin
    assert 6 <= took <= 6 + 2, f"the client was gone {took:.3f} s after the last key"
    assert any("no activity" in line for line in terminal.reasons()), terminal.shown
    # sshd itself may hang in the log after that; the session is closed, and nobody is on it.
    assert proc.wait_gone(session.watchdog_fd, 10)
    assert not session.own_files()
    observe(f"cut {took:.1f} s after the last key, limit 6 s")


def mount_proc(options):
    return f"mount -t proc -o {options} proc /proc"


@pytest.mark.fault("/proc", "hidepid=invisible with gid=", "armed, the terminal found, cut within 2 s of the limit")
def test_hidden_processes_are_seen_through_the_group_of_the_mount(daemon, shell, observe):
    group = grp.getgrnam("nogroup").gr_gid
    sshd = daemon("idle=6s", before=mount_proc(f"hidepid=invisible,gid={group}"))
    terminal = shell(sshd)
    session = sshd.session()
    assert str(group) in proc.status(session.watchdog)["Groups"].split()
    assert session.listed()["tty"], "the terminal is found"
    terminal.run("true")
    took = session.wait_end(15) - terminal.last_key
    assert 6 <= took <= 7, f"cut {took:.3f} s after the last key"
    observe(f"cut {took:.1f} s after the last key, limit 6 s")


@pytest.mark.fault("/proc", "hidepid=invisible without gid=", "refused, one line that says why")
def test_processes_hidden_from_everybody_refuse_the_session_and_say_why(daemon, observe):
    sshd = daemon("idle=6s", before=mount_proc("hidepid=invisible"))
    answer = client.run(sshd, "alice", "true")
    assert answer.returncode != 0
    line = sshd.log.wait("not armed")[0][1]
    assert "hidepid" in line, line
    observe("refused: “" + line.split("): ", 2)[2] + "”")


def test_terminals_are_reached_through_their_group(daemon, shell):
    """Not by a capability alone: where the kernel has no Landlock there is none."""
    sshd = daemon("idle=15m")
    shell(sshd)
    assert str(grp.getgrnam("tty").gr_gid) in proc.status(sshd.session().watchdog)["Groups"].split()

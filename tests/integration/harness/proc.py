# SPDX-License-Identifier: BSD-3-Clause
"""What /proc and the kernel's socket tables say, which is what the tests judge by."""

import os
import re
import select
import subprocess

ALIVE = "RSDTtIWP"


def pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def read(pid, name):
    """The text of /proc/PID/NAME, empty when the process is gone."""
    try:
        with open(f"/proc/{pid}/{name}", encoding="utf-8", errors="backslashreplace") as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def stat(pid):
    """(comm, state, parent, tty number, start time) or None."""
    text = read(pid, "stat")
    found = re.match(r"\d+ \((.*)\) (.*)", text, re.DOTALL)
    if not found:
        return None
    rest = found.group(2).split()
    return found.group(1), rest[0], int(rest[1]), int(rest[4]), int(rest[19])


def session(pid):
    """The session id, as setsid(2) makes it; None when the process is gone."""
    found = re.match(r"\d+ \(.*\) \S \d+ \d+ (\d+)", read(pid, "stat"), re.DOTALL)
    return int(found.group(1)) if found else None


def state(pid):
    found = stat(pid)
    return found[1] if found else ""


def alive(pid):
    return state(pid) in list(ALIVE)


def children(pid):
    return [int(word) for word in read(pid, f"task/{pid}/children").split()]


def descendants(pid):
    found = []
    for child in children(pid):
        found += [child] + descendants(child)
    return found


def command_line(pid):
    return read(pid, "cmdline").replace("\0", " ").strip()


def status(pid):
    return dict(line.split(":\t", 1) for line in read(pid, "status").splitlines() if ":\t" in line)


def audit_session(pid):
    text = read(pid, "sessionid").strip()
    return int(text) if text else None


def login_uid(pid):
    text = read(pid, "loginuid").strip()
    return int(text) if text else None


def of_audit_session(session):
    """The pids, zombies included, of an audit session."""
    return [pid for pid in pids() if audit_session(pid) == session]


def environment(pid):
    return [entry for entry in read(pid, "environ").split("\0") if entry]


def fds(pid):
    """{fd: what it is}"""
    table = {}
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                table[int(name)] = os.readlink(f"/proc/{pid}/fd/{name}")
            except OSError:
                pass
    except OSError:
        pass
    return table


def watched_pid(pid):
    """The pid that a process holds a pidfd of as its descriptor 4, which is how a watchdog knows its leader."""
    found = re.search(r"^Pid:\t(-?\d+)", read(pid, "fdinfo/4"), re.MULTILINE)
    return int(found.group(1)) if found else None


def watchdogs():
    return [pid for pid in pids() if (stat(pid) or ("",))[0].startswith("idle-watchdog")]


def wait_gone(pidfd, timeout):
    """Waits for the end of the process behind a pidfd; whether it came."""
    poller = select.poll()
    poller.register(pidfd, select.POLLIN)
    return bool(poller.poll(max(0, timeout) * 1000))


def tcp(filters, namespace=None):
    """Lines of ss for TCP sockets, with timers and TCP_INFO on the same line."""
    enter = ["nsenter", f"--net={namespace}"] if namespace else []
    command = enter + ["ss", "-HOtinp"] + filters.split()
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def tcp_number(line, key):
    found = re.search(rf"\b{key}:(\d+)", line)
    return int(found.group(1)) if found else None

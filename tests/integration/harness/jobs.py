# SPDX-License-Identifier: BSD-3-Clause
"""What users leave running: jobs that say in a file, again and again, that they live."""

import os
import signal
import time

from . import place, proc

# In a session: python3 work.py FILE KIND. Each job is bounded in time and in number.
PROGRAM = """\
import mmap, os, signal, sys, time

path, kind = sys.argv[1:]
end = time.monotonic() + 60


def live():
    while time.monotonic() < end:
        with open(path, "a") as file:
            file.write(f"{os.getpid()}\\n")
        time.sleep(0.1)
    os._exit(0)


def ignore_all():
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)


def run_away():
    # Each process forks the next and ends: whoever looks for it finds the one before.
    for _ in range(3000):
        if os.fork():
            os._exit(0)
        with open(path, "w") as file:
            file.write(f"{os.getpid()}\\n")
        time.sleep(0.002)


def multiply():
    # 200 processes, each of which answers SIGTERM by two more that ignore it, up to 800 in all.
    left = mmap.mmap(-1, 800)

    def twice(*_):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for _ in range(2):
            spare = left.find(b"\\0")
            if spare >= 0:
                left[spare] = 1
                os.fork()

    signal.signal(signal.SIGTERM, twice)
    for _ in range(199):
        if not os.fork():
            break
    live()


if kind == "deaf":
    ignore_all()
elif kind == "runaway":
    ignore_all()
    run_away()
elif kind == "multiplying":
    multiply()
elif kind == "stopped":
    open(path, "a").write(f"{os.getpid()}\\n")
    os.kill(os.getpid(), signal.SIGSTOP)
live()
"""

STARTED_BY = {
    "tmux": "tmux -S {file}.tmux -f /dev/null new-session -d '{work}'",
    "screen": "SCREENDIR={place}/screens screen -dmS {name} {work}",
    "nohup": "nohup {work} >/dev/null 2>&1 &",
    "setsid": "setsid {work} </dev/null >/dev/null 2>&1 &",
    "daemon": "(setsid sh -c '{work} &' </dev/null >/dev/null 2>&1)",
    "su": "su bob -c 'setsid {work} </dev/null >/dev/null 2>&1 &'",
    "sudo": "sudo setsid -f {work} </dev/null >/dev/null 2>&1",
}


class Jobs:
    """The jobs of one session, each in a file named after it."""

    def __init__(self, name, user="alice"):
        self.name = name
        self.place = f"{place.ROOT}/home/{user}/{name}"
        self.names = []

    def prepare(self, terminal):
        terminal.run(f"umask 0; mkdir -p {self.place} && cd; mkdir -m 700 -p {self.place}/screens; chmod 711 ~")
        with open(f"{self.place}/work.py", "w", encoding="ascii") as file:
            file.write(PROGRAM)

    def start(self, terminal, name, how, kind="plain"):
        """Starts a job and waits until it has said that it lives."""
        file = f"{self.place}/{name}"
        work = f"python3 {self.place}/work.py {file} {kind}"
        terminal.run(STARTED_BY[how].format(file=file, work=work, place=self.place, name=self.name))
        self.names.append(name)
        place.wait_for(lambda: self.said(name), 10, lambda: f"the job {name}: {terminal.shown[-600:]}")

    def said(self, name):
        try:
            with open(f"{self.place}/{name}", encoding="ascii") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def pids(self):
        """Every process that was started for a job, servers of terminals included."""
        return [pid for pid in proc.pids() if self.place in proc.command_line(pid) or self.is_screen(pid)]

    def is_screen(self, pid):
        return f"-dmS {self.name} " in proc.command_line(pid)

    def assert_writing(self):
        """All of them live, and go on with what they do."""
        before = {name: len(self.said(name)) for name in self.names}
        place.wait_for(
            lambda: all(len(self.said(name)) > size for name, size in before.items()),
            3,
            lambda: f"{[name for name, size in before.items() if len(self.said(name)) <= size]} write no more",
        )

    def close(self):
        for pid in self.pids():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)

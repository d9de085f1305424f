# SPDX-License-Identifier: BSD-3-Clause
"""
The main job, shown live: an idle ssh session that is warned, disconnected and explained, and a dead peer that is
noticed. Runs in the sandbox (see sandbox.sh), takes about half a minute, prints in plain words what happens.
"""

import re
import subprocess
import sys
import textwrap
import time

from harness import audit, client, place, proc
from harness.peer import Peer
from harness.sshd import Sshd, pam_line

ARGUMENTS = "idle=15s warn=8s,4s keepalive=2s keepalive_count=3 max=10m"
WIDTH = 100


class Failure(Exception):
    pass


def say(text=""):
    print(text, flush=True)


def title(text):
    say()
    say(f"== {text} " + "=" * max(4, WIDTH - len(text) - 4))


def block(name, text):
    for line in text.splitlines():
        if line.strip():
            for piece in textwrap.wrap(line.rstrip(), WIDTH + 60, drop_whitespace=False, subsequent_indent="    "):
                say(f"   {name} | {piece}")


class Shown:
    """Prints what came onto a terminal since the last time, line by line, in the way a person sees it."""

    def __init__(self, name, terminal):
        self.name, self.terminal, self.at = name, terminal, 0

    def print(self, rest=False):
        text = self.terminal.shown[self.at :]
        if not rest:
            text = text[: text.rfind("\n") + 1]
        self.at += len(text)
        block(self.name, text.replace("\a", "").replace("\r", ""))


def list_sessions():
    answer = subprocess.run([place.COMMAND, "list"], capture_output=True, text=True, timeout=10)
    block("idletimeout list", answer.stdout + answer.stderr)


def show_log(sshd, word):
    lines = place.wait_for(lambda: sshd.log.lines("idle-watchdog", word), 3)
    if not lines:
        raise Failure(f"the log has no line with '{word}': {sshd.log.tail()}")
    say("The log line:")
    block("syslog", lines[-1][1])


def show_audit(session):
    if not place.AUDIT_LOG:
        say(f"No audit records to show ({place.NO_AUDIT}): the log line says the same.")
        return
    if not place.wait_for(lambda: audit.search("RESP_TERM_ACCESS", session.ses), 5):
        raise Failure("the audit log has no RESP_TERM_ACCESS of the session")
    say(f"The audit record, by `ausearch -i -m RESP_TERM_ACCESS --session {session.ses}`:")
    found = audit.tool("ausearch", "-if", place.AUDIT_LOG, "-i", "-m", "RESP_TERM_ACCESS", "--session", str(session.ses))
    block("ausearch", "\n".join(line for line in found.splitlines() if line.startswith("type=")))


def idle_session():
    title("1. A session that nobody uses")
    sshd = Sshd("idletimeout-demo", pam_line(ARGUMENTS), address="0.0.0.0")
    sshd.address = "127.0.0.1"
    say(f"An sshd of its own listens on 127.0.0.1:{sshd.port}. Its PAM stack has, after pam_loginuid:")
    block(f"/etc/pam.d/{sshd.service}", pam_line("").split()[0] + "  required  pam_idletimeout.so " + ARGUMENTS)
    say("alice logs in with ssh, types one command, and goes for a coffee.")
    terminal = client.shell(sshd).ready()
    shown = Shown("alice's terminal", terminal)
    session = sshd.session()
    terminal.run("echo hello from $(tty)")
    begin = terminal.last_key
    tick = begin + 1
    while terminal.ended is None and time.monotonic() < begin + 25:
        terminal.watch(max(0.01, min(tick - time.monotonic(), 0.5)))
        shown.print()
        if time.monotonic() >= tick and terminal.ended is None:
            list_sessions()
            tick += 4
    shown.print(rest=True)
    if terminal.ended is None:
        raise Failure("the idle session was not disconnected")
    say(f"Disconnected {terminal.ended - begin:.1f} s after the last key; ssh ended with status {terminal.exit_status()}.")
    session.wait_end(3)
    session.wait_nothing_left(3)
    show_log(sshd, "disconnected alice")
    show_audit(session)
    terminal.close()
    return sshd


def dead_peer(sshd):
    title("2. A peer that is gone without a word")
    tool = place.missing_tool("nsenter", "ip")
    try:
        if tool:
            raise OSError(f"{tool} is not installed")
        peer = Peer()
    except (OSError, subprocess.CalledProcessError) as error:
        say(f"Not shown: no network namespace can be made here ({getattr(error, 'stderr', None) or error}).")
        return
    say(f"bob's computer ({peer.client}, a network namespace) logs in; then its network cable is pulled.")
    terminal = client.shell(sshd, user="bob", peer=peer).ready()
    session = sshd.session()
    terminal.run("echo hello")
    list_sessions()
    line = proc.tcp(f"state established sport = :{sshd.port}")[0]
    alive = time.monotonic() - proc.tcp_number(line, "lastack") / 1000
    peer.down()
    say("The cable is out. sshd alone would keep this session for hours.")
    end = session.wait_end(15)
    say(f"Closed {end - alive:.1f} s after the last sign of life; the limit is 2 s x 3.")
    session.wait_nothing_left(3)
    show_log(sshd, "disconnected bob")
    show_audit(session)
    terminal.close()
    peer.close()


def main():
    try:
        sshd = idle_session()
        dead_peer(sshd)
        title("3. What is left")
        left = proc.watchdogs()
        if left:
            raise Failure(f"watchdogs are left: {left}")
        say("No session, no watchdog, no record: each ended with its session.")
        list_sessions()
        sshd.stop()
    except KeyboardInterrupt:
        return 130
    except (Failure, AssertionError) as error:
        say(f"The demonstration FAILED: {re.sub(r'[^ -~]', '?', str(error))[:2000]}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: BSD-3-Clause
"""A peer that can vanish: a network namespace behind a veth pair."""

import subprocess

from . import place


def ip(*words, namespace=None):
    enter = ["nsenter", f"--net={namespace}"] if namespace else []
    subprocess.run(enter + ["ip", *words], check=True, capture_output=True, text=True)


class Peer:
    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec sleep 100000"], stdout=subprocess.PIPE)
        self.holder.stdout.readline()
        pid = self.holder.pid
        self.namespace = f"/proc/{pid}/ns/net"
        self.outer = f"peer{pid}"
        net = f"10.{100 + (pid >> 8) % 100}.{pid % 256}"
        self.server, self.client = f"{net}.1", f"{net}.2"
        ip("link", "add", self.outer, "type", "veth", "peer", "name", "eth0", "netns", str(pid))
        ip("addr", "add", f"{self.server}/24", "dev", self.outer)
        ip("link", "set", self.outer, "up")
        ip("addr", "add", f"{self.client}/24", "dev", "eth0", namespace=self.namespace)
        ip("link", "set", "lo", "up", namespace=self.namespace)
        self.up()

    def up(self):
        ip("link", "set", "eth0", "up", namespace=self.namespace)

    def down(self):
        ip("link", "set", "eth0", "down", namespace=self.namespace)

    def close(self):
        self.holder.kill()
        self.holder.wait()
        place.wait_for(self.gone, 5)

    def gone(self):
        return subprocess.run(["ip", "link", "show", self.outer], capture_output=True).returncode != 0

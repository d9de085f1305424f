# SPDX-License-Identifier: BSD-3-Clause
"""A cgroup of its own for a booted container, in the hierarchies that systemd uses, and its removal."""

import contextlib
import os
import shlex
import time

# Emptied cgroups of killed processes can be busy for a moment.
REMOVAL_S = 5


def mount_point(hierarchy):
    """Where /proc/self/cgroup's hierarchy is mounted: "" is cgroup2, "name=systemd" that of systemd 1."""
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        for line in mounts:
            left, _, right = line.partition(" - ")
            kind, _, options = right.split()
            if (kind == "cgroup2" and not hierarchy) or (hierarchy and hierarchy in options.split(",")):
                return left.split()[4]
    return None


def directories(name):
    found = []
    with open("/proc/self/cgroup", encoding="utf-8") as own:
        for line in own:
            _, hierarchy, path = line.rstrip("\n").split(":", 2)
            if hierarchy in ("", "name=systemd") and (top := mount_point(hierarchy)):
                found.append(os.path.join(top, path.lstrip("/"), name))
    return found


def inside(name, words):
    """The words of a command line that runs in new cgroups of that name."""
    into = []
    for directory in directories(name):
        os.makedirs(directory, exist_ok=True)
        into.append(f"echo $$ >{shlex.quote(directory)}/cgroup.procs")
    return ["sh", "-ec", "\n".join([*into, 'exec "$@"']), "sh", *words]


def remove_tree(top):
    for directory, _, _ in os.walk(top, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(directory)
    return not os.path.exists(top)


def remove(name):
    end = time.monotonic() + REMOVAL_S
    for top in directories(name):
        while not remove_tree(top) and time.monotonic() < end:
            time.sleep(0.1)

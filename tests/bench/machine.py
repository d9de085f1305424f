# SPDX-License-Identifier: BSD-3-Clause
"""The conditions that numbers were taken under."""

import os
import platform
import re
import subprocess
from pathlib import Path

from harness import place


def load():
    return round(os.getloadavg()[0], 2)


def processor():
    found = re.search(r"^model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else platform.machine()


def distribution():
    return platform.freedesktop_os_release().get("PRETTY_NAME", "unknown")


def openssh():
    answer = subprocess.run(["ssh", "-V"], capture_output=True, text=True)
    return answer.stderr.split(",")[0].strip()


def audit():
    """Each armed session writes one record, where the kernel takes it."""
    return "on" if place.AUDIT_LOG else f"not read ({place.NO_AUDIT})"


def watchdog():
    """A program without an interpreter in its header is a static one."""
    header = subprocess.run(["readelf", "--program-headers", place.WATCHDOG], capture_output=True, text=True).stdout
    return "dynamic" if "INTERP" in header else "static"


def describe():
    return {
        "kernel": platform.release(),
        "processor": processor(),
        "processors": len(os.sched_getaffinity(0)),
        "distribution": distribution(),
        "openssh": openssh(),
        "libc": " ".join(platform.libc_ver()),
        "audit": audit(),
        "watchdog": watchdog(),
    }


def render(machine):
    load = machine.get("load")
    loads = f"; load average {load['before']} before, {load['after']} after" if load else ""
    return (
        f"{machine['distribution']}, Linux {machine['kernel']}, {machine['libc']}, {machine['openssh']}; {machine['processors']} x "
        f"{machine['processor']}; kernel audit {machine['audit']}; watchdog {machine['watchdog']}{loads}."
    )

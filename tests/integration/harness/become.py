# SPDX-License-Identifier: BSD-3-Clause
"""Ways for alice to become somebody else without a password."""

import os

PERMIT = "auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n"
RULES = "Defaults use_pty\nalice ALL=(ALL) NOPASSWD: ALL\n"


def write(path, text, mode):
    """At once: tests beside this one read it."""
    staging = f"{path}.{os.getpid()}~"
    with open(staging, "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(staging, mode)
    os.rename(staging, path)


def allow_sudo():
    os.makedirs("/etc/sudoers.d", exist_ok=True)
    write("/etc/sudoers.d/sandbox", RULES, 0o440)
    for name in ("sudo", "sudo-i"):
        write(f"/etc/pam.d/{name}", PERMIT, 0o644)

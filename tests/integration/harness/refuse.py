# SPDX-License-Identifier: BSD-3-Clause
"""Runs a command for which sockets of one protocol of netlink cannot be made: refuse.py PROTOCOL ERRNO COMMAND [ARG..]"""

import ctypes
import os
import struct
import sys

AF_NETLINK = 16
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
ALLOW, ERROR = 0x7FFF0000, 0x00050000

# linux/bpf_common.h, linux/seccomp.h: the number of the call is at 0, its arguments from 16 on, eight bytes each.
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
SOCKET = {"x86_64": 41, "aarch64": 198, "riscv64": 198}


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, value)


def refuse(protocol, error):
    """From here on, for this process and all below it."""
    program = b"".join(
        [
            instruction(LOAD, 0),
            instruction(EQUAL, SOCKET[os.uname().machine], 0, 5),
            instruction(LOAD, 16),
            instruction(EQUAL, AF_NETLINK, 0, 3),
            instruction(LOAD, 32),
            instruction(EQUAL, protocol, 0, 1),
            instruction(RETURN, ERROR | error),
            instruction(RETURN, ALLOW),
        ]
    )
    buffer = ctypes.create_string_buffer(program)
    filters = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filters, 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")


if __name__ == "__main__":
    refuse(int(sys.argv[1]), int(sys.argv[2]))
    os.execvp(sys.argv[3], sys.argv[3:])

# SPDX-License-Identifier: BSD-3-Clause
"""Other network namespaces, entered by programs and by sockets of our own."""

import ctypes
import os
from concurrent.futures import ThreadPoolExecutor

CLONE_NEWNET = 0x40000000


def entered(namespace, words):
    """The words of a command line that runs there."""
    return ["nsenter", f"--net={namespace}", *words] if namespace else list(words)


def enter(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    fd = os.open(namespace, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if libc.setns(fd, CLONE_NEWNET) < 0:
            raise OSError(ctypes.get_errno(), "setns")
    finally:
        os.close(fd)


def made_in(namespace, make):
    """What make() returns, called by a thread that is there: a socket stays where it was made."""
    if not namespace:
        return make()
    with ThreadPoolExecutor(1, initializer=enter, initargs=[namespace]) as pool:
        return pool.submit(make).result()

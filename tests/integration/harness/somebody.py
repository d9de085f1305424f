# SPDX-License-Identifier: BSD-3-Clause
"""Doing something as somebody else, in a process of its own."""

import os


def does(uid, what):
    """Runs what() in a process of that user without groups; whether it went well."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            what()
            os._exit(0)
        except BaseException as error:
            os.write(2, f"{error!r}\n".encode())
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

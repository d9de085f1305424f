# SPDX-License-Identifier: BSD-3-Clause
"""
A program that opens sessions through libpam as a service would, one after the other, and tells what came of them.

One line of JSON a session comes in: service, user, rhost (may be empty). One goes out: the answer of pam_open_session, and
the session's record while it was open, or null. It has no connection: `from` is what rhost says.
"""

import ctypes
import json
import os
import sys

PAM_RHOST, PAM_TTY = 4, 3


class Handle(ctypes.c_void_p):
    pass


def load():
    libpam = ctypes.CDLL("libpam.so.0")
    libpam.pam_start.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.POINTER(Handle)]
    libpam.pam_set_item.argtypes = [Handle, ctypes.c_int, ctypes.c_char_p]
    for name in ("pam_open_session", "pam_close_session", "pam_end"):
        getattr(libpam, name).argtypes = [Handle, ctypes.c_int]
    return libpam


def own_record(parse, directory):
    for name in os.listdir(directory) if os.path.isdir(directory) else ():
        record = {} if name.endswith(".sock") else parse(os.path.join(directory, name))
        if record.get("leader_pid") == str(os.getpid()):
            return record
    return None


def live(libpam, job, parse, directory):
    handle, conversation = Handle(), (ctypes.c_void_p * 2)()
    assert libpam.pam_start(job["service"].encode(), job["user"].encode(), conversation, ctypes.byref(handle)) == 0
    libpam.pam_set_item(handle, PAM_TTY, b"ssh")
    if job["rhost"]:
        libpam.pam_set_item(handle, PAM_RHOST, job["rhost"].encode())
    answer = libpam.pam_open_session(handle, 0)
    record = own_record(parse, directory)
    if answer == 0:
        libpam.pam_close_session(handle, 0)
    libpam.pam_end(handle, answer)
    return {"answer": answer, "record": record}


def main():
    from harness import place
    from harness.sshd import parse_record

    libpam = load()
    for line in sys.stdin:
        print(json.dumps(live(libpam, json.loads(line), parse_record, place.RUN_DIR)), flush=True)


if __name__ == "__main__":
    main()

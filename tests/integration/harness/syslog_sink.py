# SPDX-License-Identifier: BSD-3-Clause
"""
Stands in for syslogd: syslog_sink.py SOCKET FILE appends each datagram to FILE as "BOOTTIME STAMP message", where STAMP
is the time of day that the sender wrote, or "-".
"""

import os
import re
import socket
import sys
import time


def main(path, log):
    sink = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    staging = path + ".new"
    sink.bind(staging)
    os.chmod(staging, 0o666)
    os.rename(staging, path)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    while True:
        data = sink.recv(65536)
        stamp = time.clock_gettime(time.CLOCK_BOOTTIME)
        text = data.decode("utf-8", "backslashreplace").rstrip("\0\n")
        head = re.match(r"<\d+>(?:\w{3} [ \d]\d (\d\d:\d\d:\d\d) )?", text)
        said = (head and head.group(1)) or "-"
        text = text[head.end() if head else 0 :].replace("\n", "\\n")
        os.write(out, f"{stamp:.3f} {said} {text}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])

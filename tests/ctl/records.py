# SPDX-License-Identifier: BSD-3-Clause
"""Audit records, journal entries and log lines as the machine writes them, for the checks of `idletimeout log`."""

import json
import re

UNSET = 0xFFFFFFFF
WATCHDOG = "/usr/libexec/pam_idletimeout/idle-watchdog"
START = 1767225600  # 2026-01-01 00:00:00 UTC

TYPES = {
    "armed": "USYS_CONFIG",
    "disconnect": "RESP_TERM_ACCESS",
    "would-disconnect": "RESP_ALERT",
    "tamper": "ANOM_SESSION",
    "extend": "USYS_CONFIG",
}


def encode(name, value):
    """As audit_encode_nv_string(3) does: quoted, or hex when it holds anything that could end a field."""
    raw = value.encode()
    if all(0x21 <= byte <= 0x7E and byte != 0x22 for byte in raw):
        return f'{name}="{value}"'
    return f"{name}={raw.hex().upper()}"


def record(op, at=0, *, serial=1, kind=None, user="alice", fields="", auid=1000, ses=7, exe=WATCHDOG,
           host="192.0.2.17", tty="pts/3", res="success", node=None, enriched="", **more):
    """One line of an audit log, `at` seconds after START; `more` are fields that stand behind acct=."""
    words = [f"op=idletimeout:{op}", *([fields] if fields else []), encode("acct", user)]
    words += [f"{key}={value}" for key, value in more.items()]
    words += ["opid=4711", encode("exe", exe), f"hostname={host}", f"addr={host}", f"terminal={tty}", f"res={res}"]
    front = f"node={node} " if node else ""
    return (
        f"{front}type={kind or TYPES.get(op, 'USYS_CONFIG')} msg=audit({START + at:.3f}:{serial}): "
        f"pid=812 uid=998 auid={auid} ses={ses} subj=unconfined msg='{' '.join(words)}'"
        + (f"\x1d{enriched}" if enriched else "")
        + "\n"
    )


def armed(at=0, *, idle=900, keepalive=90, life=43200, **more):
    return record("armed", at, idle_max=idle, ka_max=keepalive, life_max=life, **more)


def cut(at=0, *, reason="idle", lasted=907, limit=900, op="disconnect", **more):
    return record(op, at, fields=f"reason={reason}", idle=lasted, limit=limit, **more)


def entry(message, at=0, *, uid="0", tag="idle-watchdog", host="web1", **more):
    """An entry as journalctl --output=json prints it."""
    fields = {"__REALTIME_TIMESTAMP": str((START + at) * 1000000 + 123456), "_HOSTNAME": host, "_UID": uid,
              "SYSLOG_IDENTIFIER": tag, "MESSAGE": message, **more}
    return json.dumps({key: value for key, value in fields.items() if value is not ...}) + "\n"


def without_brackets(printed):
    """libjson-c 0.17 and later print no newline in an empty array."""
    return re.sub(r"\[\s+\]", "[]", printed)

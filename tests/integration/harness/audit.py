# SPDX-License-Identifier: BSD-3-Clause
"""Kernel audit read back with the tools an auditor uses."""

import re
import subprocess

from . import place


def tool(*words):
    answer = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    return answer.stdout


def fields(line):
    """The fields of a raw record, those within msg='..' included. Encoded strings are decoded."""
    record = {}
    for name, value in re.findall(r"([\w-]+)=(\"[^\"]*\"|[^ '\"]+)", line.replace("msg='", " ").replace("'", " ")):
        if value.startswith('"'):
            value = value[1:-1]
        elif name == "acct" and re.fullmatch(r"([0-9A-F]{2})+", value):
            value = bytes.fromhex(value).decode()
        record.setdefault(name, value)
    found = re.search(r"msg=audit\([0-9.]+:(\d+)\)", line)
    record["serial"] = found.group(1) if found else None
    record["line"] = line
    return record


def search(kind, session):
    """The records of a type (or types, by comma) in an audit session, as ausearch finds them."""
    answer = tool("ausearch", "-if", place.AUDIT_LOG, "-m", kind, "--session", str(session), "--raw")
    return [fields(line) for line in answer.splitlines() if line.startswith("type=")]


def ours(session):
    """Every record of ours in an audit session."""
    answer = tool("ausearch", "-if", place.AUDIT_LOG, "--session", str(session), "--raw")
    return [fields(line) for line in answer.splitlines() if "op=idletimeout:" in line]


def responses():
    """The serial numbers in aureport --response."""
    rows = tool("aureport", "--response", "-if", place.AUDIT_LOG).splitlines()
    return [row.split()[-1] for row in rows if re.match(r"\d+\. ", row)]


def of_service(service):
    """The audit sessions that a daemon's service opened, from the records that libpam wrote."""
    answer = tool("ausearch", "-if", place.AUDIT_LOG, "-m", "USER_START", "--raw")
    return {int(row["ses"]) for row in map(fields, answer.splitlines()) if row.get("exe", "").endswith("/" + service)}


def last(session):
    """What aulast says of an audit session: the row whose proof holds the session's USER_LOGIN."""
    logins = {row["serial"] for row in search("USER_LOGIN", session)}
    rows = tool("aulast", "--proof", "-f", place.AUDIT_LOG).splitlines()
    for row, proof in zip(rows, rows[1:]):
        if "proof serial numbers:" in proof and logins & set(re.findall(r"\d+", proof.split(":", 1)[1])):
            return row
    return None

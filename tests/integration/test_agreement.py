# SPDX-License-Identifier: BSD-3-Clause
"""
Hundreds of rules files, each read three times: by `idletimeout explain`, by the module of a real session, and by the slow and
obvious reading below. All three agree.
"""

import ipaddress
import json
import os
import random
import subprocess
import sys

import pytest
from harness import place
from harness.sshd import pam_line, write_service

FILES = 300
GROUPS = {"alice": {"alice", "crew"}, "bob": {"bob", "crew"}, "root": {"root"}}
ADDRESSES = ("", "192.0.2.7", "192.0.2.200", "10.1.2.3", "2001:db8::7", "::ffff:192.0.2.7", "203.0.113.9")
FROM = ("*", "local", "192.0.2.0/24", "192.0.2.0/25", "192.0.2.7", "10.0.0.0/8", "2001:db8::/32", "2001:db8::7", "0.0.0.0/0", "::/0")
WHO = ("*", "alice", "bob", "root", "@alice", "@crew", "@root", "@nobody-is-in-this")
# Each with what it comes to, as the record spells it.
SETTINGS = (
    ("idle=5m", "idle", "5m"),
    ("idle=90", "idle", "1m30s"),
    ("max=8h", "max", "8h"),
    ("keepalive=20s", "keepalive", "20s"),
    ("keepalive_count=5", "keepalive_count", "5"),
    ("warn=off", "warn", "off"),
    ("warn=2m,30s", "warn", "2m,30s"),
    ("kill=session", "kill", "session"),
    ("activity=input", "activity", "input"),
    ("dry_run", "dry_run", "on"),
)
ARGUMENTS = {"idle": "15m", "max": "12h"}


def make_rule(rng, services):
    words = [rng.choice(services), rng.choice(WHO), rng.choice(FROM)]
    if rng.random() < 0.15:
        return words, None
    chosen = {name: (text, value) for text, name, value in rng.sample(SETTINGS, rng.randint(1, 3))}
    return words, chosen


def make_text(rng, rules):
    lines = []
    for words, chosen in rules:
        settings = ["exempt"] if chosen is None else [text for text, _ in chosen.values()]
        lines += rng.choice(([], ["# a remark"], ["", "   "]))
        lines.append(rng.choice((" ", "\t", "   ")).join(words + settings) + rng.choice(("", "  # why", " ")))
    return "\n".join(lines) + "\n"


def holds(network, address):
    """Addresses of v4 in v6 are those of v4; a network of v6 holds none of them, unless it is one of v4 itself."""
    if network == "*":
        return True
    if network == "local" or not address:
        return network == "local" and not address
    found = ipaddress.ip_address(address)
    found = getattr(found, "ipv4_mapped", None) or found
    wanted = ipaddress.ip_network(network)
    return found.version == wanted.version and found in wanted


def obvious(rules, service, user, address):
    """None: exempt; else the settings that rules give."""
    for (rule_service, who, network), chosen in rules:
        is_he = who in ("*", user) or (who[0] == "@" and who[1:] in GROUPS[user])
        if rule_service in ("*", service) and is_he and holds(network, address):
            return None if chosen is None else {name: value for name, (_, value) in chosen.items()}
    return {}


def explained(service, user, address):
    command = [place.COMMAND, "explain", user, "--service", service, "--json", *(["--from", address] if address else [])]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=10).stdout)
    if answer["exempt"]:
        return None
    return {name: one["value"] for name, one in answer["settings"].items() if one["origin"] == "rule"}


def lived(record):
    return {
        key.removeprefix("from."): record["set." + key.removeprefix("from.")] or "on"
        for key, origin in record.items()
        if key.startswith("from.") and origin == "rule"
    }


@pytest.fixture
def crew():
    """A group of two. The sandbox has files of its own."""
    with open("/etc/group", "a", encoding="ascii") as file:
        file.write("crew:x:60999:alice,bob\n")


@pytest.fixture
def host():
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(__file__)}
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.pam_host"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )

    def live(**job):
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield live
    process.stdin.close()
    process.wait(10)


@pytest.mark.alone
def test_explain_the_module_and_an_obvious_reading_agree(crew, host, tmp_path):
    seed = int(os.environ.get("IDLETIMEOUT_SEED", random.randrange(1 << 32)))
    rng = random.Random(seed)
    path, service = tmp_path / "agreed.conf", "sandbox-agreement"
    arguments = " ".join(f"{name}={value}" for name, value in ARGUMENTS.items())
    write_service(service, pam_line(f"{arguments} conf={path}"))
    matched = 0
    for number in range(FILES):
        rules = [make_rule(rng, (service, service, "*", "su")) for _ in range(rng.randint(1, 8))]
        path.write_text(make_text(rng, rules))
        path.chmod(0o644)
        user, address = rng.choice(sorted(GROUPS)), rng.choice(ADDRESSES)
        expected = obvious(rules, service, user, address)
        what = f"IDLETIMEOUT_SEED={seed}, file {number}: {user} from {address or 'local'}\n{path.read_text()}"
        assert explained(service, user, address) == expected, what
        answer = host(service=service, user=user, rhost=address)
        assert answer["answer"] == 0, what
        assert (answer["record"] is None) == (expected is None), what
        if expected is not None:
            assert lived(answer["record"]) == expected, what
        matched += expected != {}
    assert matched > FILES / 3, "most of the files matched nobody"

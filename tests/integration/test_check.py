# SPDX-License-Identifier: BSD-3-Clause
"""`idletimeout check` on the sandbox: a real sshd, the kernel's own audit, and libpam as the judge of what it skips."""

import json
import os
import subprocess

import pexpect
import pytest
from harness import client, place
from harness.sshd import pam_line
from test_rules import bind, name_service  # noqa: F401, a fixture

STACK = """\
auth     required pam_permit.so
account  required pam_permit.so
session  required pam_loginuid.so
{before}{line}
session  required pam_limits.so
"""


def run_check(*words):
    done = subprocess.run([place.COMMAND, "check", "--json", *words], capture_output=True, text=True, timeout=30)
    assert done.returncode in (0, 1) and not done.stderr, done
    return json.loads(done.stdout)


@pytest.fixture
def machine(tmp_path):
    """machine.check(..) runs the command with some files of /etc replaced, seen by that command alone."""

    class Machine:
        steps = []

        def file(self, path, content, mode=0o644):
            if not os.path.exists(path):
                pytest.skip(f"{path} is not there to be replaced")
            copy = tmp_path / f"file{len(self.steps)}"
            copy.write_text(content)
            copy.chmod(mode)
            self.steps.append(bind(copy, path))
            return copy

        def check(self, *words, outer=()):
            script = " && ".join([*self.steps, 'exec "$@"'])
            done = subprocess.run(
                [*outer, "unshare", "--mount", "--propagation", "private", "sh", "-ec", script, "sh", place.COMMAND,
                 "check", "--json", *words], capture_output=True, text=True, timeout=30,
            )  # fmt: skip
            assert done.returncode in (0, 1) and not done.stderr, done
            return json.loads(done.stdout)

    made = Machine()
    made.steps = []
    return made


@pytest.fixture
def sshd_stack(machine):
    """sshd_stack("idle=15m") puts our line into this machine's own stack of sshd, behind pam_loginuid."""

    def write(arguments):
        lines = open("/etc/pam.d/sshd", encoding="utf-8").read().splitlines(keepends=True)
        at = [number for number, line in enumerate(lines) if "pam_loginuid.so" in line]
        if not at:
            pytest.skip("no pam_loginuid in the stack of sshd here")
        lines.insert(at[0] + 1, pam_line(arguments) + "\n")
        machine.file("/etc/pam.d/sshd", "".join(lines))
        return at[0] + 2

    return write


# What may be found though our line is all right.
OF_THE_MACHINE = {"audit-disabled", "audit-unknown", "no-audit", "sshd-not-asked", "sshd-match", "logind-first", "shell-first"}


def names(shown, severity=None):
    return [one["name"] for one in shown["findings"] if severity in (None, one["severity"])]


def find(shown, name):
    (found,) = [one for one in shown["findings"] if one["name"] == name]
    return found


def sshd_answers():
    return subprocess.run(["/usr/sbin/sshd", "-T"], capture_output=True).returncode == 0


def test_machine_as_it_is_installed(machine, sshd_stack):
    number = sshd_stack("idle=15m keepalive=30s max=12h")
    shown = machine.check("sshd")
    assert shown["services"] == [{"service": "sshd", "file": "/etc/pam.d/sshd", "line": number}]
    assert names(shown, "error") == []
    # Whatever else this machine has in its files is its own.
    assert set(names(shown)) <= OF_THE_MACHINE
    assert ("sshd-not-asked" in names(shown)) == (not sshd_answers())


def test_audit_is_not_to_be_asked_in_the_sandbox(machine, sshd_stack):
    """The kernel takes records from another pid namespace than the first, and does not tell its state there."""
    sshd_stack("idle=15m")
    found = {"audit-disabled", "no-audit", "audit-unknown"} & set(names(machine.check("sshd")))
    assert found == {"audit-unknown"} or (found == {"no-audit"} and not place.AUDIT_LOG), found


def test_audit_is_hidden_in_a_user_namespace(machine, sshd_stack):
    sshd_stack("idle=15m require_audit")
    if subprocess.run(["unshare", "--user", "--map-root-user", "true"], capture_output=True).returncode != 0:
        pytest.skip("no user namespaces here")
    shown = machine.check("sshd", outer=("unshare", "--user", "--map-root-user"))
    assert {"no-audit", "audit-required"} <= set(names(shown)), names(shown)


def test_account_and_program(machine, sshd_stack, tmp_path):
    sshd_stack("idle=15m")
    with open("/etc/passwd", encoding="utf-8") as file:
        machine.file("/etc/passwd", "".join(line for line in file if not line.startswith(f"{place.WATCHDOG_USER}:")))
    machine.file(place.WATCHDOG, "", mode=0o644)
    shown = machine.check("sshd")
    assert find(shown, "account-missing")["file"] == "/etc/passwd"
    assert find(shown, "watchdog-program")["message"] == "the watchdog's program: is not executable"


@pytest.fixture
def answering_sshd():
    if not sshd_answers():
        pytest.skip("sshd -T does not answer here")


@pytest.mark.usefixtures("answering_sshd")
def test_settings_of_the_real_sshd(machine, sshd_stack):
    sshd_stack("idle=15m keepalive=30s keepalive_proof=data")
    config = open("/etc/ssh/sshd_config", encoding="utf-8").read()
    machine.file("/etc/ssh/sshd_config", "UsePAM no\nClientAliveInterval 0\n" + config)
    shown = machine.check("sshd")
    assert {"sshd-without-pam", "sshd-no-data"} <= set(names(shown)), names(shown)


@pytest.mark.usefixtures("answering_sshd")
def test_settings_of_the_real_sshd_that_are_fine(machine, sshd_stack):
    sshd_stack("idle=15m keepalive=30s keepalive_proof=data")
    config = open("/etc/ssh/sshd_config", encoding="utf-8").read()
    match = "\nMatch User bob\nClientAliveInterval 0\n"
    machine.file("/etc/ssh/sshd_config", f"UsePAM yes\nClientAliveInterval 20\n{config}{match}")
    shown = machine.check("sshd")
    assert not {"sshd-without-pam", "sshd-no-data", "sshd-not-asked"} & set(names(shown)), names(shown)
    assert find(shown, "sshd-match")["line"] == len(config.splitlines()) + 5


@pytest.mark.usefixtures("answering_sshd")
def test_channel_timeout_of_the_real_sshd(machine, sshd_stack):
    number = sshd_stack("idle=15m")
    config = "UsePAM yes\nChannelTimeout session:*=5m\n"
    machine.file("/etc/ssh/sshd_config", config)
    shown = machine.check("sshd")
    if "sshd-not-asked" in names(shown):
        pytest.skip("this sshd has no ChannelTimeout")
    assert find(shown, "sshd-channel-timeout")["line"] == number


def test_name_service_that_is_down(machine, sshd_stack, name_service):  # noqa: F811
    sshd_stack("idle=15m")
    machine.steps += name_service("down")
    rules = machine.file("/etc/hostname", "* @no-such-group * idle=1m\n* @root * idle=2m\n")
    assert rules.exists()
    shown = machine.check("/etc/hostname")
    found = find(shown, "name-service")
    assert (found["file"], found["line"]) == ("/etc/hostname", 1)
    assert found["message"] == f"cannot ask about 'no-such-group': {os.strerror(111)}"


# What stands before the line, and whether libpam then comes to it. pam_permit answers "success", pam_deny an error.
BEFORE = {
    "nothing": ("", True),
    "a jump over it": ("session [success=1 default=ignore] pam_permit.so\n", False),
    "a jump over another": ("session [success=1 default=ignore] pam_permit.so\nsession optional pam_permit.so\n", True),
    "the end of the stack": ("session sufficient pam_permit.so\n", False),
    "the end of a substack": ("session substack {inner}\n", True),
    "a jump over a substack": ("session [success=1 default=ignore] pam_permit.so\nsession substack {inner}\n", True),
    "a jump over a substack and it": ("session [success=2 default=ignore] pam_permit.so\nsession substack {inner}\n", False),
    "an included end": ("session include {inner}\n", False),
}


@pytest.mark.parametrize("name", BEFORE)
def test_what_libpam_skips_is_foreseen(daemon, tmp_path, name):
    """sshd logs in through such a stack: the session is armed exactly where the command sees nothing in the way."""
    before, comes = BEFORE[name]
    inner = tmp_path / "inner"
    inner.write_text("session sufficient pam_permit.so\nsession required pam_permit.so\n")
    sshd = daemon("max=1h", stack=STACK.replace("{before}", before.format(inner=inner)))
    foreseen = "may-be-skipped" not in names(run_check(sshd.service))
    assert client.run(sshd, "alice", "echo in").stdout.split() == ["in"], sshd.log.tail()
    if comes:
        sshd.log.wait(f"armed: alice ({sshd.service}")
    # What is armed says so before the user's command runs.
    assert (bool(sshd.log.lines("armed: alice")), foreseen) == (comes, comes), sshd.log.tail()


@pytest.mark.parametrize("control, is_let_in", [("required", False), ("optional", True)])
def test_a_session_that_cannot_be_armed(su_service, control, is_let_in):
    """What `control-optional` says is what happens, with a session that has a terminal and no connection."""
    if place.missing_tool("su"):
        pytest.skip("su is not installed")
    stack = STACK.replace("{before}{line}", pam_line("idle=15m conf=/no/such/rules", control=control))
    su_service("", stack=stack)
    shown = names(run_check("su"))
    assert "rules-broken" in shown and ("control-optional" in shown) == is_let_in
    said, _ = pexpect.run("su alice -c 'echo let-in'", timeout=10, withexitstatus=True)
    assert ("let-in" in said.decode().split()) == is_let_in, said


@pytest.mark.parametrize("control", ["required", "optional"])
def test_a_connection_that_cannot_be_armed(daemon, control):
    """The module shuts it down itself, whatever the line's control is: `control-optional` is not about these."""
    sshd = daemon(None, line=pam_line("idle=15m conf=/no/such/rules", control=control))
    assert client.run(sshd, "alice", "echo in").returncode != 0


def test_other_type_is_a_failure(daemon):
    """What `wrong-type` says is what happens: libpam finds no such function in the module."""
    line = f"account  required {place.MODULE} idle=15m"
    sshd = daemon(None, line=line)
    assert {"wrong-type", "no-line"} <= set(names(run_check(sshd.service)))
    assert client.run(sshd, "alice", "echo in").returncode != 0

# SPDX-License-Identifier: BSD-3-Clause
"""The rules file under a real sshd: users, groups, addresses, exemptions, and files and name services that fail."""

import json
import os
import pwd
import shutil
import subprocess
import tempfile

import pytest
from harness import client, place, proc

# A source of the name service that knows no group and says so in its own way. It stands behind "files".
SOURCE = """\
#include <errno.h>
#include <grp.h>
#include <nss.h>
#include <unistd.h>

enum nss_status _nss_{name}_getgrnam_r(const char *name, struct group *group, char *buffer, size_t size, int *error)
{{
	(void)name, (void)group, (void)buffer, (void)size;
	{body}
}}
"""
SOURCES = {
    "hang": "(void)error; for (;;) pause();",
    "down": "*error = ECONNREFUSED; return NSS_STATUS_UNAVAIL;",
    "gone": "*error = ENOENT; return NSS_STATUS_UNAVAIL;",
}


@pytest.fixture
def ruled(daemon, tmp_path):
    """ruled("* alice * idle=5m") is a daemon with these rules; `groups` are more lines of /etc/group."""

    def start(rules, arguments="idle=15m max=12h", groups=(), before=(), mode=0o644, **more):
        path = tmp_path / "rules.conf"
        path.write_text(rules)
        path.chmod(mode)
        steps = list(before)
        if groups:
            shutil.copy("/etc/group", tmp_path / "group")
            with open(tmp_path / "group", "a", encoding="ascii") as file:
                file.writelines(line + "\n" for line in groups)
            steps.append(f"mount --bind {tmp_path}/group /etc/group")
        return daemon(f"{arguments} conf={path}", before=" && ".join(steps) or None, **more)

    return start


def bind(path, over):
    return f"mount --bind {path} {over}"


@pytest.fixture
def name_service():
    """name_service("hang") is the steps that put such a source behind the files of the machine."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    ldconfig = shutil.which("ldconfig", path=os.environ["PATH"] + ":/sbin:/usr/sbin")
    if not compiler or not ldconfig:
        pytest.skip("no compiler or no ldconfig")
    # Not below pytest's own directory: what asks the name service is not root.
    scratch = tempfile.mkdtemp(dir=place.ROOT)
    os.chmod(scratch, 0o755)

    def make(name):
        source = f"{scratch}/{name}.c"
        with open(source, "w", encoding="ascii") as file:
            file.write(SOURCE.format(name=name, body=SOURCES[name]))
        subprocess.run([compiler, "-shared", "-fPIC", "-o", f"{scratch}/libnss_{name}.so.2", source], check=True)
        with open(f"{scratch}/ld.so.conf", "w", encoding="ascii") as file:
            file.write(f"{scratch}\ninclude /etc/ld.so.conf\n")
        subprocess.run([ldconfig, "-C", f"{scratch}/ld.so.cache", "-f", f"{scratch}/ld.so.conf"], check=True)
        with open("/etc/nsswitch.conf", encoding="ascii") as file:
            kept = [line for line in file if not line.startswith("group")]
        with open(f"{scratch}/nsswitch.conf", "w", encoding="ascii") as file:
            file.writelines([*kept, f"group: files {name}\n"])
        os.chmod(f"{scratch}/nsswitch.conf", 0o644)
        os.chmod(f"{scratch}/ld.so.cache", 0o644)
        return [bind(f"{scratch}/ld.so.cache", "/etc/ld.so.cache"), bind(f"{scratch}/nsswitch.conf", "/etc/nsswitch.conf")]

    yield make
    shutil.rmtree(scratch)


FAILED = "pam_open_session(): Error in service module"


def armed(sshd, user, limits):
    """One login of that user, which is under these limits."""
    answer = client.run(sshd, user, "echo in")
    assert answer.stdout.split() == ["in"], (answer, sshd.log.tail())
    text = sshd.log.wait(f"armed: {user} ({sshd.service}, from 127.0.0.1)")[-1][1]
    assert text.endswith(f": {limits}"), text


def refused(sshd, user, *parts):
    """One login that is refused within two seconds, and one line that says why."""
    # Those of an earlier login are no answer: what sshd tells its client can be ahead of what it logs.
    before, failures = len(sshd.log.lines("not armed")), len(sshd.log.lines(FAILED))
    answer = client.run(sshd, user, "echo in")
    assert answer.returncode != 0 and "in" not in answer.stdout.split(), answer
    failed = place.wait_for(lambda: sshd.log.lines(FAILED)[failures:], 3, lambda: f"{FAILED}: {sshd.log.tail()}")[-1][0]
    lines = sshd.log.lines("not armed")[before:]
    assert len(lines) == 1, sshd.log.tail()
    assert f"not armed: {user} ({sshd.service}, from 127.0.0.1): " in lines[0][1], lines
    for part in parts:
        assert part in lines[0][1], lines
    accepted = sshd.log.lines(f"Accepted publickey for {user}")[-1][0]
    assert failed - accepted <= 2.1, f"refused {failed - accepted:.3f} s after the authentication"
    place.wait_for(lambda: not proc.children(sshd.process.pid), 3, "no process left")
    place.wait_for(lambda: not leftovers(), 3, lambda: f"left: {leftovers()}")
    return failed - accepted


def asking():
    """Processes that ask the name service."""
    return [pid for pid in proc.pids() if (proc.stat(pid) or ("",))[0] == "idle-groups"]


def leftovers():
    """Those, and watchdogs that watch nobody."""
    return asking() + [pid for pid in proc.watchdogs() if proc.watched_pid(pid) in (None, -1)]


def explained(user, sshd, *more):
    answer = subprocess.run(
        [place.COMMAND, "explain", user, "--service", sshd.service, "--json", *more], capture_output=True, text=True, timeout=10
    )
    assert answer.returncode == 0, answer
    return json.loads(answer.stdout)


def test_rule_for_a_user(ruled, shell):
    sshd = ruled("# c\nnobody-else * * idle=1m\n* alice * idle=5m warn=1m\n")
    armed(sshd, "bob", "idle 15m, max 12h")
    shell(sshd, user="alice")
    session = sshd.session()
    row = session.listed()
    assert row["rule"]["line"] == 3 and row["rule"]["file"].endswith("/rules.conf"), row
    assert row["limits"]["idle"] == {"seconds": 300, "origin": "rule"}
    assert row["limits"]["max"] == {"seconds": 43200, "origin": "argument"}
    text = subprocess.run([place.COMMAND, "show", session.id], capture_output=True, text=True, timeout=10).stdout
    assert "  idle              5m (rules.conf:3)" in text, text


def test_rule_is_what_cuts_the_session(ruled, shell):
    sshd = ruled("* alice * idle=6s\n", "idle=15m")
    terminal = shell(sshd, user="alice")
    session = sshd.session()
    terminal.run("true")
    took = session.wait_end(15) - terminal.last_key
    assert 6 <= took <= 7.5, f"cut {took:.3f} s after the last key"


def test_rule_for_a_group(ruled):
    sshd = ruled(
        "* @contractors * idle=5m\n* @bob * idle=6m\n",
        groups=["contractors:x:60901:carol,alice", "others:x:60902:bob"],
    )
    armed(sshd, "alice", "idle 5m, max 12h")
    armed(sshd, "bob", "idle 6m, max 12h")
    armed(sshd, "root", "idle 15m, max 12h")
    place.wait_for(lambda: not leftovers(), 3, lambda: f"left: {leftovers()}")


def test_user_in_five_thousand_groups(ruled):
    groups = [f"group{number}:x:{70000 + number}:alice" for number in range(5000)]
    sshd = ruled("* @group9999 * idle=1m\n* \"@group4999\" * idle=5m\n", groups=groups)
    armed(sshd, "alice", "idle 5m, max 12h")


def test_exempt(ruled):
    sshd = ruled("* backup * idle=1m\n* alice 127.0.0.0/8 exempt\n")
    answer = client.run(sshd, "alice", "echo in; cat /proc/self/sessionid")
    assert answer.returncode == 0 and answer.stdout.split()[0] == "in", answer
    assert "rules.conf:2" in sshd.log.wait(f"exempt: alice ({sshd.service}, from 127.0.0.1)")[0][1]
    assert not sshd.log.lines("armed")
    armed(sshd, "bob", "idle 15m, max 12h")


def test_addresses(ruled):
    sshd = ruled("* * 10.0.0.0/8 exempt\n* * ::/0 exempt\n* * local exempt\n* alice 127.0.0.1 idle=1m\n* * 127.0.0.0/8 idle=2m\n")
    armed(sshd, "alice", "idle 1m, max 12h")
    armed(sshd, "bob", "idle 2m, max 12h")


def test_addresses_of_version_6(ruled):
    try:
        sshd = ruled("* * 0.0.0.0/0 exempt\n* * ::1/128 idle=1m\n", address="::1")
    except AssertionError:
        pytest.skip("no IPv6 here")
    assert client.run(sshd, "alice", "true").returncode == 0
    assert sshd.log.wait("armed: alice", "from ::1")[0][1].endswith(": idle 1m, max 12h")


BROKEN = {
    "unknown name": ("* alice * idle=5m\n* * * idel=5m\n", "rules.conf:2:7: 'idel=5m' is not a known setting"),
    "behind the match": ("* * * exempt\nsshd\n", "rules.conf:2:5: no user or @group behind the service"),
    "host name": ("* * client.example idle=5m\n", "rules.conf:1:5: 'client.example' is no address"),
    "NUL byte": ("* * * idle=5m\0\n", "rules.conf:1:14: a NUL byte"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_refuses_and_says_where(ruled, name):
    rules, why = BROKEN[name]
    sshd = ruled(rules)
    refused(sshd, "alice", why)
    answer = subprocess.run(
        [place.COMMAND, "explain", "alice", "--service", sshd.service], capture_output=True, text=True, timeout=10
    )
    assert answer.returncode == 1 and why in answer.stderr, answer


def test_broken_file_leaves_no_connection_without_a_command(ruled):
    """sshd itself would keep `ssh -N` connected."""
    sshd = ruled("nonsense\n")
    assert client.run(sshd, "alice", options=["-N"], timeout=10).returncode == 255


def test_file_that_others_can_write_is_refused(ruled, tmp_path):
    sshd = ruled("* * * exempt\n", mode=0o664)
    refused(sshd, "alice", "rules.conf: can be written to by others than its owner")
    shutil.chown(tmp_path / "rules.conf", "alice")
    os.chmod(tmp_path / "rules.conf", 0o644)
    refused(sshd, "alice", "rules.conf: does not belong to root")


def test_named_file_must_be_there(ruled, tmp_path):
    sshd = ruled("")
    armed(sshd, "alice", "idle 15m, max 12h")
    os.unlink(tmp_path / "rules.conf")
    refused(sshd, "alice", "rules.conf: No such file or directory")


def test_file_of_the_default(daemon, tmp_path):
    shutil.copytree("/etc/security", tmp_path / "security")
    (tmp_path / "security/idletimeout.conf").write_text("* alice * idle=5m\n")
    sshd = daemon("idle=15m", before=bind(f"{tmp_path}/security", "/etc/security"))
    armed(sshd, "alice", "idle 5m")
    armed(sshd, "bob", "idle 15m")


@pytest.mark.fault("The name service", "hangs, and a rule asks for a group", "refused within 2 s, one line that says why")
def test_hanging_name_service_is_decided_in_time(ruled, name_service, observe):
    sshd = ruled("* bob * idle=1m\n* @remote * idle=5m\n* * * exempt\n", before=name_service("hang"))
    took = refused(sshd, "alice", "rules.conf:2: cannot tell who is in @remote: the name service did not answer in time")
    assert took >= 1, f"it was not waited for: {took:.3f} s"
    # Nobody is asked about him.
    armed(sshd, "bob", "idle 1m, max 12h")
    observe(f"refused after {took:.1f} s; a user whom no such rule is about was armed")


def test_who_asks_the_name_service_has_no_privilege(ruled, name_service):
    sshd = ruled("* @remote * idle=5m\n", before=name_service("hang"))
    command = client.command(sshd, "alice", "true")
    login = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def statuses():
        return [status for status in map(proc.status, asking()) if status]

    # Another test's may be gone as soon as it is seen.
    status = place.wait_for(statuses, 10, "a process that asks", step=0.005)[0]
    login.wait()
    account = str(pwd.getpwnam(place.WATCHDOG_USER).pw_uid)
    assert set(status["Uid"].split()) == {account}, status["Uid"]
    assert status["Groups"].split() == [] and status["NoNewPrivs"].strip() == "1", status
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(status[name], 16) == 0, (name, status[name])


@pytest.mark.parametrize("fault", ["down", "gone"])
def test_failing_name_service_is_no_answer(ruled, name_service, fault):
    sshd = ruled("* @root * idle=1m\n* @remote * idle=5m\n", before=name_service(fault))
    armed(sshd, "root", "idle 1m, max 12h")
    refused(sshd, "alice", "rules.conf:2: cannot tell who is in @remote: the name service failed: ")


def test_unknown_group_has_no_members(ruled):
    sshd = ruled("* @no-such-group * exempt\n* * * idle=2m\n")
    armed(sshd, "alice", "idle 2m, max 12h")


def test_explained_as_it_happens(ruled, shell):
    sshd = ruled("* backup * exempt\n* @bob * idle=3m\n* alice 127.0.0.0/8 idle=5m\n")
    for user, line in (("alice", 3), ("bob", 2)):
        shell(sshd, user=user)
        row = sshd.session().listed()
        told = explained(user, sshd, "--from", "127.0.0.1")
        assert told["rule"] == row["rule"] and told["rule"]["line"] == line, (told, row)
        assert {name: limit and limit["seconds"] for name, limit in told["limits"].items()} == {
            name: limit and limit["seconds"] for name, limit in row["limits"].items()
        }
        assert told["pam_line"]["file"] == f"/etc/pam.d/{sshd.service}"
    assert explained("alice", sshd, "--from=10.0.0.9")["rule"] is None

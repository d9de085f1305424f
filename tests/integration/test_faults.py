# SPDX-License-Identifier: BSD-3-Clause
"""The machine has a bad day: tables, directories, limits, logs and audit that fail. Armed or refused, never half."""

import contextlib
import errno
import fcntl
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

import pytest
from harness import client, place, proc

NETLINK_AUDIT = 9
YEAR = 365 * 86400

FILES = "Around RUN_DIR"
SHORTAGES = "Shortages"
AUDIT = "Audit"
LOG = "The log"
VERSIONS = "Upgrades"
CLOCKS = "Clocks, on the real daemon"

ARMED = "armed, cut within 2 s of the limit"
REFUSED = "refused within 2 s, one line that says why"

WITHOUT_LOGINUID = """\
auth     required pam_permit.so
account  required pam_permit.so
{line}
session  required pam_unix.so
"""


def decided(sshd, answer):
    """Seconds from the authentication to what the module logs, the line, and whether it was armed."""
    accepted = sshd.log.wait("Accepted publickey for alice")[0][0]
    said, line = place.wait_for(
        lambda: sshd.log.lines("pam_idletimeout(", "armed: alice"), 5, lambda: f"a decision; {answer}; {sshd.log.tail()}"
    )[-1]
    assert said - accepted <= 2.1, f"decided after {said - accepted:.3f} s: {line}"
    return said - accepted, line.split("): ", 1)[1], "not armed" not in line


def refused(sshd, observe, reason):
    answer = client.run(sshd, "alice", "echo in")
    assert answer.returncode != 0 and "in" not in answer.stdout.split(), answer
    took, line, armed = decided(sshd, answer)
    assert not armed and reason in line, line
    assert len(sshd.log.lines("not armed")) == 1
    place.wait_for(lambda: not proc.children(sshd.process.pid), 3, "nothing left")
    why = line.split("): ", 1)[1].replace(place.RUN_DIR, "RUN_DIR")
    observe(f"refused after {took * 1000:.0f} ms: “{why}”")


def cut(sshd, observe, limit=2):
    """A session without a command, ended by max=2s: whoever is connected at the end was not cut."""
    answer = client.run(sshd, "alice", options=["-N"], timeout=limit + 10)
    assert answer.returncode == 255, answer
    _, _, armed = decided(sshd, answer)
    assert armed, sshd.log.tail()
    begin = sshd.log.lines("pam_idletimeout(", "armed: alice")[0][0]
    took = sshd.log.wait("idle-watchdog", "disconnected alice")[0][0] - begin
    assert limit - 0.2 <= took <= limit + 2, f"cut {took:.3f} s after it was armed"
    place.wait_for(lambda: not proc.children(sshd.process.pid), 5, "nothing left")
    observe(f"armed, cut after {took:.1f} s")


# -- RUN_DIR -----------------------------------------------------------------------------------------------------------

# The sandbox itself lives in /run.
EMPTY_RUN = (
    f"mount -t tmpfs -o mode=755 tmpfs /mnt && mkdir -p /mnt/sshd /mnt/x /mnt/{place.ROOT.removeprefix('/run/')} && "
    f"mount --rbind {place.ROOT} /mnt/{place.ROOT.removeprefix('/run/')} && mount --rbind /mnt /run"
)


def over(options):
    return f"mkdir -p {place.RUN_DIR} && mount -t tmpfs -o {options} tmpfs {place.RUN_DIR}"


@pytest.mark.fault(FILES, "it is missing", ARMED + ": the first watchdog makes it")
def test_missing_run_dir(daemon, observe):
    cut(daemon("max=2s", before=EMPTY_RUN), observe)


@pytest.mark.fault(FILES, "it is missing and cannot be made", REFUSED)
def test_run_dir_that_cannot_be_made(daemon, observe):
    refused(daemon("max=2s", before=f"{EMPTY_RUN} && mount -o remount,ro /run"), observe, "Read-only file system")


@pytest.mark.fault(FILES, "it is on a read-only file system", REFUSED)
def test_read_only_run_dir(daemon, observe):
    refused(daemon("max=2s", before=over("ro,mode=755")), observe, "Read-only file system")


@pytest.mark.fault(FILES, "its file system has no inode left", REFUSED)
def test_run_dir_without_inodes(daemon, observe):
    refused(daemon("max=2s", before=over("mode=755,nr_inodes=1")), observe, "No space left on device")


@pytest.mark.fault(FILES, "its file system has no block left", REFUSED)
def test_full_run_dir(daemon, observe):
    filled = over("mode=755,size=4k") + f" && head -c 4096 /dev/zero >{place.RUN_DIR}/filler"
    refused(daemon("max=2s", before=filled), observe, "No space left on device")


@pytest.mark.fault(FILES, "a file is in its place", REFUSED)
def test_file_in_place_of_run_dir(daemon, observe):
    refused(daemon("max=2s", before=f"{EMPTY_RUN} && touch {place.RUN_DIR}"), observe, "Not a directory")


@pytest.mark.fault(FILES, "a symbolic link to a directory is in its place", REFUSED)
def test_link_in_place_of_run_dir(daemon, observe):
    refused(daemon("max=2s", before=f"{EMPTY_RUN} && ln -s x {place.RUN_DIR}"), observe, "Not a directory")


@pytest.mark.fault(FILES, "it belongs to somebody else", REFUSED)
def test_foreign_run_dir(daemon, observe):
    refused(daemon("max=2s", before=over("mode=755,uid=60101")), observe, "Operation not permitted")


@pytest.mark.fault(FILES, "others may write to it", REFUSED)
def test_run_dir_writable_by_others(daemon, observe):
    refused(daemon("max=2s", before=over("mode=1777")), observe, "Operation not permitted")


# -- Shortages ---------------------------------------------------------------------------------------------------------


@pytest.mark.fault(SHORTAGES, "RLIMIT_NPROC of the daemon is 0", ARMED)
def test_no_processes_allowed(daemon, observe):
    cut(daemon("max=2s", through=["prlimit", "--nproc=0:0"]), observe)


@pytest.mark.fault(SHORTAGES, "RLIMIT_NOFILE of the daemon is 16 to 30", "armed, or refused within 2 s with a line")
def test_few_descriptors(daemon, observe):
    """sshd itself needs some: below that nobody gets as far as the module."""
    counts = {"armed": 0, "refused": 0, "ended by sshd": 0}
    for limit in range(16, 31, 2):
        sshd = daemon("max=1h", through=["prlimit", f"--nofile={limit}:{limit}"])
        answer = client.run(sshd, "alice", "echo in")
        if not sshd.log.lines("pam_idletimeout(", "armed: alice"):
            assert answer.returncode != 0, answer
            counts["ended by sshd"] += 1
            continue
        _, _, armed = decided(sshd, answer)
        assert armed == (answer.stdout.split() == ["in"]), answer
        counts["armed" if armed else "refused"] += 1
        place.wait_for(lambda: not proc.children(sshd.process.pid), 3, "nothing left")
    assert counts["armed"]
    observe(", ".join(f"{count} {what}" for what, count in counts.items()))


@pytest.fixture
def pids_group():
    """A control group for processes, of any version; removed with the test."""
    places = [top for top in map(pathlib.Path, ("/sys/fs/cgroup/pids", "/sys/fs/cgroup")) if (top / "cgroup.procs").exists()]
    for top in places:
        group = top / f"idletimeout-fault-{os.getpid()}"
        with contextlib.suppress(OSError):
            group.mkdir()
            if (group / "pids.max").exists():
                yield group
                place.wait_for(lambda: not (group / "cgroup.procs").read_text(), 5, "an empty group")
                group.rmdir()
                return
            group.rmdir()
    pytest.skip("no control group with pids.max can be made here")


@pytest.mark.fault(SHORTAGES, "pids.max lets 0 to 7 more processes in", "armed, or refused within 2 s with a line")
def test_pids_max(daemon, observe, pids_group):
    counts = {"armed": 0, "refused": 0, "ended by sshd": 0}
    for more in range(8):
        sshd = daemon("max=1h")
        (pids_group / "cgroup.procs").write_text(str(sshd.process.pid))
        (pids_group / "pids.max").write_text(str(1 + more))
        answer = client.run(sshd, "alice", "echo in", timeout=10)
        (pids_group / "pids.max").write_text("max")
        lines = sshd.log.lines("pam_idletimeout(", "armed: alice")
        if lines:
            _, line, armed = decided(sshd, answer)
            counts["armed" if armed else "refused"] += 1
            assert armed or "(errno 11)" in line or "Resource temporarily unavailable" in line, line
            assert armed or answer.stdout.split() != ["in"], answer
        else:
            counts["ended by sshd"] += 1
            assert answer.returncode != 0, answer
        sshd.stop()
    assert counts["armed"], counts
    observe(", ".join(f"{count} {what}" for what, count in counts.items()))


# -- Audit -------------------------------------------------------------------------------------------------------------


def without_audit(error):
    here = os.path.dirname(os.path.abspath(__file__))
    return [sys.executable, f"{here}/harness/refuse.py", str(NETLINK_AUDIT), str(error)]


@pytest.mark.fault(AUDIT, "the kernel has none", ARMED)
def test_kernel_without_audit(daemon, observe):
    cut(daemon("max=2s", through=without_audit(errno.EPROTONOSUPPORT)), observe)


@pytest.mark.fault(AUDIT, "the kernel has none, require_audit", REFUSED)
def test_kernel_without_required_audit(daemon, observe):
    refused(daemon("max=2s require_audit", through=without_audit(errno.EPROTONOSUPPORT)), observe, "require_audit")


@pytest.fixture
def user_namespace():
    words = [sys.executable, f"{os.path.dirname(os.path.abspath(__file__))}/harness/user_namespace.py"]
    if subprocess.run([*words, "true"], capture_output=True).returncode != 0:
        pytest.skip("no user namespace with all users can be made here")
    return {"through": words, "stack": WITHOUT_LOGINUID}


@pytest.mark.fault(AUDIT, "EPERM, in a user namespace", ARMED)
def test_audit_in_a_user_namespace(daemon, observe, user_namespace):
    cut(daemon("max=2s", **user_namespace), observe)


@pytest.mark.fault(AUDIT, "EPERM, in a user namespace, require_audit", REFUSED)
def test_required_audit_in_a_user_namespace(daemon, observe, user_namespace):
    refused(daemon("max=2s require_audit", **user_namespace), observe, "require_audit")


# -- The log -----------------------------------------------------------------------------------------------------------


@pytest.mark.fault(LOG, "there is no socket", ARMED)
def test_missing_log_socket(daemon, observe):
    """Nobody can be asked about the line: there is none. The client's end is what counts."""
    sshd = daemon("max=2s", before="mount -t tmpfs tmpfs /dev/shm && touch /dev/shm/log && mount --bind /dev/shm/log /dev/log")
    begin = time.monotonic()
    answer = client.run(sshd, "alice", options=["-N"], timeout=10)
    took = time.monotonic() - begin
    assert answer.returncode == 255 and 2 <= took <= 5, (took, answer)
    place.wait_for(lambda: not proc.children(sshd.process.pid), 5, "nothing left")
    observe(f"armed, cut after {took:.1f} s")


# -- Clocks ------------------------------------------------------------------------------------------------------------


@pytest.mark.fault(CLOCKS, "the machine has been up for a year (time namespace)", ARMED)
def test_uptime_of_a_year(daemon, observe):
    words = ["unshare", "--time", f"--boottime={YEAR}", f"--monotonic={YEAR}"]
    if subprocess.run([*words, "true"], capture_output=True).returncode != 0:
        pytest.skip("no time namespace can be made here")
    cut(daemon("max=2s", through=words), observe)


# -- Upgrades ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def record(daemon, shell):
    """The record of a session, under an id of its own."""
    shell(sshd := daemon("max=1h"))
    session = sshd.session()
    return pathlib.Path(place.RUN_DIR, session.id).read_text(encoding="ascii").replace(session.id, "0123456z")


def say_to_watchdog(message):
    """What a new watchdog answers to a module that begins so."""
    lifeline, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    greeting, their_greeting = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    leader = subprocess.Popen(["sleep", "60"])
    pidfd = os.pidfd_open(leader.pid)
    # As common/lifeline.h numbers them; first out of the way of each other.
    moved = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (theirs.fileno(), pidfd, their_greeting.fileno())]

    def place_descriptors():
        for fd, number in zip(moved, (3, 4, 6)):
            os.dup2(fd, number)

    try:
        # 5 would be a connection.
        watchdog = subprocess.Popen([place.WATCHDOG], preexec_fn=place_descriptors, pass_fds=(3, 4, 6), stderr=subprocess.DEVNULL)
        lifeline.send(message.encode())
        greeting.settimeout(5)
        return greeting.recv(256).decode()
    finally:
        leader.kill()
        leader.wait()
        watchdog.wait(10)
        for fd in (*moved, pidfd):
            os.close(fd)
        for one in (lifeline, theirs, greeting, their_greeting):
            one.close()


@pytest.mark.fault(VERSIONS, "module and watchdog are of one version", "armed")
def test_same_version(record, observe):
    refusal = say_to_watchdog("version=99.0\n" + record)
    version = refusal.removeprefix("failed the watchdog is of version ").split(",")[0]
    answer = say_to_watchdog(f"version={version}\n{record}")
    assert answer == "ready", (refusal, answer)
    observe(f"the watchdog says “{answer}”")


@pytest.mark.parametrize(
    "version",
    [
        pytest.param("99.0", marks=pytest.mark.fault(VERSIONS, "the module is newer than the watchdog", REFUSED)),
        pytest.param("0.0.1", marks=pytest.mark.fault(VERSIONS, "the module is older than the watchdog", REFUSED)),
        pytest.param(None, marks=pytest.mark.fault(VERSIONS, "the module tells no version", REFUSED)),
    ],
)
def test_other_versions_are_refused(record, observe, version):
    """A limit that only one of the two knows would be passed over."""
    answer = say_to_watchdog((f"version={version}\n" if version else "") + record)
    assert answer.startswith("failed the watchdog is of version ") and (version or "does not tell") in answer, answer
    assert not os.path.exists(f"{place.RUN_DIR}/0123456z")
    observe(f"the watchdog says “{answer}”")


def install(source, target):
    """As install(1) does it: a new file under the old name."""
    shutil.copy2(source, target + ".new")
    os.rename(target + ".new", target)


@pytest.fixture
def another_build(tmp_path):
    """Module and watchdog of another build: files that differ, of which one is installed over the other."""
    if place.missing_tool("strip"):
        pytest.skip("strip is not installed")
    files = {}
    for path in (place.MODULE, place.WATCHDOG):
        old, new = str(tmp_path / "old") + os.path.basename(path), str(tmp_path / "new") + os.path.basename(path)
        shutil.copy2(path, old)
        subprocess.run(["strip", "-o", new, path], check=True)
        assert pathlib.Path(old).read_bytes() != pathlib.Path(new).read_bytes()
        files[path] = (old, new)
    yield lambda: [install(new, path) for path, (_, new) in files.items()]
    for path, (old, _) in files.items():
        install(old, path)


@pytest.mark.alone
@pytest.mark.fault(
    VERSIONS, "module and watchdog are installed anew while a session runs", "it goes on, is listed, extended, and cut in time"
)
def test_upgrade_while_a_session_runs(daemon, shell, observe, another_build):
    sshd = daemon("max=8s warn=off")
    old = shell(sshd)
    session = sshd.session()
    begin = float(session.record["login_boot"]) / 1e9
    another_build()
    assert os.readlink(f"/proc/{session.watchdog}/exe").endswith(" (deleted)")
    assert old.run("echo still") == "still"
    assert session.listed()["user"] == "alice"
    new = shell(sshd, user="bob")
    of_new = sshd.session()
    assert not os.readlink(f"/proc/{of_new.watchdog}/exe").endswith(" (deleted)")
    extended = subprocess.run([place.COMMAND, "extend", of_new.id, "1m"], capture_output=True, text=True)
    assert extended.returncode == 0, extended
    session.wait_end(12)
    took = place.boottime() - begin
    assert 8 <= took <= 10, took
    old.wait_end(2)
    assert of_new.is_up() and new.run("echo on").endswith("on")
    observe(f"the old one cut after {took:.1f} s, the new one armed and extended")

# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures. Everything they start is ended with the test."""

import fcntl
import itertools
import json
import os

import pytest

from harness import client, place
from harness.local import COMMANDS, Local, session_below
from harness.peer import Peer
from harness.sshd import STACK, Sshd, pam_line, write_service
from harness.summary import pytest_sessionfinish, pytest_terminal_summary  # noqa: F401

numbers = itertools.count(1)


def pytest_collection_modifyitems(items):
    if not place.ROOT:
        why = pytest.mark.skip(reason="not in the sandbox: start the suite with tests/integration/run")
        for item in items:
            item.add_marker(why)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A test of a fault adds its row (tests/fault/report) when it has passed, or says why it was not run."""
    outcome = yield
    report, mark, path = outcome.get_result(), item.get_closest_marker("fault"), os.environ.get("IDLETIMEOUT_FAULTS")
    if not mark or not path or report.failed or not (report.skipped or report.when == "call"):
        return
    section, what, expected = mark.args
    observed = "; ".join(value for name, value in item.user_properties if name == "observed")
    if report.skipped:
        observed = "not run: " + report.longrepr[2].removeprefix("Skipped: ")
    name = f"integration/{item.nodeid.split('/')[-1].replace('.py::', ': ')}"
    row = {"section": section, "fault": what, "expected": expected, "observed": observed, "test": name}
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


@pytest.fixture
def observe(record_property):
    """observe("cut 6.2 s after the last key") says what is seen, for the row of the test's fault."""
    return lambda text: record_property("observed", text)


@pytest.fixture
def daemon():
    """daemon("idle=20s") is a running sshd whose PAM stack has our line with these arguments."""
    started = []

    def start(arguments, line=None, **more):
        service = f"sandbox-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{next(numbers):03}"
        sshd = Sshd(service, line or pam_line(arguments), **more)
        started.append(sshd)
        return sshd

    yield start
    for sshd in started:
        sshd.stop()


@pytest.fixture
def keep():
    """keep(thing) closes it after the test."""
    things = []

    def add(thing):
        things.append(thing)
        return thing

    yield add
    for thing in reversed(things):
        thing.close()


@pytest.fixture
def shell(keep):
    """shell(sshd, user=..) is a login shell at its prompt, on a real terminal."""

    def start(sshd, **more):
        return keep(client.shell(sshd, **more)).ready()

    return start


@pytest.fixture
def peer():
    tool = place.missing_tool("nsenter", "ip", "unshare")
    if tool:
        pytest.skip(f"{tool} is not installed")
    try:
        found = Peer()
    except Exception as error:
        pytest.skip(f"no network namespace with a veth pair: {getattr(error, 'stderr', '') or error}")
    yield found
    found.close()


@pytest.fixture
def kernel_audit():
    if not place.AUDIT_LOG:
        pytest.skip(f"no kernel audit: {place.NO_AUDIT}")


@pytest.fixture
def su_service():
    """su_service("idle=20s") puts our line into the stacks of su and login. They have one name each: one test at a time."""
    with open(f"{place.ROOT}/su.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        def write(arguments, stack=STACK):
            for name in ("su", "su-l", "login"):
                write_service(name, pam_line(arguments), stack)

        yield write


@pytest.fixture
def local(keep, su_service):
    """local("su", "idle=20s") is a session of su or login on a terminal of its own, and that terminal."""
    sessions = []

    def start(name, arguments, **more):
        tool = place.missing_tool(name)
        if tool:
            pytest.skip(f"{tool} is not installed")
        su_service(arguments, **more)
        host = Local("su-l" if name == "su" else name)
        terminal = keep(client.Terminal(COMMANDS[name])).ready()
        session = session_below(host, terminal.child.pid)
        sessions.append(session)
        return session, terminal

    yield start
    for session in sessions:
        session.release()

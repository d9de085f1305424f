# SPDX-License-Identifier: BSD-3-Clause
"""What a suite says at its end: hooks of pytest, to be imported by a conftest."""

import os


def pytest_sessionfinish(session):
    """The counts, for the summary over all layers. Errors of set-up count as failures."""
    path = os.environ.get("IDLETIMEOUT_COUNTS")
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not path or not reporter or hasattr(session.config, "workerinput"):
        return
    count = {name: len(reporter.stats.get(name, ())) for name in ("passed", "failed", "error", "skipped")}
    with open(path, "a", encoding="ascii") as file:
        file.write(f"{count['passed']} {count['failed'] + count['error']} {count['skipped']}\n")


def pytest_terminal_summary(terminalreporter):
    """Every skipped test by its name, with the reason."""
    for report in terminalreporter.stats.get("skipped", ()):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.write_line(f"SKIPPED {report.nodeid}: {reason.removeprefix('Skipped: ')}")

# SPDX-License-Identifier: BSD-3-Clause
"""pure_coverage.py SOURCE TRACE: how much of the code lcov(1) saw run.

Decisions are to be tested completely: of the pure files, taken together, FLOOR of the lines must have been run by the tests
that need no root. A file is pure when neither it nor its header includes anything of the system but PURE."""

import pathlib
import re
import sys

FLOOR = 0.95
# What the integration tests alone reach counts for nothing here; a file that is much worse than the rest is told.
LOW = 0.90
ROOMS = ("common", "pam_idletimeout", "helper", "ctl")
PURE = {"errno.h", "inttypes.h", "limits.h", "stdbool.h", "stddef.h", "stdint.h", "string.h"}
# They include nothing of the system, and act through files that do.
ACTING = {"helper/answer.c", "ctl/close.c", "ctl/extend.c", "ctl/screen.c"}
# Kinds of numbers and addresses, where a header speaks of them.
TYPES = {"netinet/in.h", "sys/socket.h", "sys/types.h", "time.h"}


def is_pure(source, path, seen=None):
    seen = set() if seen is None else seen
    seen.add(path)
    text = path.read_text()
    ours = {source / name for name in re.findall(r'^#include "(.*)"', text, re.MULTILINE)}
    allowed = PURE | TYPES if path.suffix == ".h" else PURE
    return set(re.findall(r"^#include <(.*)>", text, re.MULTILINE)) <= allowed and all(
        is_pure(source, header, seen) for header in ours - seen if header.exists()
    )


def read_trace(path):
    """Lines found and lines run, by file."""
    counts, name = {}, None
    for line in path.read_text().splitlines():
        key, _, value = line.partition(":")
        if key == "SF":
            name = pathlib.Path(value)
            counts[name] = [0, 0]
        elif key == "DA":
            counts[name][0] += 1
            counts[name][1] += int(value.split(",")[1]) > 0
    return counts


def share(counts):
    counts = list(counts)
    found = sum(count[0] for count in counts)
    return sum(count[1] for count in counts) / found if found else 0.0


def main(source, trace):
    source = pathlib.Path(source).resolve()
    sources = {source / path.relative_to(source) for room in ROOMS for path in (source / room).glob("*.c")}
    counts = {path.resolve(): count for path, count in read_trace(pathlib.Path(trace)).items() if path.resolve() in sources}
    pure = {path: count for path, count in counts.items() if is_pure(source, path) and str(path.relative_to(source)) not in ACTING}
    for path, count in sorted(pure.items()):
        if count[0] and share([count]) < LOW:
            print(f"= coverage: {path.relative_to(source)} {share([count]):.1%}")
    print(f"= coverage: {share(counts.values()):.1%} of all lines, {share(pure.values()):.1%} in {len(pure)} pure files")
    if share(pure.values()) < FLOOR:
        sys.exit(f"less than {FLOOR:.0%} of the lines of pure files were run")


main(*sys.argv[1:])

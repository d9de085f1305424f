# SPDX-License-Identifier: BSD-3-Clause
"""Prints the compilation database that clang's fragments in a directory add up to.

clang writes one fragment a compilation (-gen-cdb-fragment-path). In them every word of an option stands by itself, which
cppcheck does not read: here they are a command, with options and what belongs to them together."""

import json
import pathlib
import shlex
import sys

TOGETHER = ("-D", "-U", "-I")


def command_of(words):
    command = []
    for word in words:
        if command and command[-1] in TOGETHER:
            command[-1] += word
        else:
            command.append(word)
    return shlex.join(command)


def read_fragment(path):
    fragment = json.loads(path.read_text().rstrip().rstrip(","))
    return {
        "directory": fragment["directory"],
        "file": fragment["file"],
        "command": command_of(fragment["arguments"]),
    }


def main(directory):
    entries = {}
    for path in sorted(pathlib.Path(directory).glob("*.json")):
        entry = read_fragment(path)
        # What configure tried is not there any more.
        if (pathlib.Path(entry["directory"]) / entry["file"]).exists():
            entries.setdefault(entry["file"], entry)
    if not entries:
        sys.exit("nothing was compiled")
    json.dump(list(entries.values()), sys.stdout, indent=1)


main(*sys.argv[1:])

# SPDX-License-Identifier: BSD-3-Clause
"""
Runs parts of the benchmark inside the sandbox, prints what each found and keeps all of it as JSON.

A part is a module of this directory with run(), which returns a dict that JSON can hold, and render(), which makes
Markdown of that dict; it may have plots(), which makes {name: SVG} of it. A new one needs its name in PARTS (parts.py).
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

import machine  # noqa: E402
import parts  # noqa: E402
from failure import Failure  # noqa: E402


def run_part(name):
    part = parts.load(name)
    print(f"\n{name}", flush=True)
    load = machine.load()
    found = part.run()
    print("\n" + part.render(found), flush=True)
    conditions = {**machine.describe(), "load": {"before": load, "after": machine.load()}}
    return {"conditions": conditions, "found": found}


def main():
    path, names = sys.argv[1], sys.argv[2:]
    print(machine.render(machine.describe()), flush=True)
    try:
        results = {name: run_part(name) for name in names}
    except (Failure, AssertionError, OSError) as error:
        print(f"bench: not measured: {error}", file=sys.stderr)
        return 1
    Path(path).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

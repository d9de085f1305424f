# SPDX-License-Identifier: BSD-3-Clause
"""Runs the parts of the benchmark inside the sandbox, prints their tables and keeps all of it as JSON."""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

import ladder  # noqa: E402
import login  # noqa: E402
import machine  # noqa: E402
import memory  # noqa: E402
import wakeups  # noqa: E402
from failure import Failure  # noqa: E402

PARTS = {"login": login, "memory": memory, "wakeups": wakeups, "ladder": ladder}


def arguments():
    parser = argparse.ArgumentParser(description="Started by tests/bench/run.")
    parser.add_argument("--probes", required=True, help="directory of the compiled programs")
    parser.add_argument("--json", metavar="FILE", required=True)
    parser.add_argument("parts", nargs="+", choices=PARTS)
    return parser.parse_args()


def run_part(name, probes):
    load = machine.load()
    result = PARTS[name].measure(probes)
    result["load"] = {"before": load, "after": machine.load()}
    print()
    print("\n".join(PARTS[name].table(result)))
    print(f"  load average {load} before, {result['load']['after']} after", flush=True)
    return result


def main():
    options = arguments()
    results = {"machine": machine.describe()}
    print("\n".join(machine.table(results["machine"])), flush=True)
    try:
        for name in options.parts:
            results[name] = run_part(name, options.probes)
    except (Failure, AssertionError, OSError) as error:
        print(f"bench: not measured: {error}", file=sys.stderr)
        return 1
    Path(options.json).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

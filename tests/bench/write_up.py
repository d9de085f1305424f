# SPDX-License-Identifier: BSD-3-Clause
"""
write_up.py RESULTS DOC: takes what was measured into DOC/benchmarks/results.json and writes DOC/BENCHMARKS.md and its plots.

Parts that were not measured this time stay as they were.
"""

import json
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "integration"))

import machine  # noqa: E402
import parts  # noqa: E402

HEAD = """\
<!-- SPDX-License-Identifier: BSD-3-Clause -->
# Benchmarks

Made by `sudo ./quickstart bench`; `sudo ./quickstart bench login` measures one part anew. benchmarks/results.json has all numbers.
Everything ran in the sandbox of the integration tests: on loopback, with its own sshd, audit as the machine has it. Absolute
times are those of the machine named with each part; what is asserted anywhere are ratios within one run, and nothing here is
asserted by a test.
"""


def merge(old, new):
    """In the order of the document; a part that nobody knows any more goes."""
    merged = {**old, **new}
    return {name: merged[name] for name in parts.PARTS if name in merged}


def write_plots(name, found, directory):
    make = getattr(parts.load(name), "plots", None)
    for plot, svg in (make(found) if make else {}).items():
        (directory / f"{plot}.svg").write_text(svg, encoding="utf-8")


def render(results):
    pieces = [HEAD.rstrip()]
    for name, result in results.items():
        pieces += [parts.load(name).render(result["found"]), machine.render(result["conditions"])]
    pieces.append((here / "tried.md").read_text(encoding="utf-8").rstrip())
    return "\n\n".join(pieces) + "\n"


def main():
    new = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    document = Path(sys.argv[2])
    directory = document / "benchmarks"
    directory.mkdir(parents=True, exist_ok=True)
    kept = directory / "results.json"
    results = merge(json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}, new)
    for name in new:
        write_plots(name, results[name]["found"], directory)
    kept.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (document / "BENCHMARKS.md").write_text(render(results), encoding="utf-8")
    print(f"written: {document}/BENCHMARKS.md")


if __name__ == "__main__":
    main()

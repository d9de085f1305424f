# SPDX-License-Identifier: BSD-3-Clause
"""Inside the sandbox: the chosen cells, as JSON and as markdown."""

import argparse
import json
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(BENCH), str(BENCH.parent / "integration")]

import machine  # noqa: E402
import peers  # noqa: E402
from peers import catalogue, run_cells  # noqa: E402
from peers.merge import check, merge  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description="Started by tests/bench/peers/run.", prog="run")
    parser.add_argument("--result", metavar="DIRECTORY", required=True)
    parser.add_argument("--only", metavar="COLUMN/ROW", action="append", default=[])
    parser.add_argument("--earlier", metavar="FILE", help="results whose other cells are kept")
    parser.add_argument("--repeat", metavar="N", type=int, default=1)
    parser.add_argument("--workers", metavar="N", type=int, default=run_cells.WORKERS)
    options = parser.parse_args()
    try:
        catalogue.chosen(options.only)
    except ValueError as error:
        parser.error(str(error))
    return options


def earlier_results(options, conditions):
    """Read and compared before anything is measured."""
    if not options.earlier:
        return None
    earlier = json.loads(Path(options.earlier).read_text(encoding="utf-8"))
    columns = run_cells.describe_columns(catalogue.chosen(options.only))
    try:
        check(earlier, {"machine": conditions, "columns": columns})
    except ValueError as error:
        sys.exit(f"peers: {error}: measure all of it again, or choose another directory")
    return earlier


def main():
    options = arguments()
    load = machine.load()
    conditions = machine.describe()
    earlier = earlier_results(options, conditions)
    results = {**peers.run(options.only, options.repeat, options.workers), "machine": conditions}
    results["load"] = {"before": load, "after": machine.load()}
    if earlier:
        results = merge(earlier, results)
    table = peers.render(results)
    directory = Path(options.result)
    (directory / "peers.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    (directory / "peers.md").write_text(table, encoding="utf-8")
    print(table, end="")
    return 1 if results["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())

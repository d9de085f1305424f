# SPDX-License-Identifier: BSD-3-Clause
"""The results of run_cells.py as markdown. Pure."""

from .outcome import RIGHT, WRONG


def seconds_of(cell):
    spread = cell["seconds"]
    text = f" {spread['median']:.1f} s"
    return text if spread["count"] == 1 else f"{text} ({spread['p10']:.1f} to {spread['p90']:.1f})"


def did(cell):
    """What happened, of several runs everything that did."""
    kinds = list(dict.fromkeys(run["did"] for run in cell["runs"]))
    text = " or ".join("n/a" if kind == "nothing" else kind for kind in kinds)
    return text + seconds_of(cell) if kinds == ["cut"] else text


def cell_text(cell):
    if cell is None:
        return ""
    return f"**{did(cell)}**" if cell["verdict"] == WRONG else did(cell)


def line(words):
    return "| " + " | ".join(words) + " |"


def verdicts(results, columns, rows):
    lines = [line(["", *(results["columns"][name]["title"] for name in columns)]), line(["---"] * (len(columns) + 1))]
    for row in rows:
        lines.append(line([row, *(cell_text(results["cells"].get(f"{column}/{row}")) for column in columns)]))
    return lines


def sums(results, columns):
    """How many cells of a column are right, of those that could be judged."""
    words = []
    for column in columns:
        own = [cell["verdict"] for name, cell in results["cells"].items() if name.startswith(f"{column}/")]
        words.append(f"{own.count(RIGHT)} of {own.count(RIGHT) + own.count(WRONG)}")
    return line(["right", *words])


def peers(results):
    for column in results["columns"].values():
        ends = f"limit {column['limit']} s, {column['ends']}"
        yield f"- {column['title']}: {column['version']}. `{column['configuration']}`; {ends}."
        yield f"  Note: {column['note']}."


def scenarios(results, rows):
    return [f"- {row}: {results['rows'][row]['scenario']}; {results['rows'][row]['rule']}." for row in rows]


def remarks(results):
    """What was seen, cell by cell, where it is more than a number."""
    for name, cell in results["cells"].items():
        for said in dict.fromkeys(run["said"] for run in cell["runs"] if run["said"]):
            yield f"- `{name}`: {said.replace('|', '/')}"


def render(results):
    columns = list(results["columns"])
    rows = [row for row in results["rows"] if any(name.endswith(f"/{row}") for name in results["cells"])]
    return "\n".join(
        [
            "Wrong is set in bold. Kept: still there after three times the limit, or after twice the limit of use. N/a: what a",
            "peer that does not cut cannot be asked for. Seconds are from the last key, message, or sign of life.",
            "",
            *verdicts(results, columns, rows),
            sums(results, columns),
            "",
            "The peers, and the version of each:",
            "",
            *peers(results),
            "",
            "The scenarios, and what each asks for:",
            "",
            *scenarios(results, rows),
            "",
            "What was seen:",
            "",
            *remarks(results),
            "",
        ]
    )

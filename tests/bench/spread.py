# SPDX-License-Identifier: BSD-3-Clause
"""Many measurements as a median and a spread."""

import math
import statistics


def spread(values):
    """With a single value all of them are that one. {} of none."""
    values = sorted(values)
    last = len(values) - 1
    if last < 0:
        return {}
    return {
        "median": statistics.median(values),
        "p10": values[round(0.1 * last)],
        "p90": values[round(0.9 * last)],
        "p99": values[round(0.99 * last)],
        "min": values[0],
        "max": values[-1],
        "count": len(values),
    }


def confidence(values):
    """The two values between which the true median lies in 95 cases of 100, by the binomial distribution."""
    values = sorted(values)
    middle, half = len(values) / 2, 0.98 * math.sqrt(len(values))
    return [values[max(0, math.floor(middle - half))], values[min(len(values) - 1, math.ceil(middle + half))]]


def cells(of, names=("median", "p10", "p90"), scale=1, digits=3):
    """The named numbers as cells of a table."""
    return [f"{of[name] / scale:.{digits}f}" if of else "-" for name in names]


def table(head, rows):
    """A table of Markdown; all but the first column are numbers."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)] + rows
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)

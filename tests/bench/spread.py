# SPDX-License-Identifier: BSD-3-Clause
"""Many measurements as a median and a spread."""

import statistics


def spread(values):
    """{"median", "p10", "p90", "count"}; with a single value all three are that one."""
    values = sorted(values)
    last = len(values) - 1
    return {
        "median": statistics.median(values),
        "p10": values[round(0.1 * last)],
        "p90": values[round(0.9 * last)],
        "count": len(values),
    }


def columns(of, scale=1, digits=3):
    """The three numbers, right-aligned."""
    return "".join(f"{of[name] / scale:10.{digits}f}" for name in ("median", "p10", "p90"))

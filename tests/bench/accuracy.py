# SPDX-License-Identifier: BSD-3-Clause
"""How late an idle session is cut: one at a time and all at once, on a quiet wire and with keepalives on it."""

import plot
from crowd import NS, Crowd
from failure import Failure
from setting import progress, sized
from spread import cells, spread, table

# Longer than it takes to open them all and to type the last key.
LIMIT_S = sized(45, 6)
ALIVE_MS = sized(3000, 1500)
GAP_MS = 150
ALONE, AT_ONCE = sized(200, 10), sized(500, 20)

CASES = (
    ("alone, quiet wire", ALONE, GAP_MS, 0),
    ("alone, keepalives", ALONE, GAP_MS, ALIVE_MS),
    ("at once, quiet wire", AT_ONCE, 0, 0),
    ("at once, keepalives", AT_ONCE, 0, ALIVE_MS),
)
COLUMNS = ("median", "p99", "max")


def lateness_ms(rows, column):
    return [(row[column] - row[0] - LIMIT_S * NS) / 1e6 for row in rows if row[column]]


def measure(count, gap_ms, alive_ms):
    crowd = Crowd(count, f"idle={LIMIT_S}s warn=off", alive_ms)
    try:
        rows = crowd.type(gap_ms)
    finally:
        crowd.close()
    if any(0 < row[2] < row[0] for row in rows):
        raise Failure(f"{count} sessions were not opened and typed into within their limit of {LIMIT_S} s: too slow a machine")
    shown, gone = lateness_ms(rows, 1), lateness_ms(rows, 2)
    return {
        "sessions": count,
        "shown": spread(shown),
        "gone": spread(gone),
        "early": sum(late < 0 for late in shown + gone),
        "never": sum(row[2] == 0 for row in rows),
        "curve": [round(late, 3) for late in sorted(gone)],
    }


def run():
    result = {"limit_s": LIMIT_S, "alive_ms": ALIVE_MS, "gap_ms": GAP_MS, "unit": "ms", "cases": {}}
    for name, count, gap_ms, alive_ms in CASES:
        progress(f"{count} sessions, {name}")
        result["cases"][name] = measure(count, gap_ms, alive_ms)
    return result


def render(result):
    rows = []
    for name, case in result["cases"].items():
        late = cells(case["shown"], COLUMNS, digits=1) + cells(case["gone"], COLUMNS, digits=1)
        rows.append([name, case["sessions"], *late, case["early"], case["never"]])
    head = ["milliseconds after the limit", "sessions"]
    head += [f"reason shown, {name}" for name in COLUMNS] + [f"gone, {name}" for name in COLUMNS]
    return "\n\n".join(
        (
            "## Accuracy",
            f"`idle={result['limit_s']}s warn=off`; a key is typed into each session, {result['gap_ms']} ms apart or into all at "
            f"once, then nothing happens but a keepalive of ssh's size each {result['alive_ms'] / 1000:g} s where there are any. "
            "Counted from the key plus the limit. Between the reason on the terminal and the end of the connection lie 200 ms "
            "that belong to the reader. With keepalives on the wire the kernel's stamps, eight seconds coarse, are all that "
            "tells when the key was typed: up to that much late, never early.",
            table([*head, "early", "never"], rows),
            "![Lateness](benchmarks/accuracy.svg)",
        )
    )


def plots(result):
    series = {}
    for name, case in result["cases"].items():
        curve = case["curve"]
        series[name] = [(max(late, 1), 100 * (at + 1) / len(curve)) for at, late in enumerate(curve)]
    return {"accuracy": plot.lines("Connections gone", "milliseconds after the limit", "% of sessions", series)}

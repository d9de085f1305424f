# SPDX-License-Identifier: BSD-3-Clause
"""Lines over a logarithmic axis as SVG. The same numbers give the same bytes."""

import math

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 175, 30, 50
COLOURS = ("#0b6e99", "#c04f15", "#4a7c1f", "#7a3b8f", "#555555")


def decades(values):
    low = math.floor(math.log10(min(values)))
    return low, max(low + 1, math.ceil(math.log10(max(values))))


def steps(highest):
    """About five round numbers from 0 to beyond the highest."""
    step = 10 ** math.floor(math.log10(highest / 2 or 1))
    while highest / step > 6:
        step *= 2 if highest / step <= 12 else 5
    return [step * number for number in range(math.ceil(highest / step) + 1)]


def text(x, y, words, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{words}</text>'


def lines(title, x_label, y_label, series):
    """`series` is {name: [(x, y)]}, x above 0."""
    points = [point for of in series.values() for point in of]
    low, high = decades([x for x, _ in points])
    ticks = steps(max(y for _, y in points) or 1)
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def at(x, y):
        share = (math.log10(x) - low) / (high - low)
        return LEFT + share * (right - LEFT), bottom - y / ticks[-1] * (bottom - TOP)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        text((LEFT + right) / 2, 18, title, more=' font-weight="bold"'),
        text((LEFT + right) / 2, HEIGHT - 12, x_label),
        text(16, (TOP + bottom) / 2, y_label, more=f' transform="rotate(-90 16 {(TOP + bottom) / 2:.1f})"'),
    ]
    for tick in ticks:
        y = at(10**low, tick)[1]
        out.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#dddddd"/>')
        out.append(text(LEFT - 6, y + 4, f"{tick:g}", "end"))
    for power in range(low, high + 1):
        x = at(10.0**power, 0)[0]
        out.append(f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#dddddd"/>')
        out.append(text(x, bottom + 16, f"{10.0**power:g}"))
    for number, (name, of) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in of))
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        y = TOP + 14 + 18 * number
        out.append(f'<path d="M{right + 10} {y - 4}h18" stroke="{colour}" stroke-width="2"/>')
        out.append(text(right + 34, y, name, "start"))
    return "\n".join(out + ["</svg>", ""])

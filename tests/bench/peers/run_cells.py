# SPDX-License-Identifier: BSD-3-Clause
"""Runs cells, many at a time because nearly all they do is wait, and gathers their outcomes."""

import dataclasses
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from spread import spread

from .catalogue import ROWS, chosen
from .cell import Cell
from .outcome import Outcome, judge_all
from .servers import NotHere

WORKERS = 16
# Of systems that are booted fewer live at once: all take from root's inotify instances (fs.inotify.max_user_instances).
SYSTEMS = 8


class Progress:
    def __init__(self, total):
        self.lock = threading.Lock()
        self.done, self.total = 0, total

    def say(self, name, outcome):
        with self.lock:
            self.done += 1
            seconds = "" if outcome.seconds is None else f" {outcome.seconds:.1f} s"
            said = f": {outcome.said}" if outcome.said else ""
            print(f"peers: {self.done}/{self.total} {name}: {outcome.did}{seconds}{said}", file=sys.stderr, flush=True)


def first_line(error):
    return (str(error) or type(error).__name__).split("\n", 1)[0][:300]


def run_once(column, row, number):
    """(outcome, whether the measurement failed)"""
    try:
        with Cell(column, f"peers-{column.name}-{row.name}-{number}") as cell:
            return row.run(cell), False
    except NotHere as error:
        return Outcome("not run", said=first_line(error)), False
    except (AssertionError, OSError, subprocess.SubprocessError) as error:
        return Outcome("not run", said=f"failed: {first_line(error)}"), True


def describe_column(column):
    try:
        version = column.version()
    except NotHere as error:
        version = f"not run: {error}"
    return {
        "title": column.title,
        "version": version,
        "configuration": column.configuration(),
        "limit": column.limit,
        "ends": column.ends,
        "note": column.note,
    }


def describe_cell(column, row, outcomes):
    seconds = [outcome.seconds for outcome in outcomes if outcome.seconds is not None]
    return {
        "verdict": judge_all(row.asks, outcomes, column.limit),
        "runs": [dataclasses.asdict(outcome) for outcome in outcomes],
        **({"seconds": spread(seconds)} if seconds else {}),
    }


def describe_columns(cells):
    return {column.name: describe_column(column) for column in dict.fromkeys(column for column, _ in cells)}


def run(only=(), repeat=1, workers=WORKERS):
    """Measures the chosen cells. "failed" counts the runs that should have been possible and were not."""
    cells = chosen(only)
    progress = Progress(len(cells) * repeat)
    failed = 0

    def one(job):
        column, row, number = job
        outcome, broken = run_once(column, row, number)
        progress.say(f"{column.name}/{row.name}", outcome)
        return outcome, broken

    jobs = [(*cell, number) for cell in cells for number in range(repeat)]
    with ThreadPoolExecutor(workers) as pool, ThreadPoolExecutor(min(SYSTEMS, workers)) as systems:
        answers = [(systems if job[0].booted else pool).submit(one, job) for job in jobs]
    outcomes = {}
    for (column, row, _), answer in zip(jobs, answers):
        outcome, broken = answer.result()
        outcomes.setdefault((column, row), []).append(outcome)
        failed += broken
    return {
        "columns": describe_columns(cells),
        "rows": {row.name: {"scenario": row.scenario, "rule": row.rule_words()} for row in ROWS},
        "cells": {f"{c.name}/{r.name}": describe_cell(c, r, outcomes[c, r]) for c, r in cells},
        "failed": failed,
    }

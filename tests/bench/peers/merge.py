# SPDX-License-Identifier: BSD-3-Clause
"""Cells that were measured again take the place of earlier ones. Pure."""

from .catalogue import ROWS
from .columns import COLUMNS

# What may differ between the two: another run can have kernel audit where this one had not.
OFTEN_OTHER = {"audit"}


def same_machine(one, other):
    return all(one["machine"].get(key) == value for key, value in other["machine"].items() if key not in OFTEN_OTHER)


def check(earlier, later):
    """Numbers of another machine, or of another version, are not put into one table. Looks at no cells."""
    if not same_machine(earlier, later):
        raise ValueError("the earlier results are of another machine")
    for name, column in later["columns"].items():
        if earlier["columns"].get(name, column) != column:
            raise ValueError(f"the earlier results have another version or configuration of {name}")


def merge(earlier, later):
    """The later results with the cells that only the earlier ones have, in the order of the table."""
    check(earlier, later)
    columns = {**earlier["columns"], **later["columns"]}
    cells = {**earlier["cells"], **later["cells"]}
    names = [f"{column.name}/{row.name}" for column in COLUMNS for row in ROWS]
    return {
        **later,
        "columns": {column.name: columns[column.name] for column in COLUMNS if column.name in columns},
        "cells": {name: cells[name] for name in names if name in cells},
    }

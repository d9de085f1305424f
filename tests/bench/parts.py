# SPDX-License-Identifier: BSD-3-Clause
"""The parts of the benchmark, in the order of the document. Run as a program: prints their names."""

import importlib

PARTS = ("login", "memory", "wakeups", "ladder", "accuracy", "growth")


def load(name):
    return importlib.import_module(name)


if __name__ == "__main__":
    print(*PARTS)

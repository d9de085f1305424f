# SPDX-License-Identifier: BSD-3-Clause
"""What tests/bench/run tells the parts: where the compiled programs are, and how much time there is."""

import os

PROBES = os.environ.get("BENCH_PROBES", "")
IS_SMALL = os.environ.get("BENCH_SIZE") == "small"


def sized(full, small):
    """One of two amounts: for a document, or for a look whether everything still runs."""
    return small if IS_SMALL else full


def progress(text):
    print(f"  .. {text}", flush=True)

# SPDX-License-Identifier: BSD-3-Clause
"""
Side by side: the same scenarios on pam_idletimeout and on what people use instead. run() measures inside the sandbox
and returns what JSON can hold, render() makes a table of it. The directories of harness/ and of spread.py are on the path.
"""

from .render import render
from .run_cells import run

__all__ = ["render", "run"]

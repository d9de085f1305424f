# SPDX-License-Identifier: BSD-3-Clause
"""The one way in which a benchmark fails."""


class Failure(Exception):
    """A measurement could not be made."""

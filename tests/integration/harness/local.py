# SPDX-License-Identifier: BSD-3-Clause
"""Sessions without a connection: su and login on a terminal."""

from . import place

COMMANDS = {"su": ["su", "-", "alice"], "login": ["login", "-f", "alice"]}


class Local:
    """Stands where the daemon of an ssh session would."""

    def __init__(self, service):
        self.service = service
        self.log = place.Log()

    def connections(self):
        return []

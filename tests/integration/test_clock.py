# SPDX-License-Identifier: BSD-3-Clause
"""The wall clock stepped while a session idles and while a user types. Alone, and only where it is asked for."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness import client

pytestmark = pytest.mark.alone

# Less than an hour where other work on the machine minds it.
HOUR = int(os.environ.get("IDLETIMEOUT_STEP_SECONDS", "3600"))
LIMIT = 20.0


class WallClock:
    """Steps the machine's clock, and puts it back to where time itself has got to."""

    def __init__(self):
        self.base = self.offset()

    @staticmethod
    def offset():
        return time.clock_gettime(time.CLOCK_REALTIME) - time.clock_gettime(time.CLOCK_BOOTTIME)

    def step(self, seconds):
        """To `seconds` away from the right time."""
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
        time.clock_settime(time.CLOCK_REALTIME, self.base + now + seconds)


@pytest.fixture
def wall_clock():
    if os.environ.get("IDLETIMEOUT_STEP_CLOCK") != "1":
        pytest.skip("steps the machine's wall clock: only with IDLETIMEOUT_STEP_CLOCK=1")
    clock = WallClock()
    try:
        clock.step(0)
    except PermissionError:
        pytest.skip("the wall clock cannot be set here")
    yield clock
    clock.step(0)


def idle_and_typing(daemon, clock, steps):
    """
    One session that idles and one whose user types each 4.5 s, while the clock makes `steps`: [(after seconds, offset)].
    Returns how long after its last key the first was cut.
    """
    sshd = daemon("idle=20s")
    idler = client.shell(sshd).ready()
    typist = client.shell(sshd, user="bob").ready()
    try:
        idler.run("true")
        begin = idler.last_key
        due = [(begin + after, lambda offset=offset: clock.step(offset)) for after, offset in steps]
        due += [(begin + 4.5 * number, typist.key) for number in range(10)]
        with ThreadPoolExecutor(1) as pool:
            end = pool.submit(idler.wait_end, LIMIT + 25)
            for when, act in sorted(due, key=lambda entry: entry[0]):
                assert typist.watch(max(0.01, when - time.monotonic())), typist.shown
                act()
            assert "idletimeout" not in typist.shown
            return end.result() - begin
    finally:
        idler.close()
        typist.close()


def test_steps_there_and_back_neither_end_nor_stretch_a_session(daemon, wall_clock):
    took = idle_and_typing(daemon, wall_clock, [(4, HOUR), (6, 0), (9, -HOUR), (11, 0)])
    assert LIMIT <= took <= LIMIT + 9, took


@pytest.mark.parametrize("offset", [HOUR, -HOUR])
def test_step_that_stays_neither_ends_nor_stretches_a_session(daemon, wall_clock, offset):
    took = idle_and_typing(daemon, wall_clock, [(5, offset), (34, 0)])
    assert LIMIT <= took <= LIMIT + 9, took

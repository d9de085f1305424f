# SPDX-License-Identifier: BSD-3-Clause
"""The wall clock stepped while a session idles and while a user types. Alone, and only where it is asked for."""

import ctypes
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness import client

pytestmark = pytest.mark.alone

# Less than an hour where other work on the machine minds it.
HOUR = int(os.environ.get("IDLETIMEOUT_STEP_SECONDS", "3600"))
LIMIT = 20.0

CLOCKS = "Clocks, on the real daemon"
ON_TIME = "no early cut, no missed one"

# adjtimex(2), linux/timex.h: a tick is 10000 us long, and may be made a tenth longer or shorter.
ADJ_FREQUENCY, ADJ_TICK = 0x0002, 0x4000
USUAL_TICK = 10000


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


@pytest.mark.fault(CLOCKS, "the wall clock is set forward and back, and back and forward", ON_TIME)
def test_steps_there_and_back_neither_end_nor_stretch_a_session(daemon, wall_clock, observe):
    took = idle_and_typing(daemon, wall_clock, [(4, HOUR), (6, 0), (9, -HOUR), (11, 0)])
    assert LIMIT <= took <= LIMIT + 9, took
    observe(f"set by {HOUR} s: cut {took:.1f} s after the last key, limit 20 s; who typed was not cut")


@pytest.mark.parametrize(
    "offset",
    [
        pytest.param(HOUR, marks=pytest.mark.fault(CLOCKS, "the wall clock is set forward", ON_TIME)),
        pytest.param(-HOUR, marks=pytest.mark.fault(CLOCKS, "the wall clock is set back", ON_TIME)),
    ],
)
def test_step_that_stays_neither_ends_nor_stretches_a_session(daemon, wall_clock, offset, observe):
    took = idle_and_typing(daemon, wall_clock, [(5, offset), (34, 0)])
    assert LIMIT <= took <= LIMIT + 9, took
    observe(f"set by {offset} s: cut {took:.1f} s after the last key, limit 20 s; who typed was not cut")


class Timex(ctypes.Structure):
    _fields_ = [("modes", ctypes.c_uint)] + [
        (name, ctypes.c_long) for name in ("offset", "freq", "maxerror", "esterror", "status", "constant", "precision", "tolerance")
    ] + [("time", ctypes.c_long * 2), ("tick", ctypes.c_long), ("rest", ctypes.c_long * 20)]  # fmt: skip


def slew(tick, ppm):
    words = Timex(modes=ADJ_FREQUENCY | ADJ_TICK, tick=tick, freq=ppm << 16)
    assert ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(words)) >= 0, os.strerror(ctypes.get_errno())


@pytest.fixture
def slewing(wall_clock):
    before = Timex()
    ctypes.CDLL(None).adjtimex(ctypes.byref(before))
    yield slew
    slew(before.tick, before.freq >> 16)


@pytest.mark.parametrize(
    "tick, ppm",
    [
        pytest.param(USUAL_TICK, 500, marks=pytest.mark.fault(CLOCKS, "the clocks are slewed by 500 ppm", ON_TIME)),
        pytest.param(11000, 0, marks=pytest.mark.fault(CLOCKS, "the clocks are slewed by 10 %", ON_TIME)),
        pytest.param(9000, 0, marks=pytest.mark.fault(CLOCKS, "the clocks are slewed by -10 %", ON_TIME)),
    ],
)
def test_slewing_is_as_true_as_the_clocks(daemon, wall_clock, slewing, observe, tick, ppm):
    """The kernel slews all clocks alike but CLOCK_MONOTONIC_RAW: stamps and deadlines do not drift apart."""
    slewing(tick, ppm)
    offset = wall_clock.offset()
    took = idle_and_typing(daemon, wall_clock, [])
    assert LIMIT <= took <= LIMIT + 9, took
    assert abs(wall_clock.offset() - offset) < 0.01
    observe(f"cut {took:.1f} s after the last key, limit 20 s; who typed was not cut")

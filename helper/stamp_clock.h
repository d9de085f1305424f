/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From one stamp of a terminal, its access or its modification time, to the latest moment that it can stand for.
 *
 * Pure. The kernel stamps a terminal with whole seconds of wall clock and refreshes the stamp once per bucket of eight
 * seconds (drivers/tty/tty_io.c, tty_update_time): the last input lies between the stamp and the end of its bucket.
 * A stamp is converted to CLOCK_BOOTTIME once, when it is first seen, so that setting the wall clock afterwards
 * neither ages nor renews it. Only when the wall clock passes through that bucket again does input in it leave no trace:
 * then the end of the bucket counts once more.
 */
#ifndef IDLETIMEOUT_HELPER_STAMP_CLOCK_H
#define IDLETIMEOUT_HELPER_STAMP_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* How long a stamp holds before it is refreshed. */
#define STAMP_BUCKET_NS (INT64_C(8) * 1000 * 1000 * 1000)

/* The stamp comes from a clock that advances once per tick; the slowest tick of Linux is 10 ms (HZ=100). */
#define STAMP_CLOCK_SLACK_NS (INT64_C(10) * 1000 * 1000)

/* A wall clock that moved by more than this against CLOCK_BOOTTIME was set, not slewed. */
#define WALL_STEP_NS (INT64_C(500) * 1000 * 1000)

/* How wall clock relates to CLOCK_BOOTTIME, in nanoseconds of wall minus boot. */
struct wall_offset {
	int64_t now;    /* as of this sample */
	int64_t before; /* as of the sample before */
};

/* A stamp as it was last seen. */
struct stamp_clock {
	bool is_seen;     /* stamp and latest hold something */
	int64_t stamp;    /* wall clock, seconds */
	int64_t latest;   /* latest possible input until the last look, CLOCK_BOOTTIME */
	int64_t end;      /* of the stamp's bucket, if open or to come by the wall clock of the last look, CLOCK_BOOTTIME */
};

/* The offset for the next sample, given that of the last and the clocks now. */
struct wall_offset wall_offset_next(const struct wall_offset *last, int64_t wall_ns, int64_t boot_ns);

bool wall_offset_has_stepped(const struct wall_offset *offset);

/*
 * Takes the stamp as it is at `boot_ns` and returns the latest moment of input that it allows, never after `boot_ns`.
 */
int64_t stamp_clock_take(struct stamp_clock *clock, int64_t stamp, const struct wall_offset *offset, int64_t boot_ns);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/tty_clock.h"

#include "common/duration.h"

#define BUCKET_SECONDS 8

struct wall_offset wall_offset_next(const struct wall_offset *last, int64_t wall_ns, int64_t boot_ns)
{
	return (struct wall_offset){.now = wall_ns - boot_ns, .before = last->now};
}

bool wall_offset_has_stepped(const struct wall_offset *offset)
{
	int64_t moved = offset->now - offset->before;

	return moved > WALL_STEP_NS || moved < -WALL_STEP_NS;
}

/* The end of the bucket that a stamp stands for, on the wall clock in nanoseconds. A stamp beyond reason is not scaled. */
static int64_t bucket_end(int64_t stamp)
{
	const int64_t last_second = INT64_MAX / NS_PER_SECOND - BUCKET_SECONDS - 1;

	if (stamp > last_second)
		stamp = last_second;
	if (stamp < 0)
		stamp = 0;
	return ((stamp | (BUCKET_SECONDS - 1)) + 1) * NS_PER_SECOND + TTY_CLOCK_SLACK_NS;
}

/*
 * A stamp first seen after the wall clock was set may come from before or from after the setting. One that is fresh by
 * the new clock counts as input now; else it is from before, unless that would lie in the future.
 */
static int64_t convert(int64_t stamp, const struct wall_offset *offset, int64_t boot_ns)
{
	int64_t by_new_clock = bucket_end(stamp) - offset->now;
	int64_t by_old_clock = bucket_end(stamp) - offset->before;
	bool is_fresh = by_new_clock >= boot_ns - TTY_CLOCK_SLACK_NS &&
	                by_new_clock <= boot_ns + (BUCKET_SECONDS + 1) * NS_PER_SECOND;

	if (!wall_offset_has_stepped(offset) || is_fresh || by_old_clock > boot_ns + BUCKET_SECONDS * NS_PER_SECOND)
		return by_new_clock;
	return by_old_clock;
}

int64_t tty_clock_take(struct tty_clock *clock, int64_t stamp, const struct wall_offset *offset, int64_t boot_ns)
{
	if (!clock->is_seen || clock->stamp != stamp) {
		clock->is_seen = true;
		clock->stamp = stamp;
		clock->latest = convert(stamp, offset, boot_ns);
	}
	/* A stamp in the future is no promise of input to come. */
	if (clock->latest > boot_ns + (BUCKET_SECONDS + 1) * NS_PER_SECOND)
		clock->latest = boot_ns;
	return clock->latest < boot_ns ? clock->latest : boot_ns;
}

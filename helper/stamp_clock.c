/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/stamp_clock.h"

#include "common/duration.h"

#define BUCKET_SECONDS (STAMP_BUCKET_NS / NS_PER_SECOND)

/* How far ahead the end of a bucket that has begun can seem: the clocks and the stamp are read one after the other. */
#define BUCKET_AHEAD_NS ((BUCKET_SECONDS + 1) * NS_PER_SECOND)

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
	return ((stamp | (BUCKET_SECONDS - 1)) + 1) * NS_PER_SECOND + STAMP_CLOCK_SLACK_NS;
}

/* When a wall clock `offset` ahead of CLOCK_BOOTTIME shows `wall_ns`. */
static int64_t boot_time(int64_t wall_ns, int64_t offset)
{
	int64_t boot_ns;

	return __builtin_sub_overflow(wall_ns, offset, &boot_ns) ? INT64_MAX : boot_ns;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/*
 * Which of the two clocks made a new stamp is not known. After a small correction the later reading holds. After a step the
 * stamp is from before; one from after lies in the future of the old clock, or its bucket is still open.
 */
static int64_t convert(int64_t stamp, const struct wall_offset *offset)
{
	int64_t by_new_clock = boot_time(bucket_end(stamp), offset->now);
	int64_t by_old_clock = boot_time(bucket_end(stamp), offset->before);

	return wall_offset_has_stepped(offset) ? by_old_clock : later(by_new_clock, by_old_clock);
}

/* Input in a bucket that has begun is possible until its end. */
static void reach(struct stamp_clock *clock, int64_t boot_ns)
{
	if (clock->end <= boot_ns + BUCKET_AHEAD_NS)
		clock->latest = later(clock->latest, earlier(clock->end, boot_ns));
}

int64_t stamp_clock_take(struct stamp_clock *clock, int64_t stamp, const struct wall_offset *offset, int64_t boot_ns)
{
	int64_t end = boot_time(bucket_end(stamp), offset->now);

	if (clock->is_seen && clock->stamp == stamp) {
		reach(clock, boot_ns);
	} else {
		clock->is_seen = true;
		clock->stamp = stamp;
		/* A stamp in the future is no promise of input to come. */
		clock->latest = earlier(convert(stamp, offset), boot_ns);
	}
	clock->end = end >= boot_ns ? end : INT64_MIN;
	reach(clock, boot_ns);
	return clock->latest;
}

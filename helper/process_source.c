/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/process_source.h"

#include "common/duration.h"

#define WORK_MIN_NS (INT64_C(10) * 1000 * 1000)

/* Work is more than one part in so many of the time of one CPU. */
#define WORK_SHARE 200

/* In nanoseconds; what is out of range stays at its end. */
static int64_t ticks_to_ns(uint64_t ticks, uint64_t per_second)
{
	uint64_t seconds = ticks / per_second;

	if (seconds >= INT64_MAX / NS_PER_SECOND)
		return INT64_MAX;
	return (int64_t)(seconds * NS_PER_SECOND + ticks % per_second * NS_PER_SECOND / per_second);
}

bool process_worked(uint64_t before_ticks, uint64_t after_ticks, int64_t elapsed_ns, long ticks_per_second)
{
	if (after_ticks <= before_ticks || elapsed_ns <= 0)
		return false;
	/* No tick is shorter than a nanosecond: that also keeps the products of ticks_to_ns in range. */
	if (ticks_per_second <= 0 || ticks_per_second > NS_PER_SECOND)
		return false;
	int64_t used = ticks_to_ns(after_ticks - before_ticks, (uint64_t)ticks_per_second);
	return used > WORK_MIN_NS && used > elapsed_ns / WORK_SHARE;
}

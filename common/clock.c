/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/clock.h"

#include <time.h>

#include "common/duration.h"

/* clock_gettime(2) cannot fail for a clock that the kernel has and a pointer that is valid. */
static int64_t read_clock(clockid_t id)
{
	struct timespec now = {0};

	(void)clock_gettime(id, &now);
	return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

int64_t clock_boot_ns(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

int64_t clock_wall_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

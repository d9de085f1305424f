/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The two clocks everything is told by, in nanoseconds.
 *
 * Deadlines live on CLOCK_BOOTTIME, which nobody sets and which counts time asleep. Stamps of terminals and the
 * time shown to people are wall clock.
 */
#ifndef IDLETIMEOUT_COMMON_CLOCK_H
#define IDLETIMEOUT_COMMON_CLOCK_H

#include <stdint.h>

int64_t clock_boot_ns(void);
int64_t clock_wall_ns(void);

#endif

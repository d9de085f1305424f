/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether the processes of a session worked between two surveys of it (helper/members.h).
 *
 * Pure. Work is CPU time: more than 10 ms of it, and more than half a percent of one CPU over the time between. A loop that
 * wakes up to look for something (`while sleep 60; do check; done`, a client of a message bus) stays below that and is no
 * work; what sleeps (`sleep 999`) uses none at all. What waits for disk or network most of the time can stay below it too:
 * switches and payload tell of that.
 */
#ifndef IDLETIMEOUT_HELPER_PROCESS_SOURCE_H
#define IDLETIMEOUT_HELPER_PROCESS_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Takes the sums of CPU time at both surveys, the time between them, and how many ticks a second has (sysconf(3),
 * _SC_CLK_TCK). A sum that fell lost a process and says nothing: no work. Without time in between there is none either.
 */
bool process_worked(uint64_t before_ticks, uint64_t after_ticks, int64_t elapsed_ns, long ticks_per_second);

#endif

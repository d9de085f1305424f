/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints when each step of the ladder against a session with a connection is due, in milliseconds: asks the ladder itself,
 * so that no table is kept twice.
 */
#include <stdio.h>

#include "common/duration.h"
#include "helper/ladder.h"

int main(void)
{
	static const char *const names[] = {
		[STEP_ANNOUNCE] = "the reason",
		[STEP_SHUTDOWN] = "shutdown",
		[STEP_TERMINATE] = "SIGTERM to the leader",
		[STEP_KILL_CHILDREN] = "SIGKILL to its children",
		[STEP_KILL_LEADER] = "SIGKILL to the leader",
	};
	struct ladder ladder;
	int64_t now = 0;
	enum step step;

	ladder_begin(&ladder, now, true, false);
	while ((step = ladder_take(&ladder, now)) != STEP_DONE) {
		(void)printf("%lld %s\n", (long long)(now / NS_PER_MS), names[step]);
		now = ladder.due;
	}
	return 0;
}

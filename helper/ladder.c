/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/ladder.h"

#include "common/duration.h"

struct rung {
	enum step step;
	int64_t wait_ms; /* until the next */
};

static const struct rung with_connection[] = {
	/* sshd reads the terminal and sends it on within milliseconds; the client must have it before the shutdown. */
	{STEP_ANNOUNCE, 200},
	{STEP_SHUTDOWN, 500},
	{STEP_KILL_CHILDREN, 500},
	{STEP_TERMINATE, 2500},
	{STEP_KILL_CHILDREN, 2500},
	{STEP_KILL_LEADER, 500},
	{STEP_KILL_LEADER, 500},
	{STEP_KILL_LEADER, 1000},
	{STEP_DONE, 0},
};

static const struct rung without_connection[] = {
	{STEP_ANNOUNCE, 200},
	/* A shell writes its history, and may wait for its jobs to hear of it. */
	{STEP_HANG_UP, 1000},
	{STEP_KILL_CHILDREN, 1000},
	/* su(1) sleeps two seconds between SIGTERM and SIGKILL to its shell, and closes the PAM session after. */
	{STEP_TERMINATE, 2500},
	{STEP_KILL_CHILDREN, 2500},
	{STEP_KILL_LEADER, 500},
	{STEP_KILL_LEADER, 500},
	{STEP_KILL_LEADER, 1000},
	{STEP_DONE, 0},
};

static const struct rung sweep[] = {
	{STEP_SWEEP_TERMINATE, 1000},
	{STEP_SWEEP_KILL, 200},
	{STEP_SWEEP_KILL, 200},
	{STEP_SWEEP_KILL, 200},
	{STEP_DONE, 0},
};

static const struct rung done[] = {{STEP_DONE, 0}};

static void climb(struct ladder *ladder, const struct rung *rungs, int64_t now)
{
	ladder->rungs = rungs;
	ladder->next = 0;
	ladder->due = now;
}

void ladder_begin(struct ladder *ladder, int64_t now, bool has_connection, bool is_sweeping)
{
	*ladder = (struct ladder){.sweep = is_sweeping};
	climb(ladder, has_connection ? with_connection : without_connection, now);
}

static bool is_disconnecting(const struct ladder *ladder)
{
	return ladder->rungs == with_connection || ladder->rungs == without_connection;
}

void ladder_leader_gone(struct ladder *ladder, int64_t now)
{
	ladder->is_leader_gone = true;
	if (is_disconnecting(ladder))
		climb(ladder, ladder->sweep ? sweep : done, now);
}

void ladder_swept(struct ladder *ladder)
{
	climb(ladder, done, ladder->due);
}

enum step ladder_take(struct ladder *ladder, int64_t now)
{
	const struct rung *rung = &ladder->rungs[ladder->next];

	if (now < ladder->due)
		return STEP_WAIT;
	/* A leader that nothing ends does not keep the rest of its session standing. */
	if (rung->step == STEP_DONE && is_disconnecting(ladder) && ladder->sweep) {
		climb(ladder, sweep, now);
		rung = ladder->rungs;
	}
	if (rung->step != STEP_DONE) {
		ladder->next++;
		ladder->due = now + rung->wait_ms * NS_PER_MS;
	}
	return rung->step;
}

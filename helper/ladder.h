/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The disconnect ladder: which step comes when, from kind to certain.
 *
 * Pure; disconnect.h carries the steps out. The leader must end by its own clean path, so that PAM, utmp and audit see the
 * session close, and while it lives its client hangs on it: it is killed last. With a connection, that is shut first; what does
 * not end by itself then is the user's side (the leader's children), which a user can stop or make deaf: killing it
 * lets the leader close properly, where asking the leader first would leave a stopped child behind. Without a
 * connection (su, login) the user's shell hears SIGHUP first, as when a terminal hangs up; its end is what the leader waits for,
 * while not every leader survives being asked itself: shadow's login(1) dies of SIGTERM without closing. Every step is
 * skipped once the leader is gone.
 */
#ifndef IDLETIMEOUT_HELPER_LADDER_H
#define IDLETIMEOUT_HELPER_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum step {
	STEP_ANNOUNCE,        /* the reason to the terminals, and a moment for it to reach the client */
	STEP_SHUTDOWN,        /* the connection; SIGCONT to the leader */
	STEP_HANG_UP,         /* SIGHUP and SIGCONT to the leader's children */
	STEP_TERMINATE,       /* SIGTERM and SIGCONT to the leader */
	STEP_KILL_CHILDREN,   /* SIGKILL to the leader's children */
	STEP_KILL_LEADER,     /* SIGKILL to the leader */
	STEP_SWEEP_TERMINATE, /* kill=session: SIGTERM to what is left of the audit session */
	STEP_SWEEP_KILL,      /* kill=session: SIGKILL to what is left then */
	STEP_DONE,
	STEP_WAIT /* nothing is due yet */
};

struct rung;

struct ladder {
	const struct rung *rungs; /* the part that is being climbed */
	size_t next;
	int64_t due; /* when the next is due, CLOCK_BOOTTIME in nanoseconds */
	bool sweep;  /* kill=session */
	bool is_leader_gone;
};

void ladder_begin(struct ladder *ladder, int64_t now, bool has_connection, bool is_sweeping);

/* The leader has ended, or has closed the session: goes on with the sweep, or is done. */
void ladder_leader_gone(struct ladder *ladder, int64_t now);

/* Nothing is left to sweep. */
void ladder_swept(struct ladder *ladder);

/* The step to carry out at `now`, each once; STEP_WAIT until ladder->due; STEP_DONE for ever at the end. */
enum step ladder_take(struct ladder *ladder, int64_t now);

#endif

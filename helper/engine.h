/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The engine: (limits, what was sampled, now) -> what to do, and when to look again.
 *
 * Pure: it neither sleeps nor looks; simulated time drives it in the tests. All times are nanoseconds of CLOCK_BOOTTIME.
 * A sample says the latest moment at which somebody can have been active, so that no verdict is ever early; it may
 * only make the engine wait longer. The engine wakes once for each step (a warning, a limit), and when a source asks for it.
 */
#ifndef IDLETIMEOUT_HELPER_ENGINE_H
#define IDLETIMEOUT_HELPER_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/policy.h"

/* A moment that never comes, and one that never was. */
#define ENGINE_NEVER INT64_MAX
#define ENGINE_UNKNOWN INT64_MIN

/*
 * How long after `keepalive x keepalive_count` without a sign of life the peer is given up: the last probe leaves up to
 * 50 ms late (the kernel's timer wheel) and deserves an answer. The promise is one second.
 */
#define ENGINE_PEER_GRACE_NS (INT64_C(800) * 1000 * 1000)

/*
 * How long input that is on its way may take from the wire to the terminal's stamp. A limit that runs out within this
 * time of data received is looked at once more.
 */
#define ENGINE_SETTLE_NS (INT64_C(300) * 1000 * 1000)

enum limit { LIMIT_NONE, LIMIT_IDLE, LIMIT_KEEPALIVE, LIMIT_MAX };

struct ladder_of_warnings {
	int64_t before_ns[POLICY_WARNINGS_MAX]; /* from long to short */
	size_t count;
	size_t given;       /* steps done with in this stretch */
	int64_t last_given; /* when; ENGINE_UNKNOWN: none in this stretch */
};

struct sample {
	int64_t now;
	int64_t active;      /* latest possible activity; ENGINE_UNKNOWN: nothing measures it now */
	int64_t received;    /* when data last came from the peer; ENGINE_UNKNOWN */
	int64_t alive;       /* the peer's last sign of life; ENGINE_UNKNOWN: no peer to probe */
	bool is_unanswered;  /* probes or retransmissions are out that the peer has not answered */
	int64_t again;       /* when a source needs the next sample, whatever the limits do; ENGINE_NEVER */
	bool is_unsettled;   /* that sample may find activity before `now`: no idle limit has run out until then */
};

struct engine {
	int64_t idle, window, max; /* limits in nanoseconds; 0: not in force. window = keepalive x count */
	int64_t glance;            /* longest time between two looks while there is a peer; 0: any */
	int64_t start;             /* login */
	int64_t active;            /* latest activity known of */
	int64_t alive;             /* latest sign of life of the peer; ENGINE_UNKNOWN: no peer */
	bool is_unanswered;
	int64_t settled;    /* the idle deadline that is looked at twice */
	int64_t settle_end; /* when for the second time */
	int64_t forgiven;   /* when an idle limit passed without consequence (rehearsal); ENGINE_UNKNOWN */
	int64_t extended;   /* neither idle nor max runs out before that; ENGINE_UNKNOWN: as they are set */
	struct ladder_of_warnings idle_warnings, max_warnings;
};

enum action { ACTION_WAIT, ACTION_WARN, ACTION_CUT };

struct verdict {
	enum action action;
	enum limit limit; /* that is warned of or has run out */
	int64_t left;     /* of ACTION_WARN: until the limit, nanoseconds */
	int64_t idle;     /* since the latest activity, nanoseconds */
	int64_t wake;     /* when to sample again; ENGINE_NEVER */
};

/* Starts at login (`start`). Reads the limits and warnings of the policy; keeps no pointer to it. */
void engine_init(struct engine *engine, const struct policy *policy, int64_t start);

/* Takes one sample; samples come in the order of their time. */
struct verdict engine_step(struct engine *engine, const struct sample *sample);

/*
 * Lets a limit that has run out pass without consequence, for a rehearsal: `idle` until there is new activity, the others
 * for good. The next step says when to look again.
 */
void engine_forgive(struct engine *engine, enum limit limit);

/* Whether the idle limit has passed without consequence and there was no activity since. */
bool engine_is_forgiven(const struct engine *engine);

/*
 * Gives the session time until `until`: an idle or max deadline that lies before it moves there, a later one stays, and
 * the peer's is none of its business. What a moved deadline was warned of is warned of anew; a warning that would be due at
 * `now` already counts as given, for the user is told of the extension. True when a deadline has moved.
 */
bool engine_extend(struct engine *engine, int64_t now, int64_t until);

/* Nanoseconds left at `now` of one limit (0 when run out); ENGINE_NEVER when not in force. */
int64_t engine_left(const struct engine *engine, enum limit limit, int64_t now);

/* The limit that will run out first as things stand; LIMIT_NONE. A peer that answers has no deadline. */
enum limit engine_first(const struct engine *engine);

/* The limit as the policy sets it, in seconds (of keepalive: the interval); 0 for none. */
uint32_t limit_seconds(enum limit limit, const struct policy *policy);

/* "idle", "keepalive", "max"; "" for none. */
const char *limit_name(enum limit limit);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What was promised to people, held against what happened in a simulated world. The reasons for which a promise does not hold
 * stand in one place: promises_excuse.
 */
#ifndef IDLETIMEOUT_TESTS_PROMISES_H
#define IDLETIMEOUT_TESTS_PROMISES_H

#include "tests/sim/watcher.h"
#include "tests/sim/world.h"

enum excuse {
	EXCUSE_NONE,
	EXCUSE_LIKE_KEEPALIVES,
	EXCUSE_BESIDE_TYPING,
	EXCUSE_BESIDE_OUTPUT,
	EXCUSE_FORGING,
	EXCUSE_COUNT
};

struct promises {
	int64_t typed, moved;  /* the last that were followed */
	int64_t told;          /* the last activity that has to be told from everything else */
	int64_t believed;      /* the last look at a forged stamp that may be believed */
	int64_t believed_from; /* the key that these looks are counted from */
	unsigned beliefs;
	bool is_forgery_seen;  /* the first may hide what was typed until then */
	uint64_t excused[EXCUSE_COUNT];
};

struct breach {
	const char *promise; /* NULL: all is kept */
	int64_t value;
};

void promises_begin(struct promises *promises, const struct world *world);

/* Follows what the world has come to. */
void promises_follow(struct promises *promises, const struct world *world);

/* Takes note of what the watchdog has seen. */
void promises_see(struct promises *promises, const struct watcher *watcher, const struct world *world);

/* While a session lives, when it is cut, and when it is over. */
struct breach promises_not_late(const struct promises *promises, const struct world *world);
struct breach promises_not_early(const struct promises *promises, const struct world *world, enum limit limit);
struct breach promises_few_looks(const struct world *world, const struct watcher *watcher);

#endif

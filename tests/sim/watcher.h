/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The watchdog's judgement in a simulated world: what watch_look of helper/look.c does, with the world's stamps and counters.
 */
#ifndef IDLETIMEOUT_TESTS_WATCHER_H
#define IDLETIMEOUT_TESTS_WATCHER_H

#include "helper/engine.h"
#include "helper/observer.h"
#include "helper/tty_clock.h"
#include "tests/sim/world.h"

/* As helper/tcp.c rounds ages of TCP_INFO. */
#define TICK_MAX (10 * MILLISECOND)

/* A process is scheduled within this of its timer. */
#define LATENCY (2 * MILLISECOND)

struct watcher {
	struct policy policy;
	struct engine engine;
	struct observer observer;
	struct tty_clock clocks[TERMINALS_MAX];
	int64_t wake;
	struct terminals_reading terminals; /* of the last look */
	unsigned looks, disturbances;
};

void watcher_begin(struct watcher *watcher, const struct world *world);

/* Looks, writes the warning that is due, and plans the next look. */
struct verdict watcher_look(struct watcher *watcher, struct world *world);

#endif

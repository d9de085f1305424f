/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One simulated session from login to its end: the world, its watchdog, and the promises between them.
 */
#ifndef IDLETIMEOUT_TESTS_SIM_SESSION_H
#define IDLETIMEOUT_TESTS_SIM_SESSION_H

#include "tests/sim/promises.h"

struct session {
	struct scenario scenario;
	struct world world;
	struct watcher watcher;
	struct promises promises;
	bool is_cut;
	enum limit limit; /* that it was cut for */
};

/* Lives until the session is cut, or its time is over, or a promise is broken. */
struct breach session_live(struct session *session, uint64_t seed, unsigned with);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A test in a process of its own: for hosts that close descriptors, ignore signals, have children or die.
 *
 * The process is the leader of its session. It asserts with cmocka as any test does; what it prints is shown
 * only if it fails.
 */
#ifndef IDLETIMEOUT_TESTS_SCENARIO_H
#define IDLETIMEOUT_TESTS_SCENARIO_H

#include "tests/pam/host.h"

/* One that runs beside others: scenario_end waits for it. */
struct scenario {
	pid_t child;
	int output;
};

void scenario_begin(struct scenario *scenario, struct host *host, void (*run)(void **state));
void scenario_end(struct scenario *scenario);

/* `run` is given the host as its state. Fails when an assertion in it does, or when it takes too long. */
void scenario_run(struct host *host, void (*run)(void **state));

#endif

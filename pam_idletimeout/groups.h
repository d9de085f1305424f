/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Asking which groups a user is in, without ever waiting for the name service.
 *
 * WATCHDOG_PATH is started once more, and becomes idle-groups, which asks in the module's stead (LIFELINE_GROUPS), when the first
 * question comes; so a login that no rule needs a group for costs nothing. It is killed when the questions are over.
 */
#ifndef IDLETIMEOUT_MODULE_GROUPS_H
#define IDLETIMEOUT_MODULE_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/text.h"
#include "pam_idletimeout/watchdog.h"

/* The questions of one login; the user is borrowed. Released by groups_release(). */
struct groups {
	const char *user;
	int64_t deadline_ns; /* CLOCK_BOOTTIME, for all questions together */
	bool is_running;
	struct watchdog process;
};

void groups_init(struct groups *groups, const char *user, int64_t deadline_ns);

/* Whether the user is in `group`: 1, 0, or -errno with the reason why nobody can say. */
int groups_ask(struct groups *groups, const char *group, struct text *why);

void groups_release(struct groups *groups);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A watchdog's process as the module sees it: started, spoken to, heard, killed if need be.
 *
 * Starting it is not arming (arm.h): one may also be started to do a single thing and end (loss.h).
 */
#ifndef IDLETIMEOUT_MODULE_WATCHDOG_H
#define IDLETIMEOUT_MODULE_WATCHDOG_H

#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

/* The module's hold on it. All are close-on-exec and belong to whoever started it. */
struct watchdog {
	int lifeline; /* the module's end; never 0, 1 or 2 */
	int greeting; /* the module's end */
	int pidfd;
};

/*
 * Starts WATCHDOG_PATH, if it can be trusted, with `connection` (borrowed; -1: none). It may take until
 * `deadline_ns` (CLOCK_BOOTTIME). 0: there is a process, of whose program nothing is known yet.
 */
int watchdog_start(int connection, int64_t deadline_ns, struct watchdog *ret_watchdog, struct text *why);

/* Sends one message. 0 also when the watchdog has died: the reason it gave, if any, is still to be heard. */
int watchdog_tell(const struct watchdog *watchdog, const char *bytes, size_t length, struct text *why);

/* Waits for the message `expected`; whatever comes instead, or its end, is an error. */
int watchdog_expect(const struct watchdog *watchdog, const char *expected, int64_t deadline_ns, struct text *why);

/* Lets go of it, and leaves it running. */
void watchdog_release(struct watchdog *watchdog);

/* Ends it, and lets go. */
void watchdog_kill(struct watchdog *watchdog);

#endif

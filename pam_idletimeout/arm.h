/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Arming: from a session record to a running watchdog whose loss the kernel itself reports.
 *
 * Either all of it happens within the deadline or nothing is left: no process, no descriptor, no signal to come.
 */
#ifndef IDLETIMEOUT_MODULE_ARM_H
#define IDLETIMEOUT_MODULE_ARM_H

#include <stdint.h>

#include "common/session.h"
#include "common/text.h"

/* What to arm, and until when (CLOCK_BOOTTIME) it may take; all of it borrowed. */
struct arm_request {
	const struct session *session;
	const struct policy *policy;
	int connection; /* the session's socket; -1: none */
	int64_t deadline_ns;
};

/* The module's hold on the watchdog. Both are close-on-exec and the owner's to close. */
struct armed {
	int lifeline; /* the module's end */
	int watchdog; /* pidfd */
};

/*
 * Starts the watchdog, hands it the record and waits for its word. From the return on, unless the policy says
 * otherwise, the end of the watchdog is SIGTERM for the calling process.
 */
int arm_start(const struct arm_request *request, struct armed *ret_armed, struct text *why);

/* From here on nothing that happens to the lifeline is a signal to the leader. */
void arm_silence(int lifeline);

/* Takes it all back: the watchdog is killed, without a signal to the leader, and both descriptors are closed. */
void arm_abandon(struct armed *armed);

#endif

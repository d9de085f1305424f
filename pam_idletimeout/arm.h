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
#include "pam_idletimeout/watchdog.h"

/* What to arm, and until when (CLOCK_BOOTTIME) it may take; all of it borrowed. */
struct arm_request {
	const struct session *session;
	const struct policy *policy;
	int connection; /* the session's socket; -1: none */
	int64_t deadline_ns;
};

/*
 * Starts the watchdog, hands it the record and waits for its word. From the return on, unless the policy says
 * otherwise, the end of the watchdog is SIGTERM for the calling process. The caller releases or disarms the
 * watchdog.
 */
int arm(const struct arm_request *request, struct watchdog *ret_watchdog, struct text *why);

/* From here on nothing that happens to the lifeline is a signal to the leader. */
void arm_silence(int lifeline);

/* Takes it all back: the watchdog is killed, without a signal to the leader, and let go; the files of session `id` are removed. */
void arm_undo(struct watchdog *watchdog, const char *id);

#endif

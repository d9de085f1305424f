/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Opening a session: what there is to watch, who it is, arming, and the log lines of it.
 */
#ifndef IDLETIMEOUT_MODULE_OPEN_H
#define IDLETIMEOUT_MODULE_OPEN_H

#include <security/pam_modules.h>

#include "common/policy.h"

/*
 * Puts the session under `policy`, which has a limit in force. 1: armed; 0: there is nothing to enforce it on,
 * and no process was started; -errno: it could not be armed, which is logged, its connection is shut down and
 * nothing is left behind.
 */
int open_session(pam_handle_t *pamh, const struct policy *policy);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Opening a session: what there is to watch, who it is, arming, and the log lines of it.
 */
#ifndef IDLETIMEOUT_MODULE_OPEN_H
#define IDLETIMEOUT_MODULE_OPEN_H

#include <security/pam_modules.h>

#include "common/policy.h"

/*
 * Puts the session under the policy of the arguments, or of the rule that replaces them. 1: armed; 0: it is exempt, no
 * limit is in force or there is nothing to enforce one on, and no process is left; -errno: it could not be armed, which
 * is logged, its connection is shut down and nothing is left behind. -EBADMSG: because of the rules, which are broken
 * or cannot be decided; -ENOMEM.
 */
int open_session(pam_handle_t *pamh, const struct policy *arguments);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an armed session leaves with its PAM handle: the module's end of the lifeline, and whose it is.
 *
 * The handle owns it (pam_set_data(3)) and is copied by every fork of the host. Only the leader, the process
 * that armed, speaks for the session; any other copy is memory and a descriptor, and is released as that.
 */
#ifndef IDLETIMEOUT_MODULE_STATE_H
#define IDLETIMEOUT_MODULE_STATE_H

#include <security/pam_modules.h>
#include <stdbool.h>

#include "common/session.h"
#include "common/text.h"

/* Keeps an armed session; the handle takes `*lifeline` over on success, leaving -1. -ENOMEM. */
int state_store(pam_handle_t *pamh, const struct session *session, const struct policy *policy, int *lifeline);

bool state_exists(pam_handle_t *pamh);

/*
 * Says goodbye and releases. -ENOENT: nothing is armed; -EPERM: not the leader, nothing was done; -EOWNERDEAD:
 * the watchdog was lost, which is reported, and what it left under RUN_DIR is removed; other -errno: it could
 * not be told. The reason is left with each but the first two.
 */
int state_end(pam_handle_t *pamh, struct text *why);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Leaving the session's control group, where pam_systemd stands before this module in the stack.
 *
 * A watchdog inside the scope of the session it watches could be stopped together with it through logind. It moves beside
 * init, where no unit's end reaches it. Runs while still root; the pure part is here to be tested.
 */
#ifndef IDLETIMEOUT_HELPER_CGROUP_H
#define IDLETIMEOUT_HELPER_CGROUP_H

#include <stdbool.h>

/*
 * Whether the hierarchy `label` of the terminated text of /proc/PID/cgroup (cgroups(7)) places the process in a session's
 * scope, ".../session-N.scope". Labels are "0::" for the unified hierarchy and "name=systemd:" for systemd's of version 1.
 */
bool cgroup_is_in_session(const char *text, const char *label);

/* Moves this process out of a session's scope if it is in one. 0 also when there is nothing to leave; else -errno. */
int cgroup_leave_session(void);

#endif

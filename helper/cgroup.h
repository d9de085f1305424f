/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The session's control group: leaving it, where pam_systemd stands before this module in the stack, and knowing it.
 *
 * A watchdog inside the scope of the session it watches could be stopped together with it through logind. It moves beside
 * init, where no unit's end reaches it. That runs while still root; the pure parts are here to
 * be tested.
 */
#ifndef IDLETIMEOUT_HELPER_CGROUP_H
#define IDLETIMEOUT_HELPER_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "common/text.h"

/*
 * Whether the hierarchy `label` of the terminated text of /proc/PID/cgroup (cgroups(7)) places the process in a session's
 * scope, ".../session-N.scope". Labels are "0::" for the unified hierarchy and "name=systemd:" for systemd's of version 1.
 */
bool cgroup_is_in_session(const char *text, const char *label);

/* Moves this process out of a session's scope if it is in one. 0 also when there is nothing to leave; else -errno. */
int cgroup_leave_session(void);

/*
 * Appends the path in the unified hierarchy, "/user.slice/..", that the text of /proc/PID/cgroup tells. -ENOENT when the
 * process is in none, or in its root; -EINVAL when the path is outside of what is visible here (cgroup_namespaces(7)).
 */
int cgroup_add_path(const char *text, struct text *path);

/*
 * The id of a process's group in the unified hierarchy, as sock_diag tells it of sockets; 0 when it is in none. It is the inode
 * number of the group's directory (include/linux/cgroup.h, cgroup_id).
 */
uint64_t cgroup_id(int32_t pid);

#endif

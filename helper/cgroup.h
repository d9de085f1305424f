/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Control groups: leaving that of the login, and knowing that of the session.
 *
 * A watchdog inside the scope of the session it watches (pam_systemd before this module) could be stopped together with it
 * through logind, and one below the user's own manager (su in a unit of systemd-run --user) could be frozen by the user, to whom
 * that part of the tree is delegated. One that stays in its service's group is ended with the service. It moves beside
 * init, where no unit's end reaches it and nobody but root can. That runs while still root; the pure parts are here to be
 * tested.
 */
#ifndef IDLETIMEOUT_HELPER_CGROUP_H
#define IDLETIMEOUT_HELPER_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "common/text.h"

/*
 * Whether the hierarchy `label` of the terminated text of /proc/PID/cgroup (cgroups(7)) places the process anywhere but in its
 * root or beside init. Labels are "0::" for the unified hierarchy and "name=systemd:" for systemd's of version 1.
 */
bool cgroup_is_in_unit(const char *text, const char *label);

/* Moves this process beside init. 0 also when it is in no unit, or there is no systemd; else -errno. */
int cgroup_leave_unit(void);

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

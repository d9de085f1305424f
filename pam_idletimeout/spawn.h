/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The quiet double fork: a watchdog that the host never notices as a child.
 *
 * Hosts reap, ignore or count their children. The child made here has no exit signal, so that no SIGCHLD is
 * sent and no wait() without __WALL sees it; it makes the watchdog, which init inherits, and exits. No signal
 * disposition is touched.
 */
#ifndef IDLETIMEOUT_MODULE_SPAWN_H
#define IDLETIMEOUT_MODULE_SPAWN_H

#include "pam_idletimeout/child.h"

/*
 * Starts the watchdog. By the return, LIFELINE_SPAWNED with its pidfd, or LIFELINE_FAILED, waits at the other
 * end of the greeting; whether the program runs is told there too. -errno when not even the first child could
 * be made. The fds stay the caller's.
 */
int spawn_watchdog(const struct child_fds *fds);

#endif

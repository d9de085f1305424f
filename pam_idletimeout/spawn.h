/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The quiet double spawn: a watchdog that the host never notices as a child.
 *
 * Hosts reap, ignore or count their children. The child made here has no exit signal, so that no SIGCHLD is
 * sent and no wait() without __WALL sees it; it makes the watchdog, which init inherits, and exits. No signal
 * disposition is touched. Until the watchdog's program runs both live in the host's memory, one after the other,
 * and the calling thread stands still; other threads of the host go on.
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

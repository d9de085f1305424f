/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Undoing what was inherited from the leader, so that the watchdog is the same wherever its line stands in the stack.
 *
 * pam_limits, pam_umask, pam_nice and the service itself leave their mark on a process that is started from within; none
 * of it may bend the watchdog. Runs first, still as root.
 */
#ifndef IDLETIMEOUT_HELPER_INHERIT_H
#define IDLETIMEOUT_HELPER_INHERIT_H

/*
 * Signals, mask, umask, working directory, resource limits, priority, OOM score, the session's cgroup; closes every descriptor but
 * those of common/lifeline.h. What cannot be undone without privilege is left.
 */
void inherit_undo(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The children of a process, from /proc/PID/task/TID/children (proc_pid_tid_children(5)).
 *
 * A pid that is handed out here is a number that was a child's a moment ago: whoever signals or trusts it looks again.
 */
#ifndef IDLETIMEOUT_HELPER_CHILDREN_H
#define IDLETIMEOUT_HELPER_CHILDREN_H

#include <stdint.h>

typedef void visit_child(int32_t child, void *context);

/* Calls `visit` for each child that a thread of `pid` has, in no order; for none when the process is gone. */
void children_visit(int32_t pid, visit_child *visit, void *context);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Getting a report out to the log and the audit system without waiting for either.
 *
 * Each goes out from a child process of its own, which may be late; a stuck log daemon does not keep the audit record,
 * nor either of them the disconnect. The children are not waited for: SIGCHLD is ignored (helper/inherit.h).
 */
#ifndef IDLETIMEOUT_HELPER_DELIVER_H
#define IDLETIMEOUT_HELPER_DELIVER_H

#include "common/policy.h"
#include "common/session.h"
#include "helper/report.h"

/* Every report is counted in RUN_DIR/totals from now on (helper/totals.h); takes over `fd`, negative when there is none. */
void deliver_count_in(int fd);

/* Sends the report wherever the policy wants it. What fails is said in the log as far as that is possible. */
void deliver(const struct report *report, const struct session *session, const struct policy *policy);

/* Writes one line of the watchdog's own to the log, from a child as well. Printable ASCII only. */
void deliver_line(int priority, const char *line);

#endif

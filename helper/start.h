/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Start-up: from what the leader left behind to a watchdog that waits.
 *
 * In this order: undo what was inherited, receive the record, make the session's files while still root, set the
 * connection's probes, give up root, register everything to wait for, filter system calls.
 */
#ifndef IDLETIMEOUT_HELPER_START_H
#define IDLETIMEOUT_HELPER_START_H

#include "common/text.h"
#include "helper/loop.h"
#include "helper/report.h"
#include "helper/server.h"
#include "helper/watch.h"

/* The report of a session that is armed. */
extern const struct report start_armed;

/* What start() returns when there is nothing to watch, only a loss to report. */
#define START_LOST 1

/*
 * Fills all three and returns 0; or START_LOST with the session and policy filled; or -errno with the step that failed in `why`
 * and no file left behind; the greeting is then still open, to say so. Asked about groups, the process becomes idle-groups
 * (groups.c) instead of returning.
 */
int start(struct watch *watch, struct server *server, struct loop *loop, struct text *why);

#endif

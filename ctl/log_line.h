/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A line that a watchdog or the module wrote to the log, read back into what it reports.
 *
 * Pure. The forms are those of helper/report.c and pam_idletimeout/describe.c. A line is plain text, and names in it may
 * be anything: it is read from its end, where nobody else's words stand, and who is in it is believed only if no part of
 * it can be read in two ways.
 */
#ifndef IDLETIMEOUT_CTL_LOG_LINE_H
#define IDLETIMEOUT_CTL_LOG_LINE_H

#include "ctl/event.h"

/*
 * Reads the `message` of a program that calls itself `tag`. The message is cut into the texts of the event, which point
 * into it; the time and the host are left for the caller. -ENOENT: no report of ours; -EINVAL: one that cannot
 * be understood.
 */
int log_line_parse(const char *tag, char *message, struct event *ret_event);

#endif

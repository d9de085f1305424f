/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A line of a file that syslogd wrote: when, on which host, which program, what.
 *
 * Pure, but for the time zone (ctl/moment.h).
 */
#ifndef IDLETIMEOUT_CTL_SYSLOG_LINE_H
#define IDLETIMEOUT_CTL_SYSLOG_LINE_H

#include <stdint.h>

struct syslog_line {
	int64_t time_ms;
	const char *host, *tag; /* of the program, without its pid */
	char *message;
};

/*
 * Reads "Nov 20 14:00:05 host sshd[17]: message" or "2026-11-20T14:00:05.123+01:00 host ..", and cuts the line into its
 * parts. `latest_s` says of which year a stamp without one can be (ctl/moment.h). -EINVAL.
 */
int syslog_line_parse(char *line, int64_t latest_s, struct syslog_line *ret_line);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * StopIdleSessionSec= of logind.conf(5).
 *
 * Pure. The caller hands over the lines of all files, in the order in which they count.
 */
#ifndef IDLETIMEOUT_CTL_LOGIND_CONF_H
#define IDLETIMEOUT_CTL_LOGIND_CONF_H

#include <stdbool.h>
#include <stdint.h>

struct logind_conf {
	bool is_inside; /* the section [Login] of the file that is being read */
	bool stops;     /* sessions that are idle */
	uint64_t seconds;
};

/* Another file begins: the section of the last one is over. */
void logind_conf_start_file(struct logind_conf *conf);

/* Takes a line; true when it is one of StopIdleSessionSec= that counts from here on. */
bool logind_conf_line(struct logind_conf *conf, const char *line);

/* Parses a time span as systemd.time(7) writes it: "900", "15min", "1h 30min". Milliseconds are dropped. -EINVAL. */
int logind_span_parse(const char *word, uint64_t *ret_seconds);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * idletimeout metrics: how many sessions there are and what became of others, for a monitoring system.
 *
 * Counting is metrics_text.c, the file is replacement.c.
 */
#ifndef IDLETIMEOUT_CTL_METRICS_H
#define IDLETIMEOUT_CTL_METRICS_H

#include <stdio.h>

#include "common/totals.h"
#include "ctl/command.h"
#include "ctl/sessions.h"

extern const struct command metrics_command;

/*
 * Prints an OpenMetrics document of the sessions and of what was counted, NULL when that is not for the caller to know. It is the
 * older text format of Prometheus as well. 0 or -ENOMEM.
 */
int metrics_print(const struct session_list *list, const struct totals *totals, FILE *to);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * After the loss of a session's watchdog: what it can no longer do itself.
 */
#ifndef IDLETIMEOUT_MODULE_LOSS_H
#define IDLETIMEOUT_MODULE_LOSS_H

#include <stdbool.h>

#include "common/text.h"

/*
 * Removes the record and the control socket of session `id`. True if they were still there: a watchdog that
 * ends in good order removes them itself and is not lost.
 */
bool loss_clean_up(const char *id);

/* Starts a process that puts the loss on record (LIFELINE_LOST) and is not waited for. `record`: the session's. */
int loss_report(const char *record, struct text *why);

#endif

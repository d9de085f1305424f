/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Saying why something failed: the sentence that ends up in the log, next to the error that is passed on.
 *
 * Functions of the module that can fail for many reasons take a `struct text *why` and leave one reason in it.
 * It is owned by the entry point, starts empty, and is complete and safe to print whenever an error is
 * returned.
 */
#ifndef IDLETIMEOUT_MODULE_REASON_H
#define IDLETIMEOUT_MODULE_REASON_H

#include "common/text.h"

/* Room for any reason: the longest holds a place in the rules, the name of a group and a message of the watchdog. */
#define REASON_SIZE 1024

/*
 * Both leave their reason and return `error` (-errno); the second adds the system's word for it: "what:
 * Permission denied".
 */
int reason_set(struct text *why, int error, const char *what);
int reason_errno(struct text *why, int error, const char *what);

#endif

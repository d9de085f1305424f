/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How often each thing has happened since the machine started: what outlives the sessions that it happened to.
 *
 * Pure. The file RUN_DIR/totals is this in the notation of common/fields.h, one line for each name, such as
 * "disconnect.idle=12". Watchdogs add to it (helper/totals.h), `idletimeout metrics` reads it. A name is what an audit
 * record calls the operation and its reason; names that a program does not know are kept, so that a newer or an older
 * watchdog can count in the same file.
 */
#ifndef IDLETIMEOUT_COMMON_TOTALS_H
#define IDLETIMEOUT_COMMON_TOTALS_H

#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

/* Of the file within RUN_DIR. */
#define TOTALS_FILE_NAME "totals"

#define TOTALS_MAX 32
#define TOTAL_NAME_SIZE 32

/* Room for the whole file: so many names, each with 20 digits, an equals sign and the end of its line. */
#define TOTALS_SIZE (TOTALS_MAX * (TOTAL_NAME_SIZE + 22))

struct total {
	char name[TOTAL_NAME_SIZE];
	uint64_t count;
};

struct totals {
	struct total items[TOTALS_MAX];
	size_t count;
};

/* Everything that is known to happen, each zero: what has not happened yet is counted, too. */
void totals_init(struct totals *totals);

/* One more of `name`. -ENOSPC when it is new and there is no room for it, or it is too long for a name. */
int totals_add(struct totals *totals, const char *name);

/* -ENOSPC when `text` has less than TOTALS_SIZE bytes of room. */
int totals_encode(const struct totals *totals, struct text *text);

/* Reads what was encoded, on top of totals_init(). -EINVAL, with the output unspecified: it was not. */
int totals_decode(const char *bytes, size_t length, struct totals *ret_totals);

#endif

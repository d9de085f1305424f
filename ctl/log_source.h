/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a history was read, so that the output can say it.
 *
 * A source owns its names and is released by log_source_free().
 */
#ifndef IDLETIMEOUT_CTL_LOG_SOURCE_H
#define IDLETIMEOUT_CTL_LOG_SOURCE_H

#include <stddef.h>

enum log_source_kind { SOURCE_AUDIT, SOURCE_JOURNAL, SOURCE_SYSLOG, SOURCE_KIND_COUNT };

struct log_source {
	enum log_source_kind kind;
	char **names; /* of files, in the order in which they were read */
	size_t count, room;
};

/* "audit", "journal" or "syslog", as --source takes it. */
const char *log_source_name(enum log_source_kind kind);

/* Adds the name of a file; 0 or -ENOMEM. */
int log_source_add(struct log_source *source, const char *name);

/* The name that was added last, or "". */
const char *log_source_last(const struct log_source *source);

/* Starts anew, with another kind. */
void log_source_restart(struct log_source *source, enum log_source_kind kind);

void log_source_free(struct log_source *source);

#define autofree_log_source __attribute__((cleanup(log_source_free)))

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * idletimeout log: what happened to sessions, as the logs have it.
 *
 * What is asked for is log_request.c; where it is read, log_read.c; showing it, log_table.c for people and log_json.c for
 * programs.
 */
#ifndef IDLETIMEOUT_CTL_LOG_H
#define IDLETIMEOUT_CTL_LOG_H

#include <stdio.h>

#include "ctl/command.h"
#include "ctl/history.h"
#include "ctl/log_source.h"

extern const struct command log_command;

struct log_request {
	struct event_filter filter;
	const char **files; /* words of argv, in memory of the caller's */
	size_t file_count;
	bool has_source; /* only `source` is read, else the best that there is */
	enum log_source_kind source;
	bool help, json;
};

/*
 * Reads the arguments of a command, at the moment `now_s`. `files` has room for all of them. 0, or -EINVAL, told on
 * stderr.
 */
int log_parse_request(const struct command *command, int argc, char **argv, int64_t now_s, const char **files,
                      struct log_request *ret_request);

/*
 * Reads what is asked for, and tells on stderr what cannot be read, and where it was read if that is not the audit logs.
 * 0; 1 when something was left out; -errno when nothing could be read.
 */
int log_read(const struct log_request *request, struct history *history, struct log_source *source);

/* Prints the history; `width` as in table_print. 0 or -ENOMEM. */
int log_print_table(const struct history *history, const struct log_source *source, size_t width, FILE *to);
int log_print_json(const struct history *history, const struct log_source *source, FILE *to);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is said of a watched session, to people and programs alike.
 *
 * Pure, but for the time zone of words_add_login(). Nothing is owned here, and nothing is made safe for a terminal:
 * that is for whoever prints it.
 */
#ifndef IDLETIMEOUT_CTL_WORDS_H
#define IDLETIMEOUT_CTL_WORDS_H

#include <stdint.h>

#include "common/text.h"
#include "ctl/sessions.h"

/* Whole seconds of a time of status.h, rounded so that idle and left add up to the limit; -1 when it is unknown. */
int64_t words_seconds_passed(int64_t ms);
int64_t words_seconds_left(int64_t ms);

/* The word for the state of a session, "no answer" when its watchdog is silent. */
const char *words_state(const struct watched *item);

/* The watchdog knows the terminals; without it there is what the service called one, which of sshd is just "ssh". */
const char *words_terminals(const struct watched *item);

/* Where the session comes from: the address of its connection, else what the service calls the remote host. */
const char *words_from(const struct watched *item);

/* Appends when the session was opened, local time to the minute; nothing when that is unknown. */
void words_add_login(const struct session *session, struct text *text);

/* Appends what a limit in force is set to: "15m", or "30s x 3". */
void words_add_limit(const struct policy *policy, enum option_id limit, struct text *text);

/* Room for any setting as policy_add_value() writes it. */
#define WORDS_SETTING_SIZE 256

#define SOURCE_COUNT 4

/* A source of activity: its name in activity=, and how long it has seen none, as in status.h. */
struct source {
	const char *name;
	int64_t ms;
};

void words_sources(const struct status *status, struct source ret_sources[SOURCE_COUNT]);

enum counting { COUNTS_NEVER, COUNTS_WITHOUT_TERMINAL, COUNTS_ALWAYS };

/*
 * Whether a source of activity counts under a policy whose activity= is written `activity`: "auto", or names with
 * commas between them. Under auto, input always does, and of what has no terminal its processes and its network.
 */
enum counting words_source_counts(const char *activity, const char *source);

#endif

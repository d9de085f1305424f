/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One thing that pam_idletimeout reported of a session, wherever the report was read: an audit record or a log line.
 *
 * Pure. Whoever reads an event lends it its texts, for as long as that reader says; event_copy() makes one that owns
 * them and is released by free(3). Nothing here is safe for a terminal: that is for whoever prints it.
 */
#ifndef IDLETIMEOUT_CTL_EVENT_H
#define IDLETIMEOUT_CTL_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/text.h"

enum event_kind {
	EVENT_ARMED,
	EVENT_DISCONNECTED,
	EVENT_WOULD_DISCONNECT,
	EVENT_TAMPERING,
	EVENT_EXTENDED,
	EVENT_OTHER /* of a newer watchdog than this command: EVENT_OP says what */
};

enum event_result { RESULT_UNKNOWN, RESULT_SUCCESS, RESULT_FAILED };

enum event_text {
	EVENT_OP,      /* what the record calls the event, without "idletimeout:" */
	EVENT_HOST,    /* node= of the record, or the host that the log names */
	EVENT_USER,
	EVENT_SERVICE, /* in log lines only */
	EVENT_ADDRESS,
	EVENT_RHOST,
	EVENT_TTY,
	EVENT_REASON,
	EVENT_ADMIN, /* who extended or closed the session: a name, as far as one is known */
	EVENT_TEXT_COUNT
};

/* Times and limits are in seconds. */
enum event_number {
	EVENT_LASTED, /* how long idle, silent or in session */
	EVENT_LIMIT,  /* that ran out */
	EVENT_IDLE_MAX,
	EVENT_KEEPALIVE_MAX,
	EVENT_LIFE_MAX,
	EVENT_SECONDS, /* by which the session was extended */
	EVENT_LOGIN_UID,
	EVENT_AUDIT_SESSION,
	EVENT_ADMIN_UID,
	EVENT_LEADER,
	EVENT_SERIAL, /* of the audit record */
	EVENT_NUMBER_COUNT
};

struct event {
	int64_t time_ms; /* since the epoch */
	enum event_kind kind;
	enum event_result result;
	const char *text[EVENT_TEXT_COUNT];   /* NULL: not known */
	int64_t number[EVENT_NUMBER_COUNT]; /* -1: not known, or there is none */
};

/* An event of which nothing is known yet. */
void event_init(struct event *event);

/* Forgets numbers that say nothing: a limit of 0 is none, and without one, nothing was measured in 0 seconds. */
void event_tidy(struct event *event);

/* A copy in one piece of memory with all its texts, for free(3); NULL when there is none to be had. */
struct event *event_copy(const struct event *event);

/* What happened: "armed", "disconnected", "would disconnect", "tampering", "extended", else what the record says. */
const char *event_word(const struct event *event);

/* "success" or "failed"; NULL when it is not known. */
const char *event_result_word(const struct event *event);

/* Where the session came from: the address, else what the service called the remote host; NULL when neither is known. */
const char *event_from(const struct event *event);

/* The reasons that records and lines give, NULL at the end. */
extern const char *const event_reasons[];

/* What is asked for. Times are in milliseconds since the epoch. */
struct event_filter {
	int64_t since_ms, until_ms; /* from the first on, before the second */
	const char *user, *reason;  /* NULL: any */
};

bool event_is_wanted(const struct event *event, const struct event_filter *filter);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a watchdog knows of its session at this moment, and the request that asks for it.
 *
 * Pure. The control socket RUN_DIR/ID.sock is SOCK_SEQPACKET: a request is one message, and so is the answer, which is
 * the session record followed by the lines of this status, or CONTROL_REFUSED and a reason. Only root and the
 * session's own user, who owns the socket, can connect; the watchdog tells them apart by SO_PEERCRED (unix(7)). What
 * root alone may ask for is in common/order.h.
 */
#ifndef IDLETIMEOUT_COMMON_STATUS_H
#define IDLETIMEOUT_COMMON_STATUS_H

#include <stddef.h>
#include <stdint.h>

#include "common/session.h"
#include "common/text.h"

#define CONTROL_STATUS "status"
#define CONTROL_REFUSED "refused "

/* The reasons that the command tells from others: the first two are a matter of who asks, the third of the watchdog's age. */
#define CONTROL_FOREIGN "not your session"
#define CONTROL_ROOT_ONLY "only root may do that"
#define CONTROL_UNKNOWN "unknown request"

#define CONTROL_REQUEST_SIZE 128
#define CONTROL_ANSWER_SIZE (SESSION_RECORD_SIZE + 1024)

/* A time that does not apply: no such limit, or nothing to measure. */
#define STATUS_NONE (-1)

struct status {
	char terminals[128]; /* "pts/3,pts/5"; empty: none now */
	char state[16];      /* "running", "warned", "closing" or "dry-run" (the limit passed, nobody was disconnected) */
	int64_t idle_ms;     /* since the last activity; STATUS_NONE: cannot be measured */
	int64_t idle_left_ms, keepalive_left_ms, max_left_ms; /* until each limit; STATUS_NONE: not in force */
	int64_t left_ms;                                      /* until the limit that comes first */
	int64_t extended_ms;                                  /* until an administrator's extension ends; STATUS_NONE: none */
	char first[16];                                       /* its name: "idle", "keepalive", "max"; empty: none */
	/* Since each source last saw activity; STATUS_NONE: not since login, or it cannot be measured. */
	int64_t input_ms, output_ms, process_ms, network_ms;
	char source[16]; /* that idle_ms goes by: "input", .., "network", or "login" for none since; empty: not said */
	int64_t spoofed; /* 1: stamps of a terminal were set by hand at least once; 0: never; STATUS_NONE: not said */
};

/* A status of which nothing is known: no name, no time. */
extern const struct status status_unknown;

int status_encode(const struct status *status, struct text *text);

/* Reads the status lines of an answer of `length` bytes, skipping all others. -EINVAL: malformed. */
int status_decode(const char *bytes, size_t length, struct status *ret_status);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Asking many watchdogs one thing over their control sockets (common/status.h), all at the same time.
 *
 * Owns the sockets while it runs; the answers belong to it and last as long as the call that hands them over.
 */
#ifndef IDLETIMEOUT_CTL_ASK_H
#define IDLETIMEOUT_CTL_ASK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/session.h"

/*
 * How long a question waits when nobody answers any more, and anything in all: a watchdog that is stuck delays no more
 * than that.
 */
#define ASK_PATIENCE_MS 200
#define ASK_TOTAL_MS 2000

/*
 * Takes the answer, `length` bytes and not terminated, of the watchdog of ids[index]; or, with a negative `length`, why
 * there is none. -EACCES: not for this caller; -ENOENT or -ECONNREFUSED: nobody is there; -ECONNRESET: it closed
 * without a word; -EMSGSIZE: more than an answer can be; -EAGAIN or -ETIMEDOUT: silent; or another -errno.
 */
typedef void answer_taker(void *context, size_t index, const char *answer, ssize_t length);

/*
 * Sends `request` to the watchdogs of `count` sessions and hands what comes of each to `take`, once for every session
 * and in the order in which it comes. Those that answer no more within `patience_ms` are silent. 0, or -errno when nobody
 * could be asked at all.
 */
int ask_watchdogs(const char (*ids)[SESSION_ID_SIZE], size_t count, const char *request, int64_t patience_ms,
                  answer_taker *take, void *context);

#endif

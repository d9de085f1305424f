/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The words on the user's terminal: constant ASCII, our own numbers and a word of root's (order_is_word), nothing a user or
 * a peer could choose.
 *
 * Pure. Lines start and end with CR LF, because a terminal in raw mode (an editor) does not add the CR.
 */
#ifndef IDLETIMEOUT_HELPER_WARNING_H
#define IDLETIMEOUT_HELPER_WARNING_H

#include <stdbool.h>
#include <stdint.h>

#include "common/text.h"
#include "helper/engine.h"

/* Room for any of the messages below. */
#define WARNING_SIZE 256

/* "the limit comes in LEFT", and for idle how to stay. `left_ns` is rounded up to whole seconds. */
void warning_add(struct text *text, enum limit limit, int64_t left_ns, uint32_t limit_s);

/* Why the session ends now. */
void reason_add(struct text *text, enum limit limit, uint32_t limit_s, bool is_dry_run);

/* That an administrator closes the session, and the word he gave for it; may be empty. */
void closing_add(struct text *text, const char *word);

/* That an administrator has given the session so much time from now. */
void extension_add(struct text *text, uint32_t seconds);

#endif

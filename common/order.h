/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an administrator can order the watchdog of a session to do, as a request of its control socket (common/status.h).
 *
 *     extend SECONDS      neither idle nor max ends the session before so many seconds have passed
 *     close [WORD]        end the session now; the word says why
 *
 * Pure. The answer to an order that was obeyed is that of CONTROL_STATUS, as things stand after it.
 */
#ifndef IDLETIMEOUT_COMMON_ORDER_H
#define IDLETIMEOUT_COMMON_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/text.h"

/* No extension reaches further ahead: who wants a longer limit sets a longer one. */
#define ORDER_EXTEND_MAX 86400

/* Room for the word, with its terminator. */
#define ORDER_WORD_SIZE 33

enum order_kind { ORDER_EXTEND, ORDER_CLOSE };

struct order {
	enum order_kind kind;
	uint32_t seconds;           /* of ORDER_EXTEND: from 1 to ORDER_EXTEND_MAX */
	char word[ORDER_WORD_SIZE]; /* of ORDER_CLOSE; empty: none was given */
};

/*
 * Whether it is a word that can be given as the reason: some of [A-Za-z0-9._-], nothing that means anything to a terminal,
 * a log or the audit system.
 */
bool order_is_word(const char *word);

/* Appends the order as a request. */
void order_add(struct text *text, const struct order *order);

/* Reads a request. -ENOENT: it is no order; -EINVAL: it is one, and malformed. */
int order_parse(const char *request, struct order *ret_order);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is said of a watched session, to people and programs alike.
 *
 * Pure; nothing is owned here.
 */
#ifndef IDLETIMEOUT_CTL_WORDS_H
#define IDLETIMEOUT_CTL_WORDS_H

#include <stdint.h>

#include "ctl/sessions.h"

/* Whole seconds of a time of status.h, rounded so that idle and left add up to the limit; -1 when it is unknown. */
int64_t words_seconds_passed(int64_t ms);
int64_t words_seconds_left(int64_t ms);

/* The word for the state of a session, "no answer" when its watchdog is silent. */
const char *words_state(const struct watched *item);

#endif

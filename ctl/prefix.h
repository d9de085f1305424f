/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which session is meant by an id that a person typed, or by the beginning of one.
 *
 * Pure. Owns nothing: what is returned points into what was given.
 */
#ifndef IDLETIMEOUT_CTL_PREFIX_H
#define IDLETIMEOUT_CTL_PREFIX_H

#include <stddef.h>

#include "common/session.h"

/* With fewer digits, what is unique today is not tomorrow. */
#define PREFIX_MIN 3

/*
 * Reads what was typed as an id or its beginning, and spells it as ids are: Crockford's base 32 reads capitals as small
 * letters, i and l as 1, o as 0. -EINVAL when no id begins like that, or it is too short or too long.
 */
int prefix_parse(const char *typed, char ret_prefix[SESSION_ID_SIZE]);

/* How many of `count` ids, which are sorted, begin with `prefix`; they stand from `*ret_first` on. */
size_t prefix_find(const char *prefix, const char (*ids)[SESSION_ID_SIZE], size_t count, size_t *ret_first);

/* The nearer of two guesses at what was meant: `id`, or `best` (may be NULL); one too far off is no guess. */
const char *prefix_nearer(const char *prefix, const char *id, const char *best);

#endif

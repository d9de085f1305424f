/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which known word somebody meant who typed another.
 *
 * Pure. Owns nothing: the word returned is one of those given.
 */
#ifndef IDLETIMEOUT_CTL_NEAREST_H
#define IDLETIMEOUT_CTL_NEAREST_H

#include <stddef.h>

/*
 * How many letters must be inserted, removed or replaced to make one word of the other (the edit distance of
 * Levenshtein); SIZE_MAX when one of them is longer than any word worth guessing at.
 */
size_t word_distance(const char *a, const char *b);

/* The nearer of two guesses for `typed`: `word`, or `best` (may be NULL); words too far off are no guess. */
const char *nearer_word(const char *typed, const char *word, const char *best);

#endif

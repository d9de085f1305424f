/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/nearest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define WORD_MAX 32

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * One row of the table of distances at a time: row[j] is the distance between the letters of `a` seen so far and the
 * first j letters of `b`.
 */
size_t word_distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1];
	size_t length = strlen(b);

	if (strlen(a) > WORD_MAX || length > WORD_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (; *a != '\0'; a++) {
		size_t diagonal = row[0]++;
		for (size_t j = 1; j <= length; j++) {
			size_t replaced = diagonal + (*a != b[j - 1]);
			diagonal = row[j];
			row[j] = smaller(replaced, smaller(row[j], row[j - 1]) + 1);
		}
	}
	return row[length];
}

/* A third of the letters may be wrong, or the rest of the word missing: beyond that, a guess is a riddle. */
static bool is_guess(const char *typed, const char *word)
{
	size_t length = strlen(typed);

	if (length > 0 && strncmp(typed, word, length) == 0)
		return true;
	return word_distance(typed, word) <= (strlen(word) + 2) / 3;
}

const char *nearer_word(const char *typed, const char *word, const char *best)
{
	if (!is_guess(typed, word))
		return best;
	if (best == NULL || word_distance(typed, word) < word_distance(typed, best))
		return word;
	return best;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/prefix.h"

#include <errno.h>
#include <string.h>

#include "ctl/nearest.h"

/* As tolower(3) in the C locale: the caller's language says nothing about ids. */
static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The digit that a letter which looks like one stands for. */
static char digit_of(char typed)
{
	char c = small(typed);

	if (c == 'i' || c == 'l')
		return '1';
	return c == 'o' ? '0' : c;
}

int prefix_parse(const char *typed, char ret_prefix[SESSION_ID_SIZE])
{
	char id[SESSION_ID_SIZE] = "00000000";
	size_t length = strlen(typed);

	if (length < PREFIX_MIN || length > SESSION_ID_LENGTH)
		return -EINVAL;
	for (size_t i = 0; i < length; i++)
		id[i] = digit_of(typed[i]);
	/* Filled up with zeros, the beginning of an id is one. */
	if (!session_is_id(id))
		return -EINVAL;
	id[length] = '\0';
	return text_copy(ret_prefix, SESSION_ID_SIZE, id);
}

size_t prefix_find(const char *prefix, const char (*ids)[SESSION_ID_SIZE], size_t count, size_t *ret_first)
{
	size_t length = strlen(prefix);
	size_t first = 0, end;

	while (first < count && strncmp(ids[first], prefix, length) < 0)
		first++;
	for (end = first; end < count && strncmp(ids[end], prefix, length) == 0;)
		end++;
	*ret_first = first;
	return end - first;
}

/* Between what was typed and as much of an id. */
static size_t distance(const char *prefix, const char *id)
{
	char start[SESSION_ID_SIZE] = "";

	memcpy(start, id, strlen(prefix));
	return word_distance(prefix, start);
}

/* A third of what was typed may be wrong: beyond that, a guess is a riddle. */
const char *prefix_nearer(const char *prefix, const char *id, const char *best)
{
	size_t far = distance(prefix, id);

	if (far > (strlen(prefix) + 2) / 3)
		return best;
	return best == NULL || far < distance(prefix, best) ? id : best;
}

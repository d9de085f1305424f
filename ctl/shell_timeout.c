/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/shell_timeout.h"

#include <string.h>

#include "common/text.h"

#define NAME "TMOUT"

/* What stands between two commands, and between two words of one. */
#define SEPARATORS ";&|(){}"
#define BLANKS " \t"

#define WORD_SIZE 64

/* Reads "900", "'900'" or "\"900\"". */
static bool parse_value(const char *value, uint32_t *ret_seconds)
{
	char word[WORD_SIZE];
	uint64_t seconds;
	size_t length = strlen(value);

	if (length >= 2 && (value[0] == '"' || value[0] == '\'') && value[length - 1] == value[0]) {
		value++;
		length -= 2;
	}
	if (length >= sizeof word)
		return false;
	memcpy(word, value, length);
	word[length] = '\0';
	if (text_parse_unsigned(word, UINT32_MAX, &seconds) < 0)
		return false;
	*ret_seconds = (uint32_t)seconds;
	return true;
}

/* "readonly", or the switch of declare and typeset that means the same. */
static bool makes_readonly(const char *word)
{
	return strcmp(word, "readonly") == 0 || (word[0] == '-' && strchr(word, 'r') != NULL);
}

static void take_word(const char *word, bool is_readonly, struct shell_timeout *timeout)
{
	size_t length = strlen(NAME);

	if (strncmp(word, NAME, length) != 0)
		return;
	if (word[length] == '=' && parse_value(word + length + 1, &timeout->seconds))
		timeout->is_set = true;
	if (word[length] == '=' || word[length] == '\0')
		timeout->is_readonly = timeout->is_readonly || is_readonly;
}

struct shell_timeout shell_timeout_of(const char *line)
{
	struct shell_timeout timeout = {0};
	bool is_readonly = false;

	for (line += strspn(line, BLANKS); *line != '\0' && *line != '#'; line += strspn(line, BLANKS)) {
		char word[WORD_SIZE] = "";
		size_t length = strcspn(line, BLANKS SEPARATORS);
		if (length < sizeof word)
			memcpy(word, line, length);
		is_readonly = is_readonly || makes_readonly(word);
		take_word(word, is_readonly, &timeout);
		line += length;
		if (*line != '\0' && strchr(SEPARATORS, *line) != NULL) {
			is_readonly = false;
			line++;
		}
	}
	return timeout;
}

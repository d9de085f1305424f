/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/logind_conf.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "common/text.h"

#define BLANKS " \t\r"
#define SPAN_SIZE 64

#define MS_PER_S 1000
#define SPAN_MAX UINT64_C(3153600000) /* seconds: a hundred years */

struct unit {
	const char *name;
	uint64_t ms;
};

/* Of systemd.time(7) those that a limit of sessions can be written in. */
static const struct unit units[] = {
	{"", 1000},           {"ms", 1},           {"msec", 1},         {"s", 1000},        {"sec", 1000},
	{"second", 1000},     {"seconds", 1000},   {"m", 60000},        {"min", 60000},     {"minute", 60000},
	{"minutes", 60000},   {"h", 3600000},      {"hr", 3600000},     {"hour", 3600000},  {"hours", 3600000},
	{"d", 86400000},      {"day", 86400000},   {"days", 86400000},  {"w", 604800000},   {"week", 604800000},
	{"weeks", 604800000},
};

static const struct unit *find_unit(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (strlen(units[i].name) == length && memcmp(units[i].name, word, length) == 0)
			return &units[i];
	}
	return NULL;
}

static size_t count_letters(const char *word)
{
	size_t length = 0;

	while (isalpha((unsigned char)word[length]))
		length++;
	return length;
}

int logind_span_parse(const char *word, uint64_t *ret_seconds)
{
	uint64_t sum = 0;

	word += strspn(word, BLANKS);
	if (*word == '\0')
		return -EINVAL;
	while (*word != '\0') {
		uint64_t number = 0;
		if (!isdigit((unsigned char)*word))
			return -EINVAL;
		for (; isdigit((unsigned char)*word) && number <= SPAN_MAX; word++)
			number = number * 10 + (uint64_t)(*word - '0');
		word += strspn(word, BLANKS);
		size_t length = count_letters(word);
		const struct unit *unit = find_unit(word, length);
		if (unit == NULL || number > SPAN_MAX)
			return -EINVAL;
		sum += number * unit->ms;
		if (sum > SPAN_MAX * MS_PER_S)
			return -EINVAL;
		word += length;
		word += strspn(word, BLANKS);
	}
	*ret_seconds = sum / MS_PER_S;
	return 0;
}

void logind_conf_start_file(struct logind_conf *conf)
{
	conf->is_inside = false;
}

/* An empty value, like "infinity", is the default: nobody is stopped. One that is not understood changes nothing. */
static bool take_value(struct logind_conf *conf, const char *value)
{
	char span[SPAN_SIZE];
	uint64_t seconds;

	if (text_copy(span, sizeof span, value) < 0)
		return false;
	for (size_t length = strlen(span); length > 0 && strchr(BLANKS, span[length - 1]) != NULL; length--)
		span[length - 1] = '\0';
	if (span[0] == '\0' || strcmp(span, "infinity") == 0) {
		conf->stops = false;
		return true;
	}
	if (logind_span_parse(span, &seconds) < 0)
		return false;
	conf->stops = true;
	conf->seconds = seconds;
	return true;
}

bool logind_conf_line(struct logind_conf *conf, const char *line)
{
	static const char key[] = "StopIdleSessionSec";
	static const char section[] = "[Login]";

	line += strspn(line, BLANKS);
	if (line[0] == '[')
		conf->is_inside = strncmp(line, section, strlen(section)) == 0;
	if (!conf->is_inside || strncmp(line, key, strlen(key)) != 0)
		return false;
	line += strlen(key);
	line += strspn(line, BLANKS);
	if (*line != '=')
		return false;
	line++;
	return take_value(conf, line + strspn(line, BLANKS));
}

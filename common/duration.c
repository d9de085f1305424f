/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/duration.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

static const char unit_letters[] = {'d', 'h', 'm', 's'};
static const uint64_t unit_seconds[] = {86400, 3600, 60, 1};

#define UNIT_COUNT (sizeof unit_letters / sizeof unit_letters[0])

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads the digits at `*string` and steps over them. */
static int parse_number(const char **string, uint64_t *ret_number)
{
	uint64_t number = 0;

	for (; is_digit(**string); (*string)++) {
		number = number * 10 + (uint64_t)(**string - '0');
		if (number > DURATION_MAX)
			return -ERANGE;
	}
	*ret_number = number;
	return 0;
}

/* Finds the unit `letter` among those from `first` on; UNIT_COUNT if it is not there. */
static size_t find_unit(char letter, size_t first)
{
	while (first < UNIT_COUNT && unit_letters[first] != letter)
		first++;
	return first;
}

static int refuse(int error, const char *why, const char **ret_why)
{
	*ret_why = why;
	return error;
}

int duration_parse(const char *string, uint64_t *ret_seconds, const char **ret_why)
{
	uint64_t total = 0;
	size_t next_unit = 0;

	if (*string == '\0')
		return refuse(-EINVAL, "is empty", ret_why);
	do {
		uint64_t number;

		if (!is_digit(*string))
			return refuse(-EINVAL, "is not a duration such as 90, 90s, 15m, 1h30m or 2d", ret_why);
		if (parse_number(&string, &number) < 0)
			return refuse(-ERANGE, "is too large", ret_why);
		size_t unit = *string == '\0' && next_unit == 0 ? UNIT_COUNT - 1 : find_unit(*string, next_unit);
		if (unit == UNIT_COUNT)
			return refuse(-EINVAL, "needs units d, h, m or s, from large to small, each once", ret_why);
		if (number > (DURATION_MAX - total) / unit_seconds[unit])
			return refuse(-ERANGE, "is too large", ret_why);
		total += number * unit_seconds[unit];
		next_unit = unit + 1;
		if (*string != '\0')
			string++;
	} while (*string != '\0');
	*ret_seconds = total;
	return 0;
}

void duration_add(struct text *text, uint64_t seconds)
{
	if (seconds == 0)
		text_add(text, "0s");
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		if (seconds < unit_seconds[i])
			continue;
		text_add_unsigned(text, seconds / unit_seconds[i]);
		text_add_char(text, unit_letters[i]);
		seconds %= unit_seconds[i];
	}
}

void duration_add_exact(struct text *text, uint64_t seconds)
{
	uint64_t hours = seconds / 3600;

	if (hours >= 24) {
		text_add_unsigned(text, hours / 24);
		text_add_char(text, 'd');
		text_add_two_digits(text, hours % 24);
		text_add_char(text, 'h');
	} else if (hours > 0) {
		text_add_unsigned(text, hours);
		text_add_char(text, 'h');
	}
	if (hours > 0)
		text_add_two_digits(text, seconds / 60 % 60);
	else
		text_add_unsigned(text, seconds / 60);
	text_add_char(text, 'm');
	text_add_two_digits(text, seconds % 60);
	text_add_char(text, 's');
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/text.h"

#include <errno.h>
#include <string.h>

void text_init(struct text *text, char *data, size_t size)
{
	*text = (struct text){.data = data, .size = size};
	data[0] = '\0';
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
	size_t room = text->size - text->used - 1;

	if (length > room) {
		length = room;
		text->cut = true;
	}
	memcpy(text->data + text->used, bytes, length);
	text->used += length;
	text->data[text->used] = '\0';
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

void text_add_unsigned(struct text *text, uint64_t number)
{
	char digits[20]; /* 2^64 - 1 has 20 digits */
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	text_add_bytes(text, digits + at, sizeof digits - at);
}

void text_add_signed(struct text *text, int64_t number)
{
	if (number < 0) {
		text_add_char(text, '-');
		text_add_unsigned(text, (uint64_t)0 - (uint64_t)number);
		return;
	}
	text_add_unsigned(text, (uint64_t)number);
}

void text_add_two_digits(struct text *text, uint64_t number)
{
	if (number < 10)
		text_add_char(text, '0');
	text_add_unsigned(text, number);
}

void text_add_printable(struct text *text, const char *string)
{
	for (; *string != '\0'; string++)
		text_add_char(text, *string >= ' ' && *string <= '~' ? *string : '?');
}

void text_add_quoted(struct text *text, const char *string)
{
	char start[TEXT_QUOTED_MAX - sizeof "'..'" + 2];
	struct text quoted;

	text_init(&quoted, start, sizeof start);
	text_add_printable(&quoted, string);
	text_add_char(text, '\'');
	text_add(text, start);
	text_add(text, quoted.cut ? "..'" : "'");
}

int text_result(const struct text *text)
{
	return text->cut ? -ENOSPC : 0;
}

static bool is_token_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
	       c == ':' || c == '/' || c == '-';
}

void text_copy_token(char *data, size_t size, const char *string)
{
	size_t length = 0;

	while (is_token_char(string[length]))
		length++;
	if (length == 0 || string[length] != '\0' || text_copy(data, size, string) < 0)
		(void)text_copy(data, size, "?");
}

int text_copy(char *data, size_t size, const char *string)
{
	size_t length = strlen(string);

	if (length >= size) {
		data[0] = '\0';
		return -ENAMETOOLONG;
	}
	memcpy(data, string, length + 1);
	return 0;
}

int text_parse_unsigned(const char *string, uint64_t max, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (*string == '\0' || string[strspn(string, "0123456789")] != '\0')
		return -EINVAL;
	for (; *string != '\0'; string++) {
		uint64_t digit = (uint64_t)(*string - '0');
		if (number > (max - digit) / 10 || digit > max)
			return -ERANGE;
		number = number * 10 + digit;
	}
	*ret_number = number;
	return 0;
}

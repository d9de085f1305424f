/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/fields.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static const char hex_digits[] = "0123456789ABCDEF";

static bool is_plain(unsigned char c)
{
	return c >= ' ' && c <= '~' && c != '%';
}

void fields_add_string(struct text *text, const char *key, const char *value)
{
	text_add(text, key);
	text_add_char(text, '=');
	for (; *value != '\0'; value++) {
		unsigned char c = (unsigned char)*value;
		if (is_plain(c)) {
			text_add_char(text, *value);
			continue;
		}
		text_add_char(text, '%');
		text_add_char(text, hex_digits[c >> 4]);
		text_add_char(text, hex_digits[c & 15]);
	}
	text_add_char(text, '\n');
}

static void add_number(const struct field *field, const char *member, struct text *text)
{
	uint16_t u16;
	int32_t i32;
	uint32_t u32;
	uint64_t u64;
	int64_t i64;

	text_add(text, field->key);
	text_add_char(text, '=');
	switch (field->kind) {
	case FIELD_U16:
		memcpy(&u16, member, sizeof u16);
		text_add_unsigned(text, u16);
		break;
	case FIELD_I32:
		memcpy(&i32, member, sizeof i32);
		text_add_signed(text, i32);
		break;
	case FIELD_U32:
		memcpy(&u32, member, sizeof u32);
		text_add_unsigned(text, u32);
		break;
	case FIELD_U64:
		memcpy(&u64, member, sizeof u64);
		text_add_unsigned(text, u64);
		break;
	case FIELD_I64:
		memcpy(&i64, member, sizeof i64);
		text_add_signed(text, i64);
		break;
	case FIELD_STRING:
		break;
	}
	text_add_char(text, '\n');
}

void fields_encode(const struct field *table, size_t count, const void *base, struct text *text)
{
	for (size_t i = 0; i < count; i++) {
		const char *member = (const char *)base + table[i].offset;
		if (table[i].kind == FIELD_STRING)
			fields_add_string(text, table[i].key, member);
		else
			add_number(&table[i], member, text);
	}
}

static int hex_value(char c)
{
	const char *at = c != '\0' ? strchr(hex_digits, c) : NULL;

	return at != NULL ? (int)(at - hex_digits) : -EINVAL;
}

/* Undoes the escapes in place; a NUL byte, escaped or not, is refused. */
static int unescape(char *value)
{
	char *to = value;

	for (const char *from = value; *from != '\0'; from++) {
		if (*from != '%') {
			if (!is_plain((unsigned char)*from))
				return -EINVAL;
			*to++ = *from;
			continue;
		}
		int high = hex_value(from[1]);
		int low = high < 0 ? -EINVAL : hex_value(from[2]);
		if (low < 0 || high + low == 0)
			return -EINVAL;
		*to++ = (char)(high << 4 | low);
		from += 2;
	}
	*to = '\0';
	return 0;
}

int fields_next(const char **cursor, size_t *length, char *line, char **ret_key, char **ret_value)
{
	if (*length == 0)
		return 0;
	const char *newline = memchr(*cursor, '\n', *length);
	if (newline == NULL)
		return -EINVAL;
	size_t line_length = (size_t)(newline - *cursor);
	if (line_length >= FIELDS_LINE_MAX || memchr(*cursor, '\0', line_length) != NULL)
		return -EINVAL;
	memcpy(line, *cursor, line_length);
	line[line_length] = '\0';
	*cursor = newline + 1;
	*length -= line_length + 1;
	char *equals = strchr(line, '=');
	if (equals == NULL || equals == line)
		return -EINVAL;
	*equals = '\0';
	*ret_key = line;
	*ret_value = equals + 1;
	return unescape(*ret_value) < 0 ? -EINVAL : 1;
}

static int parse_signed(const char *value, uint64_t max, int64_t *ret_number)
{
	uint64_t magnitude;
	bool negative = value[0] == '-';

	/* Two's complement reaches one further below zero. */
	if (text_parse_unsigned(value + negative, max + negative, &magnitude) < 0)
		return -EINVAL;
	*ret_number = (int64_t)(negative ? 0 - magnitude : magnitude);
	return 0;
}

static int store_signed(const struct field *field, char *member, const char *value)
{
	int64_t number;

	if (parse_signed(value, field->kind == FIELD_I32 ? INT32_MAX : INT64_MAX, &number) < 0)
		return -EINVAL;
	int32_t narrow = (int32_t)number;
	memcpy(member, field->kind == FIELD_I32 ? (void *)&narrow : (void *)&number, field->size);
	return 0;
}

static int store_unsigned(const struct field *field, char *member, const char *value)
{
	static const uint64_t limits[] = {[FIELD_U16] = UINT16_MAX, [FIELD_U32] = UINT32_MAX, [FIELD_U64] = UINT64_MAX};
	uint64_t number;

	if (text_parse_unsigned(value, limits[field->kind], &number) < 0)
		return -EINVAL;
	uint16_t u16 = (uint16_t)number;
	uint32_t u32 = (uint32_t)number;
	const void *from = field->kind == FIELD_U16 ? (void *)&u16 : field->kind == FIELD_U32 ? (void *)&u32 : (void *)&number;
	memcpy(member, from, field->size);
	return 0;
}

int fields_store(const struct field *table, size_t count, void *base, const char *key, const char *value)
{
	size_t i = 0;

	while (i < count && strcmp(table[i].key, key) != 0)
		i++;
	if (i == count)
		return -ENOENT;
	char *member = (char *)base + table[i].offset;
	switch (table[i].kind) {
	case FIELD_STRING:
		return text_copy(member, table[i].size, value) < 0 ? -EINVAL : 0;
	case FIELD_I32:
	case FIELD_I64:
		return store_signed(&table[i], member, value);
	case FIELD_U16:
	case FIELD_U32:
	case FIELD_U64:
		return store_unsigned(&table[i], member, value);
	}
	return -EINVAL;
}

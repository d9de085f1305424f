/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/utf8.h"

#include "tests/unit/unit.h"

static void characters(void **state)
{
	static const struct {
		const char *bytes;
		size_t length, used;
		uint32_t character;
	} rows[] = {
		{"\0", 1, 1, 0},
		{"a", 1, 1, 'a'},
		{"\x7f", 1, 1, 0x7F},
		{"\xc2\x80", 2, 2, 0x80},
		{"\xc3\xa9x", 3, 2, 0xE9},
		{"\xdf\xbf", 2, 2, 0x7FF},
		{"\xe0\xa0\x80", 3, 3, 0x800},
		{"\xed\x9f\xbf", 3, 3, 0xD7FF},
		{"\xee\x80\x80", 3, 3, 0xE000},
		{"\xef\xbf\xbf", 3, 3, 0xFFFF},
		{"\xf0\x90\x80\x80", 4, 4, 0x10000},
		{"\xf4\x8f\xbf\xbf", 4, 4, 0x10FFFF},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t character = 1;
		same_unsigned(rows[i].bytes, utf8_decode(rows[i].bytes, rows[i].length, &character), rows[i].used);
		same_unsigned(rows[i].bytes, character, rows[i].character);
		/* One byte less is no character. */
		same_unsigned(rows[i].bytes, utf8_decode(rows[i].bytes, rows[i].used - 1, &character), 0);
	}
}

static void no_characters(void **state)
{
	static const struct {
		const char *why, *bytes;
	} rows[] = {
		{"a byte in the middle", "\x80   "},       {"another", "\xbf   "},
		{"overlong, two bytes", "\xc0\x80  "},      {"overlong, two bytes, last", "\xc1\xbf  "},
		{"overlong, three bytes", "\xe0\x9f\xbf "}, {"overlong, four bytes", "\xf0\x8f\xbf\xbf"},
		{"first surrogate", "\xed\xa0\x80 "},       {"last surrogate", "\xed\xbf\xbf "},
		{"beyond the last", "\xf4\x90\x80\x80"},    {"five bytes", "\xf8\x88\x80\x80"},
		{"no lead", "\xff\xff\xff\xff"},            {"no second", "\xc3(  "},
		{"no third", "\xe2\x82( "},                 {"no fourth", "\xf0\x9f\x98("},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t character = 1;
		same_unsigned(rows[i].why, utf8_decode(rows[i].bytes, 4, &character), 0);
		same_unsigned(rows[i].why, character, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters),
		cmocka_unit_test(no_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

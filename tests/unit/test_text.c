/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/text.h"

#include <errno.h>

#include "tests/unit/unit.h"

static void new_text_is_empty(void **state)
{
	(void)state;
	TEXT(text, 8);

	assert_string_equal(text.data, "");
	assert_int_equal(text.used, 0);
	assert_int_equal(text_result(&text), 0);
}

static void text_that_fits_exactly_is_whole(void **state)
{
	(void)state;
	TEXT(text, 5);

	text_add(&text, "ab");
	text_add_char(&text, 'c');
	text_add_bytes(&text, "def", 1);
	assert_string_equal(text.data, "abcd");
	assert_int_equal(text.used, 4);
	assert_int_equal(text_result(&text), 0);
}

static void one_byte_too_many_is_cut_and_said(void **state)
{
	(void)state;
	char data[6] = "?????";
	struct text text;

	text_init(&text, data, 4);
	text_add(&text, "abcd");
	assert_string_equal(data, "abc");
	assert_int_equal(text_result(&text), -ENOSPC);
	assert_int_equal(data[4], '?');
}

static void cut_text_stays_cut(void **state)
{
	(void)state;
	TEXT(text, 3);

	text_add(&text, "abc");
	text_add(&text, "");
	text_add_char(&text, 'x');
	assert_string_equal(text.data, "ab");
	assert_int_equal(text.used, 2);
	assert_int_equal(text_result(&text), -ENOSPC);
}

static void smallest_buffer_holds_the_terminator_only(void **state)
{
	(void)state;
	TEXT(text, 1);

	text_add(&text, "");
	assert_int_equal(text_result(&text), 0);
	text_add_unsigned(&text, 7);
	assert_string_equal(text.data, "");
	assert_int_equal(text_result(&text), -ENOSPC);
}

static void unsigned_numbers_are_decimal(void **state)
{
	static const struct {
		uint64_t number;
		const char *digits, *two_digits;
	} rows[] = {
		{0, "0", "00"},
		{7, "7", "07"},
		{9, "9", "09"},
		{10, "10", "10"},
		{99, "99", "99"},
		{100, "100", "100"},
		{UINT32_MAX, "4294967295", "4294967295"},
		{UINT64_MAX, "18446744073709551615", "18446744073709551615"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		TEXT(plain, 32);
		TEXT(padded, 32);
		text_add_unsigned(&plain, rows[i].number);
		same_string(rows[i].digits, plain.data, rows[i].digits);
		text_add_two_digits(&padded, rows[i].number);
		same_string(rows[i].digits, padded.data, rows[i].two_digits);
	}
}

static void signed_numbers_reach_both_ends(void **state)
{
	static const struct {
		int64_t number;
		const char *digits;
	} rows[] = {
		{0, "0"},
		{-1, "-1"},
		{42, "42"},
		{INT32_MIN, "-2147483648"},
		{INT64_MAX, "9223372036854775807"},
		{INT64_MIN, "-9223372036854775808"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		TEXT(text, 32);
		text_add_signed(&text, rows[i].number);
		same_string(rows[i].digits, text.data, rows[i].digits);
	}
}

static void only_printable_ascii_is_printed(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{"", ""},
		{"alice", "alice"},
		{" ~", " ~"},
		{"a\nb\rc\td", "a?b?c?d"},
		{"\033[2J", "?[2J"},
		{"\x7f\x1f\x80\xff", "????"},
		{"j\xc3\xbcrgen", "j??rgen"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		TEXT(text, 32);
		text_add_printable(&text, rows[i].from);
		same_string(rows[i].to, text.data, rows[i].to);
	}
}

static void quoted_string_is_printable_and_not_long(void **state)
{
	static const char sixty_four[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	char longer[sizeof sixty_four + 1];

	(void)state;
	TEXT(plain, 128);
	TEXT(longest, 128);
	TEXT(cut, 128);
	text_add_quoted(&plain, "a 'b'\n\xff");
	assert_string_equal(plain.data, "'a 'b'?" "?'");
	text_add_quoted(&longest, sixty_four);
	assert_int_equal(longest.used, sizeof sixty_four - 1 + 2);
	memcpy(longer, sixty_four, sizeof sixty_four);
	memcpy(longer + sizeof sixty_four - 1, "x", 2);
	text_add_quoted(&cut, longer);
	assert_int_equal(cut.used, TEXT_QUOTED_MAX);
	assert_string_equal(cut.data + cut.used - 4, "f..'");
}

static void token_is_copied_or_replaced_whole(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{"pts/3", "pts/3"},
		{"AZaz09._:/-", "AZaz09._:/-"},
		{"2001:db8::1", "2001:db8::1"},
		{"12345678901", "12345678901"},
		{"123456789012", "?"},
		{"", "?"},
		{" ", "?"},
		{"x res=failed", "?"},
		{"x=y", "?"},
		{"x\n", "?"},
		{"\"x\"", "?"},
		{"x@y", "?"},
		{"x[y", "?"},
		{"x`y", "?"},
		{"x{y", "?"},
		{"x;y", "?"},
		{"x,y", "?"},
		{"fe80::1%eth0", "?"},
		{"\xc3\xbc", "?"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char copy[12];
		text_copy_token(copy, sizeof copy, rows[i].from);
		same_string(rows[i].from, copy, rows[i].to);
	}
}

static void copy_fits_whole_or_leaves_nothing(void **state)
{
	char copy[4] = "xyz";

	(void)state;
	assert_int_equal(text_copy(copy, sizeof copy, "abc"), 0);
	assert_string_equal(copy, "abc");
	assert_int_equal(text_copy(copy, sizeof copy, "abcd"), -ENAMETOOLONG);
	assert_string_equal(copy, "");
	assert_int_equal(text_copy(copy, sizeof copy, ""), 0);
	assert_string_equal(copy, "");
	assert_int_equal(text_copy(copy, 1, ""), 0);
	assert_int_equal(text_copy(copy, 1, "a"), -ENAMETOOLONG);
}

static void plain_decimal_is_read_up_to_its_limit(void **state)
{
	static const struct {
		const char *string;
		uint64_t max;
		int result;
		uint64_t number;
	} rows[] = {
		{"0", UINT64_MAX, 0, 0},
		{"00", UINT64_MAX, 0, 0},
		{"0000000000000000000000000000042", 42, 0, 42},
		{"18446744073709551615", UINT64_MAX, 0, UINT64_MAX},
		{"18446744073709551616", UINT64_MAX, -ERANGE, 0},
		{"18446744073709551620", UINT64_MAX, -ERANGE, 0},
		{"184467440737095516150", UINT64_MAX, -ERANGE, 0},
		{"36893488147419103232", UINT64_MAX, -ERANGE, 0},
		{"4294967295", UINT32_MAX, 0, UINT32_MAX},
		{"4294967296", UINT32_MAX, -ERANGE, 0},
		{"65535", UINT16_MAX, 0, UINT16_MAX},
		{"65536", UINT16_MAX, -ERANGE, 0},
		{"0", 0, 0, 0},
		{"1", 0, -ERANGE, 0},
		{"5", 5, 0, 5},
		{"6", 5, -ERANGE, 0},
		{"9", 5, -ERANGE, 0},
		{"10", 10, 0, 10},
		{"11", 10, -ERANGE, 0},
		{"", 9, -EINVAL, 0},
		{" 1", 9, -EINVAL, 0},
		{"1 ", 9, -EINVAL, 0},
		{"1\n", 9, -EINVAL, 0},
		{"+1", 9, -EINVAL, 0},
		{"-1", 9, -EINVAL, 0},
		{"-0", 9, -EINVAL, 0},
		{"0x1", 9, -EINVAL, 0},
		{"1e0", 9, -EINVAL, 0},
		{"1/2", 99, -EINVAL, 0},
		{"1:2", 99, -EINVAL, 0},
		{"99x", 9, -EINVAL, 0},
		{"\xd9\xa1", 9, -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t number = 4711;
		same_number(rows[i].string, text_parse_unsigned(rows[i].string, rows[i].max, &number), rows[i].result);
		same_unsigned(rows[i].string, number, rows[i].result == 0 ? rows[i].number : 4711);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_text_is_empty),
		cmocka_unit_test(text_that_fits_exactly_is_whole),
		cmocka_unit_test(one_byte_too_many_is_cut_and_said),
		cmocka_unit_test(cut_text_stays_cut),
		cmocka_unit_test(smallest_buffer_holds_the_terminator_only),
		cmocka_unit_test(unsigned_numbers_are_decimal),
		cmocka_unit_test(signed_numbers_reach_both_ends),
		cmocka_unit_test(only_printable_ascii_is_printed),
		cmocka_unit_test(quoted_string_is_printable_and_not_long),
		cmocka_unit_test(token_is_copied_or_replaced_whole),
		cmocka_unit_test(copy_fits_whole_or_leaves_nothing),
		cmocka_unit_test(plain_decimal_is_read_up_to_its_limit),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}

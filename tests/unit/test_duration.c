/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/duration.h"

#include <errno.h>

#include "tests/unit/unit.h"

#define NOT_A_DURATION "is not a duration such as 90, 90s, 15m, 1h30m or 2d"
#define WRONG_UNITS "needs units d, h, m or s, from large to small, each once"
#define TOO_LARGE "is too large"
#define UNTOUCHED 4711

struct row {
	const char *string;
	uint64_t seconds;
};

static void expect_seconds(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *why = NULL;
		uint64_t seconds = UNTOUCHED;
		same_number(rows[i].string, duration_parse(rows[i].string, &seconds, &why), 0);
		same_unsigned(rows[i].string, seconds, rows[i].seconds);
		assert_null(why);
	}
}

static void plain_number_is_seconds(void **state)
{
	static const struct row rows[] = {
		{"0", 0},         {"1", 1},       {"90", 90},
		{"86401", 86401}, {"000090", 90}, {"00000000000000000000000000000000001", 1}};

	(void)state;
	expect_seconds(rows, COUNT(rows));
}

static void each_unit_multiplies(void **state)
{
	static const struct row rows[] = {{"90s", 90},   {"15m", 900}, {"2h", 7200}, {"2d", 172800},
	                                  {"007m", 420}, {"0s", 0},    {"0d", 0}};

	(void)state;
	expect_seconds(rows, COUNT(rows));
}

static void units_add_up_from_large_to_small(void **state)
{
	static const struct row rows[] = {
		{"1h30m", 5400}, {"1d1s", 86401}, {"1d2h3m4s", 93784},
		{"0d0h0m0s", 0}, {"1m90s", 150},  {"1h90m", 9000}};

	(void)state;
	expect_seconds(rows, COUNT(rows));
}

static void longest_duration_is_read_in_every_unit(void **state)
{
	static const struct row rows[] = {
		{"9223372036", DURATION_MAX},
		{"9223372036s", DURATION_MAX},
		{"153722867m", UINT64_C(153722867) * 60},
		{"2562047h", UINT64_C(2562047) * 3600},
		{"106751d", UINT64_C(106751) * 86400},
		{"106751d23h47m16s", DURATION_MAX},
		{"2562047h2836s", DURATION_MAX},
		{"153722867m16s", DURATION_MAX},
		{"0d9223372036s", DURATION_MAX},
		{"00009223372036", DURATION_MAX},
	};

	(void)state;
	expect_seconds(rows, COUNT(rows));
	assert_true(DURATION_MAX <= (uint64_t)INT64_MAX / NS_PER_SECOND);
	assert_true(DURATION_MAX + 1 > (uint64_t)INT64_MAX / NS_PER_SECOND);
}

static void anything_longer_is_too_large(void **state)
{
	static const char *const rows[] = {
		"9223372037",
		"9223372037s",
		"153722868m",
		"2562048h",
		"106752d",
		"106751d23h47m17s",
		"106751d23h48m",
		"106751d24h",
		"2562047h2837s",
		"153722867m17s",
		"18446744073709551615",
		"18446744073709551616",
		"18446744073709551617",
		"18446744073709551616s",
		"307445734561825861m",
		"5124095576030432h",
		"213503982334602d",
		"0d18446744073709551616s",
		"99999999999999999999999999999999999999999d",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *why = NULL;
		uint64_t seconds = UNTOUCHED;
		same_number(rows[i], duration_parse(rows[i], &seconds, &why), -ERANGE);
		same_string(rows[i], why, TOO_LARGE);
		same_unsigned(rows[i], seconds, UNTOUCHED);
	}
}

static void anything_else_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *string, *why;
	} rows[] = {
		{"", "is empty"},
		{"-1", NOT_A_DURATION},
		{"+1", NOT_A_DURATION},
		{" 1", NOT_A_DURATION},
		{"\t1", NOT_A_DURATION},
		{"m", NOT_A_DURATION},
		{"off", NOT_A_DURATION},
		{".5h", NOT_A_DURATION},
		{"h1", NOT_A_DURATION},
		{"15min", NOT_A_DURATION},
		{"15ms", NOT_A_DURATION},
		{"1h 30m", NOT_A_DURATION},
		{"1h-30m", NOT_A_DURATION},
		{"1m,2m", NOT_A_DURATION},
		{"/5", NOT_A_DURATION},
		{":5", NOT_A_DURATION},
		{"1 ", WRONG_UNITS},
		{"1\n", WRONG_UNITS},
		{"0x10", WRONG_UNITS},
		{"1.5h", WRONG_UNITS},
		{"1e3", WRONG_UNITS},
		{"1:30", WRONG_UNITS},
		{"1w", WRONG_UNITS},
		{"1D", WRONG_UNITS},
		{"1M", WRONG_UNITS},
		{"30m1h", WRONG_UNITS},
		{"5m5m", WRONG_UNITS},
		{"1s1d", WRONG_UNITS},
		{"1d1d", WRONG_UNITS},
		{"1s1s", WRONG_UNITS},
		{"1h30", WRONG_UNITS},
		{"1s0", WRONG_UNITS},
		{"1\xc3\xbc", WRONG_UNITS},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *why = NULL;
		uint64_t seconds = UNTOUCHED;
		same_number(rows[i].string, duration_parse(rows[i].string, &seconds, &why), -EINVAL);
		same_string(rows[i].string, why, rows[i].why);
		same_unsigned(rows[i].string, seconds, UNTOUCHED);
	}
}

static void short_form_leaves_out_what_is_zero(void **state)
{
	static const struct row rows[] = {
		{"0s", 0},         {"1s", 1},         {"59s", 59},       {"1m", 60},
		{"1m1s", 61},      {"15m", 900},      {"1h30m", 5400},   {"1h1s", 3601},
		{"1d", 86400},     {"1d1s", 86401},   {"23h59m59s", 86399}, {"3650d", 315360000},
		{"106751d23h47m16s", DURATION_MAX},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		TEXT(text, 32);
		duration_add(&text, rows[i].seconds);
		same_string(rows[i].string, text.data, rows[i].string);
	}
}

static void exact_form_always_shows_minutes_and_seconds(void **state)
{
	static const struct row rows[] = {
		{"0m00s", 0},           {"0m07s", 7},         {"0m59s", 59},         {"1m00s", 60},
		{"15m00s", 900},        {"59m59s", 3599},     {"1h00m00s", 3600},    {"1h02m03s", 3723},
		{"23h59m59s", 86399},   {"1d00h00m00s", 86400}, {"2d03h04m05s", 183845},
		{"106751d23h47m16s", DURATION_MAX},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		TEXT(text, 32);
		duration_add_exact(&text, rows[i].seconds);
		same_string(rows[i].string, text.data, rows[i].string);
	}
}

static void expect_round_trip(uint64_t seconds)
{
	const char *why = "";
	uint64_t again = 0;
	TEXT(text, 32);

	duration_add(&text, seconds);
	same_number(text.data, text_result(&text), 0);
	same_number(text.data, duration_parse(text.data, &again, &why), 0);
	same_unsigned(text.data, again, seconds);
}

static void short_form_is_read_back_unchanged(void **state)
{
	(void)state;
	for (uint64_t seconds = 0; seconds <= 90000; seconds++)
		expect_round_trip(seconds);
	for (uint64_t seconds = 1; seconds <= DURATION_MAX; seconds = seconds * 3 + 1) {
		expect_round_trip(seconds);
		expect_round_trip(DURATION_MAX - seconds);
	}
	expect_round_trip(DURATION_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_number_is_seconds),
		cmocka_unit_test(each_unit_multiplies),
		cmocka_unit_test(units_add_up_from_large_to_small),
		cmocka_unit_test(longest_duration_is_read_in_every_unit),
		cmocka_unit_test(anything_longer_is_too_large),
		cmocka_unit_test(anything_else_is_refused_with_a_reason),
		cmocka_unit_test(short_form_leaves_out_what_is_zero),
		cmocka_unit_test(exact_form_always_shows_minutes_and_seconds),
		cmocka_unit_test(short_form_is_read_back_unchanged),
	};

	return cmocka_run_group_tests_name("duration", tests, NULL, NULL);
}

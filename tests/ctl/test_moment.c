/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/moment.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "tests/unit/unit.h"

/* 2026-11-20 15:30:00 +01:00, a Friday */
#define NOW INT64_C(1795185000)
#define UNTOUCHED INT64_C(-12345)

/* One hour east of Greenwich, two in summer. */
static int set_zone(void **state)
{
	(void)state;
	if (setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1) < 0)
		return -1;
	tzset();
	return 0;
}

static void what_people_type(void **state)
{
	static const struct {
		const char *string;
		int64_t seconds;
	} rows[] = {
		{"today", 1795129200},      {"yesterday", 1795042800},
		{"0s", NOW},                {"90s", NOW - 90},
		{"2h", NOW - 7200},         {"7d", NOW - 604800},
		{"1d12h", NOW - 129600},    {"2026-11-20", 1795129200},
		{"2026-07-01", 1782856800}, {"2024-02-29", 1709161200},
		{"2026-11-20 14:00", 1795179600},
		{"2026-11-20 14:00:05", 1795179605},
		{"2026-11-20T14:00:05", 1795179605},
		{"2026-11-20T13:00:05Z", 1795179605},
		{"2026-11-20 14:00:05.999+01:00", 1795179605},
		{"2026-11-20t09:30-03:30", 1795179600},
		{"1970-01-02", 82800},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t seconds = UNTOUCHED;
		const char *why = NULL;
		same_number(rows[i].string, moment_parse(rows[i].string, NOW, &seconds, &why), 0);
		same_number(rows[i].string, seconds, rows[i].seconds);
	}
}

static void what_is_no_time(void **state)
{
	static const struct {
		const char *string;
		int error;
	} rows[] = {
		{"", -EINVAL},
		{"now", -EINVAL},
		{"Today", -EINVAL},
		{"7", -EINVAL},
		{"2026", -EINVAL},
		{"20261120", -EINVAL},
		{"-2h", -EINVAL},
		{"2w", -EINVAL},
		{"2h ago", -EINVAL},
		{"2026-11", -EINVAL},
		{"2026-1-2", -EINVAL},
		{"2026-11-20 ", -EINVAL},
		{" 2026-11-20", -EINVAL},
		{"2026-11-20  14:00", -EINVAL},
		{"2026-11-20 14", -EINVAL},
		{"2026-11-20 4:00", -EINVAL},
		{"2026-11-20 14:00:5", -EINVAL},
		{"2026-11-20 14:00:05.", -EINVAL},
		{"2026-11-20 14:00:05.Z", -EINVAL},
		{"2026-11-20 14:00 Z", -EINVAL},
		{"2026-11-20 14:00Zx", -EINVAL},
		{"2026-11-20 14:00+0100", -EINVAL},
		{"2026-11-20 14:00+24:00", -EINVAL},
		{"20/11/2026", -EINVAL},
		{"99999999999999999999d", -EINVAL},
		{"1969-12-31", -ERANGE},
		{"0000-00-00", -ERANGE},
		{"2026-00-10", -ERANGE},
		{"2026-13-10", -ERANGE},
		{"2026-11-00", -ERANGE},
		{"2026-11-31", -ERANGE},
		{"2026-02-29", -ERANGE},
		{"2100-02-29", -ERANGE},
		{"2026-11-20 24:00", -ERANGE},
		{"2026-11-20 14:60", -ERANGE},
		{"2026-11-20 14:00:61", -ERANGE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t seconds = UNTOUCHED;
		const char *why = NULL;
		same_number(rows[i].string, moment_parse(rows[i].string, NOW, &seconds, &why), rows[i].error);
		same_number(rows[i].string, seconds, UNTOUCHED);
		assert_non_null(why);
	}
}

static void stamps_have_milliseconds(void **state)
{
	static const struct {
		const char *string;
		int64_t ms;
	} rows[] = {
		{"2026-11-20T14:00:05.1+01:00", 1795179605100},
		{"2026-11-20T14:00:05.123456+01:00", 1795179605123},
		{"2026-11-20T14:00:05.0009999999999999Z", 1795183205000},
		{"2016-12-31T23:59:60Z", 1483228800000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t ms = UNTOUCHED;
		same_number(rows[i].string, moment_read_stamp(rows[i].string, strlen(rows[i].string), &ms), 0);
		same_number(rows[i].string, ms, rows[i].ms);
	}
}

/* No byte behind the stamp is looked at. */
static void stamps_end_where_they_end(void **state)
{
	int64_t ms = UNTOUCHED;

	(void)state;
	assert_int_equal(moment_read_stamp("2026-11-20 14:00:05", 16, &ms), 0);
	assert_int_equal(ms, INT64_C(1795179600000));
}

static void stamps_without_a_year(void **state)
{
	static const struct {
		const char *string;
		int64_t latest_s, ms;
	} rows[] = {
		{"Nov 20 14:00:05 host", NOW, 1795179605000},       /* this year */
		{"Nov  7 14:00:05 host", NOW, 1794056405000},       /* a day of one digit */
		{"Nov 21 14:00:05 host", NOW, 1795266005000},       /* the file may be behind by a clock that was set */
		{"Nov 22 14:00:05 host", NOW, 1763816405000},       /* of last year */
		{"Dec 31 23:59:59 host", 1767225600, 1767221999000}, /* read in the first hour of 2026 */
		{"Jan  1 00:00:00 host", 1767225600, 1767222000000},
		{"Jul  1 00:00:00 host", NOW, 1782856800000},       /* in summer */
		{"Feb 29 12:00:00 host", NOW, 1709204400000},       /* of 2024 */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t ms = UNTOUCHED;
		same_number(rows[i].string, moment_read_syslog(rows[i].string, rows[i].latest_s, &ms), 0);
		same_number(rows[i].string, ms, rows[i].ms);
	}
}

static void what_is_no_stamp_of_syslog(void **state)
{
	static const char *const rows[] = {
		"",
		"Nov 20 14:00:0",
		"nov 20 14:00:05",
		"Nvo 20 14:00:05",
		"Nov 31 14:00:05",
		"Nov  0 14:00:05",
		"Nov 7 14:00:05 h",
		"Nov 20 24:00:05",
		"Nov 20 14-00-05",
		"Nov 20 14:00 xyz",
		"Feb 30 14:00:05",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t ms = UNTOUCHED;
		same_number(rows[i], moment_read_syslog(rows[i], NOW, &ms), -EINVAL);
		same_number(rows[i], ms, UNTOUCHED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_people_type),
		cmocka_unit_test(what_is_no_time),
		cmocka_unit_test(stamps_have_milliseconds),
		cmocka_unit_test(stamps_end_where_they_end),
		cmocka_unit_test(stamps_without_a_year),
		cmocka_unit_test(what_is_no_stamp_of_syslog),
	};

	return cmocka_run_group_tests_name("moment", tests, set_zone, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/syslog_line.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "tests/unit/unit.h"

#define NOW INT64_C(1795185000) /* 2026-11-20 14:30:00 UTC */

static int set_zone(void **state)
{
	(void)state;
	if (setenv("TZ", "UTC0", 1) < 0)
		return -1;
	tzset();
	return 0;
}

static void lines_as_syslogd_writes_them(void **state)
{
	static const struct {
		const char *line;
		int64_t ms;
		const char *host, *tag, *message;
	} rows[] = {
		{"Nov 20 14:00:05 web1 idle-watchdog[17]: it: is", 1795183205000, "web1", "idle-watchdog", "it: is"},
		{"Nov  1 14:00:05 web1 sshd: x", 1793541605000, "web1", "sshd", "x"},
		{"2026-11-20T14:00:05.123456+00:00 web1.example.org sshd-session[1]: [x]: y", 1795183205123,
	         "web1.example.org", "sshd-session", "[x]: y"},
		{"2026-11-20T14:00:05Z h t: ", 1795183205000, "h", "t", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char copy[256];
		struct syslog_line line;
		assert_int_equal(text_copy(copy, sizeof copy, rows[i].line), 0);
		same_number(rows[i].line, syslog_line_parse(copy, NOW, &line), 0);
		same_number(rows[i].line, line.time_ms, rows[i].ms);
		same_string(rows[i].line, line.host, rows[i].host);
		same_string(rows[i].line, line.tag, rows[i].tag);
		same_string(rows[i].line, line.message, rows[i].message);
	}
}

static void lines_that_are_none(void **state)
{
	static const char *const rows[] = {
		"",
		"garbage",
		"Nov 20 14:00:05",
		"Nov 20 14:00:05 ",
		"Nov 20 14:00:05 web1",
		"Nov 20 14:00:05 web1 ",
		"Nov 20 14:00:05 web1 sshd",
		"Nov 20 14:00:05 web1 sshd:",
		"Nov 20 14:00:05 web1 last message repeated: 3 times",
		"Nov 20 14:00:05 web1 : x",
		"Nov 20 14:00:05 web1 [17]: x",
		"Nov 20 14:00:05web1 sshd: x",
		"2026-11-20T14:00:05.123456+00:00",
		"2026-11-20 14:00:05 web1 sshd: x",
		"type=USYS_CONFIG msg=audit(1767225600.123:4711): x",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char copy[256];
		struct syslog_line line = {.time_ms = 77};
		assert_int_equal(text_copy(copy, sizeof copy, rows[i]), 0);
		same_number(rows[i], syslog_line_parse(copy, NOW, &line), -EINVAL);
		same_number(rows[i], line.time_ms, 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_as_syslogd_writes_them),
		cmocka_unit_test(lines_that_are_none),
	};

	return cmocka_run_group_tests_name("syslog_line", tests, set_zone, NULL);
}

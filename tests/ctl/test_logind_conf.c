/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/logind_conf.h"

#include <errno.h>

#include "tests/unit/unit.h"

static void spans_are_read(void **state)
{
	static const struct {
		const char *span;
		int64_t seconds; /* or -EINVAL */
	} rows[] = {
		{"900", 900},        {"15min", 900},   {"15 min", 900},  {"1h 30min", 5400}, {"1h30m", 5400},
		{"2d", 172800},      {"1w", 604800},   {"90s", 90},      {"1500ms", 1},      {"0", 0},
		{"1hr 1sec", 3601},  {"", -EINVAL},    {"min", -EINVAL}, {"5 bananas", -EINVAL},
		{"5min x", -EINVAL}, {"-5", -EINVAL},  {"1.5h", -EINVAL}, {"99999999999999999999", -EINVAL},
		{"3153600000", 3153600000}, {"3153600001", -EINVAL}, {"5256000w", -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t seconds = 77;
		int r = logind_span_parse(rows[i].span, &seconds);
		same_number(rows[i].span, r < 0 ? r : (int64_t)seconds, rows[i].seconds);
		if (r < 0)
			same_unsigned(rows[i].span, seconds, 77);
	}
}

/* Lines until NULL; "=" begins another file. What is in force then: seconds, or -1. */
static void the_last_line_counts(void **state)
{
	static const struct {
		int64_t seconds;
		const char *lines[8];
	} rows[] = {
		{-1, {"StopIdleSessionSec=5"}},
		{5, {"[Login]", "StopIdleSessionSec=5"}},
		{5, {"[Login]", "  StopIdleSessionSec = 5 \r"}},
		{-1, {"[Login]", "#StopIdleSessionSec=5", "; StopIdleSessionSec=5"}},
		{-1, {"[Login]", "StopIdleSessionSecs=5", "StopIdleSessionSec"}},
		{-1, {"[Other]", "StopIdleSessionSec=5"}},
		{-1, {"[Login]", "[Other]", "StopIdleSessionSec=5"}},
		{6, {"[Login]", "StopIdleSessionSec=5", "StopIdleSessionSec=6"}},
		{-1, {"[Login]", "StopIdleSessionSec=5", "StopIdleSessionSec=infinity"}},
		{-1, {"[Login]", "StopIdleSessionSec=5", "StopIdleSessionSec="}},
		{5, {"[Login]", "StopIdleSessionSec=5", "StopIdleSessionSec=soon"}},
		{5, {"[Login]", "StopIdleSessionSec=5", "=", "StopIdleSessionSec=6"}},
		{6, {"[Login]", "StopIdleSessionSec=5", "=", "[Login]", "StopIdleSessionSec=6"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct logind_conf conf = {0};
		TEXT(name, 256);
		for (size_t n = 0; n < COUNT(rows[i].lines) && rows[i].lines[n] != NULL; n++) {
			if (strcmp(rows[i].lines[n], "=") == 0)
				logind_conf_start_file(&conf);
			else
				(void)logind_conf_line(&conf, rows[i].lines[n]);
			text_add(&name, rows[i].lines[n]);
			text_add_char(&name, '|');
		}
		same_number(name.data, conf.stops ? (int64_t)conf.seconds : -1, rows[i].seconds);
	}
}

static void a_line_says_whether_it_counts(void **state)
{
	struct logind_conf conf = {0};

	(void)state;
	assert_false(logind_conf_line(&conf, "[Login]"));
	assert_true(logind_conf_line(&conf, "StopIdleSessionSec=5"));
	assert_true(logind_conf_line(&conf, "StopIdleSessionSec="));
	assert_false(logind_conf_line(&conf, "StopIdleSessionSec=soon"));
	assert_false(logind_conf_line(&conf, "KillUserProcesses=no"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_are_read),
		cmocka_unit_test(the_last_line_counts),
		cmocka_unit_test(a_line_says_whether_it_counts),
	};

	return cmocka_run_group_tests_name("logind_conf", tests, NULL, NULL);
}

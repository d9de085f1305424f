/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/words.h"

#include "tests/unit/unit.h"

static void passed_and_left_add_up(void **state)
{
	static const struct {
		int64_t ms, passed, left;
	} rows[] = {
		{0, 0, 0},         {1, 0, 1},           {999, 0, 1},
		{1000, 1, 1},      {1001, 1, 2},        {STATUS_NONE, -1, -1},
		{INT64_MIN, -1, -1}, {INT64_MAX, INT64_MAX / 1000, INT64_MAX / 1000 + 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(words_seconds_passed(rows[i].ms), rows[i].passed);
		assert_int_equal(words_seconds_left(rows[i].ms), rows[i].left);
	}
}

static void limits_are_written_as_they_are_set(void **state)
{
	struct policy policy;
	char reason[POLICY_WHY_SIZE];
	struct text why;
	TEXT(idle, 32);
	TEXT(keepalive, 32);

	(void)state;
	policy_init(&policy);
	text_init(&why, reason, sizeof reason);
	assert_int_equal(policy_set(&policy, "idle=90s", ORIGIN_ARGUMENT, &why), 0);
	assert_int_equal(policy_set(&policy, "keepalive=30", ORIGIN_ARGUMENT, &why), 0);
	words_add_limit(&policy, OPTION_IDLE, &idle);
	words_add_limit(&policy, OPTION_KEEPALIVE, &keepalive);
	assert_string_equal(idle.data, "1m30s");
	assert_string_equal(keepalive.data, "30s x 3");
}

static void sources_that_count(void **state)
{
	static const struct {
		const char *activity, *source;
		enum counting counts;
	} rows[] = {
		{"auto", "input", COUNTS_ALWAYS},
		{"auto", "output", COUNTS_NEVER},
		{"auto", "process", COUNTS_WITHOUT_TERMINAL},
		{"auto", "network", COUNTS_WITHOUT_TERMINAL},
		{"auto", "login", COUNTS_NEVER},
		{"auto", "auto", COUNTS_NEVER},
		{"input", "input", COUNTS_ALWAYS},
		{"input", "network", COUNTS_NEVER},
		{"input,output,process,network", "input", COUNTS_ALWAYS},
		{"input,output,process,network", "output", COUNTS_ALWAYS},
		{"input,output,process,network", "process", COUNTS_ALWAYS},
		{"input,output,process,network", "network", COUNTS_ALWAYS},
		{"input,network", "process", COUNTS_NEVER},
		{"process,networks", "network", COUNTS_NEVER},
		{"inputs,process", "input", COUNTS_NEVER},
		{"in", "input", COUNTS_NEVER},
		{",,input", "input", COUNTS_ALWAYS},
		{"", "input", COUNTS_NEVER},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		same_number(rows[i].source, words_source_counts(rows[i].activity, rows[i].source), rows[i].counts);
}

/* What the default policy writes is what is read here. */
static void default_activity_is_understood(void **state)
{
	struct policy policy;
	TEXT(activity, WORDS_SETTING_SIZE);

	(void)state;
	policy_init(&policy);
	policy_add_value(&policy, OPTION_ACTIVITY, &activity);
	assert_int_equal(words_source_counts(activity.data, "input"), COUNTS_ALWAYS);
	assert_int_equal(words_source_counts(activity.data, "output"), COUNTS_NEVER);
}

static void sources_have_their_times(void **state)
{
	const struct status status = {.input_ms = 1, .output_ms = 2, .process_ms = 3, .network_ms = STATUS_NONE};
	struct source sources[SOURCE_COUNT];

	(void)state;
	words_sources(&status, sources);
	assert_string_equal(sources[0].name, "input");
	assert_int_equal(sources[0].ms, 1);
	assert_string_equal(sources[1].name, "output");
	assert_int_equal(sources[1].ms, 2);
	assert_string_equal(sources[2].name, "process");
	assert_int_equal(sources[2].ms, 3);
	assert_string_equal(sources[3].name, "network");
	assert_int_equal(sources[3].ms, STATUS_NONE);
}

static void silent_watchdog_leaves_the_record(void **state)
{
	struct watched item = {
		.session = {.tty = "ssh", .rhost = "client.example"},
		.status = {.terminals = "pts/3", .state = "running"},
	};

	(void)state;
	assert_string_equal(words_state(&item), "no answer");
	assert_string_equal(words_terminals(&item), "ssh");
	assert_string_equal(words_from(&item), "client.example");
	item.answered = true;
	memcpy(item.session.peer.address, "10.0.0.9", sizeof "10.0.0.9");
	assert_string_equal(words_state(&item), "running");
	assert_string_equal(words_terminals(&item), "pts/3");
	assert_string_equal(words_from(&item), "10.0.0.9");
}

static void unknown_login_is_nothing(void **state)
{
	struct session session = {.login_wall_s = 0};
	TEXT(login, 32);

	(void)state;
	words_add_login(&session, &login);
	assert_string_equal(login.data, "");
	session.login_wall_s = 1767225600;
	words_add_login(&session, &login);
	assert_int_equal(login.used, strlen("2026-01-01 00:00"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passed_and_left_add_up),
		cmocka_unit_test(limits_are_written_as_they_are_set),
		cmocka_unit_test(sources_that_count),
		cmocka_unit_test(default_activity_is_understood),
		cmocka_unit_test(sources_have_their_times),
		cmocka_unit_test(silent_watchdog_leaves_the_record),
		cmocka_unit_test(unknown_login_is_nothing),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}

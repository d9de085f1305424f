/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/activity.h"

#include "common/policy.h"
#include "helper/engine.h"
#include "tests/unit/unit.h"

/* Login is at 1000 in these rows: what lies before it counts as nothing measured since. */
#define LOGIN 1000
#define BEFORE_LOGIN (-1)
#define NONE ENGINE_UNKNOWN

#define EVERYTHING (ACTIVITY_INPUT | ACTIVITY_OUTPUT | ACTIVITY_PROCESS | ACTIVITY_NETWORK)

struct row {
	const char *row;
	uint32_t counted;
	struct sources sources; /* input, output, process, network */
	int64_t latest;
	enum source source;
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct activity activity = activity_latest(rows[i].counted, &rows[i].sources);
		if (rows[i].latest == BEFORE_LOGIN)
			same_number(rows[i].row, activity.latest != ENGINE_UNKNOWN && activity.latest < LOGIN, true);
		else
			same_number(rows[i].row, activity.latest, rows[i].latest);
		same_number(rows[i].row, activity.source, rows[i].source);
	}
}

static void auto_counts_all_but_output(void **state)
{
	static const struct row rows[] = {
		{"input", ACTIVITY_AUTO, {{5000, 9000, 3000, 4000}, true}, 5000, SOURCE_INPUT},
		{"process", ACTIVITY_AUTO, {{4000, 9000, 5000, 3000}, true}, 5000, SOURCE_PROCESS},
		{"network", ACTIVITY_AUTO, {{4000, 9000, 3000, 5000}, true}, 5000, SOURCE_NETWORK},
		{"console", ACTIVITY_AUTO, {{5000, 9000, NONE, NONE}, true}, 5000, SOURCE_INPUT},
		{"transfer", ACTIVITY_AUTO, {{NONE, NONE, 3000, 5000}, false}, 5000, SOURCE_NETWORK},
		{"silent job", ACTIVITY_AUTO, {{NONE, NONE, 5000, 3000}, false}, 5000, SOURCE_PROCESS},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void only_what_is_named_counts(void **state)
{
	static const struct row rows[] = {
		{"input", ACTIVITY_INPUT, {{2000, 9000, 9000, 9000}, true}, 2000, SOURCE_INPUT},
		{"output", ACTIVITY_OUTPUT, {{9000, 2000, 9000, 9000}, true}, 2000, SOURCE_OUTPUT},
		{"process", ACTIVITY_PROCESS, {{9000, 9000, 2000, 9000}, true}, 2000, SOURCE_PROCESS},
		{"network", ACTIVITY_NETWORK, {{9000, 9000, 9000, 2000}, true}, 2000, SOURCE_NETWORK},
		{"two", ACTIVITY_INPUT | ACTIVITY_OUTPUT, {{2000, 3000, 9000, 9000}, true}, 3000, SOURCE_OUTPUT},
		{"all", EVERYTHING, {{2000, 3000, 5000, 4000}, true}, 5000, SOURCE_PROCESS},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void of_the_same_moment_the_first_source_is_named(void **state)
{
	static const struct row rows[] = {
		{"auto", ACTIVITY_AUTO, {{5000, 5000, 5000, 5000}, true}, 5000, SOURCE_INPUT},
		{"all", EVERYTHING, {{4000, 5000, 5000, 5000}, true}, 5000, SOURCE_OUTPUT},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void what_nothing_measures_is_unknown(void **state)
{
	static const struct row rows[] = {
		{"no terminal, no wire", ACTIVITY_AUTO, {{NONE, NONE, NONE, NONE}, false}, NONE, SOURCE_COUNT},
		{"terminal unreadable, no wire", ACTIVITY_AUTO, {{NONE, NONE, NONE, NONE}, true}, NONE, SOURCE_COUNT},
		{"input: terminal unreadable", ACTIVITY_INPUT, {{NONE, NONE, 9000, 9000}, true}, NONE, SOURCE_COUNT},
		{"network: no wire", ACTIVITY_NETWORK, {{9000, 9000, 9000, NONE}, true}, NONE, SOURCE_COUNT},
		{"process: none has worked", ACTIVITY_PROCESS, {{9000, 9000, NONE, 9000}, true}, NONE, SOURCE_COUNT},
	};

	(void)state;
	check(rows, COUNT(rows));
}

/* They can always be seen: that nothing works says nothing of a session that has no terminal and no connection. */
static void processes_alone_do_not_measure_under_auto(void **state)
{
	static const struct row rows[] = {
		{"nothing else", ACTIVITY_AUTO, {{NONE, NONE, 5000, NONE}, false}, NONE, SOURCE_COUNT},
		{"terminal unreadable", ACTIVITY_AUTO, {{NONE, NONE, 5000, NONE}, true}, NONE, SOURCE_COUNT},
		{"named", ACTIVITY_PROCESS, {{NONE, NONE, 5000, NONE}, false}, 5000, SOURCE_PROCESS},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void who_counts_terminals_only_finds_a_session_without_one_idle_from_login(void **state)
{
	static const struct row rows[] = {
		{"input", ACTIVITY_INPUT, {{NONE, NONE, 9000, 9000}, false}, BEFORE_LOGIN, SOURCE_COUNT},
		{"output", ACTIVITY_OUTPUT, {{NONE, NONE, 9000, 9000}, false}, BEFORE_LOGIN, SOURCE_COUNT},
		{"both", ACTIVITY_INPUT | ACTIVITY_OUTPUT, {{NONE, NONE, 9000, 9000}, false}, BEFORE_LOGIN, SOURCE_COUNT},
		{"input and network", ACTIVITY_INPUT | ACTIVITY_NETWORK, {{NONE, NONE, 9000, NONE}, false}, NONE, SOURCE_COUNT},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void sources_count_as_the_policy_names_them(void **state)
{
	static const uint32_t bits[SOURCE_COUNT] = {ACTIVITY_INPUT, ACTIVITY_OUTPUT, ACTIVITY_PROCESS, ACTIVITY_NETWORK};

	(void)state;
	for (enum source source = 0; source < SOURCE_COUNT; source++) {
		same_number(source_name(source), activity_counts(ACTIVITY_AUTO, source), source != SOURCE_OUTPUT);
		same_number(source_name(source), activity_counts(EVERYTHING, source), true);
		for (enum source other = 0; other < SOURCE_COUNT; other++)
			same_number(source_name(source), activity_counts(bits[other], source), source == other);
	}
}

static void nobody_typed_after_the_last_data_received(void **state)
{
	static const struct wire no_wire = {.received = 3000, .sent = 9000};
	static const struct wire wire = {.is_known = true, .received = 5000, .sent = 9000, .acked = 9000};
	static const struct {
		const char *row;
		int64_t typed;
		const struct wire *wire;
		int64_t input;
	} rows[] = {
		{"later", 5001, &wire, 5000},        {"same", 5000, &wire, 5000},
		{"earlier", 4999, &wire, 4999},      {"no terminal", NONE, &wire, NONE},
		{"wire unknown", 5500, &no_wire, 5500},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		same_number(rows[i].row, activity_input(rows[i].typed, rows[i].wire), rows[i].input);
}

static void sources_have_names(void **state)
{
	(void)state;
	assert_string_equal(source_name(SOURCE_INPUT), "input");
	assert_string_equal(source_name(SOURCE_OUTPUT), "output");
	assert_string_equal(source_name(SOURCE_PROCESS), "process");
	assert_string_equal(source_name(SOURCE_NETWORK), "network");
	assert_string_equal(source_name(SOURCE_COUNT), "login");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(auto_counts_all_but_output),
		cmocka_unit_test(only_what_is_named_counts),
		cmocka_unit_test(of_the_same_moment_the_first_source_is_named),
		cmocka_unit_test(what_nothing_measures_is_unknown),
		cmocka_unit_test(processes_alone_do_not_measure_under_auto),
		cmocka_unit_test(who_counts_terminals_only_finds_a_session_without_one_idle_from_login),
		cmocka_unit_test(sources_count_as_the_policy_names_them),
		cmocka_unit_test(nobody_typed_after_the_last_data_received),
		cmocka_unit_test(sources_have_names),
	};

	return cmocka_run_group_tests_name("activity", tests, NULL, NULL);
}

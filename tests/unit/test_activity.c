/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/activity.h"

#include "common/policy.h"
#include "helper/engine.h"
#include "tests/unit/unit.h"

/* Login is at 1000 in these rows: what lies before it counts as nothing measured since. */
#define LOGIN 1000
#define BEFORE_LOGIN (-1)

static const struct wire no_wire = {.received = 9000, .sent = 9000, .acked = 9000};
static const struct wire received_last = {.is_known = true, .received = 5000, .sent = 4000, .acked = 7000};
static const struct wire sent_last = {.is_known = true, .received = 3000, .sent = 6000, .acked = 7000};

struct row {
	const char *row;
	uint32_t mode;
	int64_t typed;
	bool has_terminal;
	const struct wire *wire;
	int64_t latest;
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t latest = activity_latest(rows[i].mode, rows[i].typed, rows[i].has_terminal, rows[i].wire);
		if (rows[i].latest == BEFORE_LOGIN)
			same_number(rows[i].row, latest != ENGINE_UNKNOWN && latest < LOGIN, true);
		else
			same_number(rows[i].row, latest, rows[i].latest);
	}
}

static void input_on_terminals_counts_and_output_does_not(void **state)
{
	static const struct row rows[] = {
		{"console", ACTIVITY_AUTO, 4500, true, &no_wire, 4500},
		{"ssh", ACTIVITY_AUTO, 4500, true, &received_last, 4500},
		{"ssh with output", ACTIVITY_AUTO, 2500, true, &sent_last, 2500},
		{"input: console", ACTIVITY_INPUT, 4500, true, &no_wire, 4500},
		{"input: ssh", ACTIVITY_INPUT, 4500, true, &received_last, 4500},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void nobody_typed_after_the_last_data_received(void **state)
{
	static const struct row rows[] = {
		{"later", ACTIVITY_AUTO, 5001, true, &received_last, 5000},
		{"same", ACTIVITY_AUTO, 5000, true, &received_last, 5000},
		{"earlier", ACTIVITY_AUTO, 4999, true, &received_last, 4999},
		{"only output since", ACTIVITY_AUTO, 5500, true, &sent_last, 3000},
		{"input", ACTIVITY_INPUT, 5500, true, &sent_last, 3000},
		{"wire unknown", ACTIVITY_AUTO, 5500, true, &no_wire, 5500},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void without_terminal_payload_of_both_directions_counts(void **state)
{
	static const struct row rows[] = {
		{"upload", ACTIVITY_AUTO, ENGINE_UNKNOWN, false, &received_last, 5000},
		{"download", ACTIVITY_AUTO, ENGINE_UNKNOWN, false, &sent_last, 6000},
		{"terminal unreadable", ACTIVITY_AUTO, ENGINE_UNKNOWN, true, &sent_last, 6000},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void what_nothing_measures_is_unknown(void **state)
{
	static const struct row rows[] = {
		{"no terminal, no wire", ACTIVITY_AUTO, ENGINE_UNKNOWN, false, &no_wire, ENGINE_UNKNOWN},
		{"terminal unreadable, no wire", ACTIVITY_AUTO, ENGINE_UNKNOWN, true, &no_wire, ENGINE_UNKNOWN},
		{"input: terminal unreadable, no wire", ACTIVITY_INPUT, ENGINE_UNKNOWN, true, &no_wire, ENGINE_UNKNOWN},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void under_input_a_session_without_terminal_is_idle_from_login(void **state)
{
	static const struct row rows[] = {
		{"transfer", ACTIVITY_INPUT, ENGINE_UNKNOWN, false, &received_last, BEFORE_LOGIN},
		{"no wire", ACTIVITY_INPUT, ENGINE_UNKNOWN, false, &no_wire, BEFORE_LOGIN},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void under_input_an_unreadable_terminal_is_not_an_idle_one(void **state)
{
	static const struct row rows[] = {
		{"ssh", ACTIVITY_INPUT, ENGINE_UNKNOWN, true, &received_last, 5000},
	};

	(void)state;
	check(rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(input_on_terminals_counts_and_output_does_not),
		cmocka_unit_test(nobody_typed_after_the_last_data_received),
		cmocka_unit_test(without_terminal_payload_of_both_directions_counts),
		cmocka_unit_test(what_nothing_measures_is_unknown),
		cmocka_unit_test(under_input_a_session_without_terminal_is_idle_from_login),
		cmocka_unit_test(under_input_an_unreadable_terminal_is_not_an_idle_one),
	};

	return cmocka_run_group_tests_name("activity", tests, NULL, NULL);
}

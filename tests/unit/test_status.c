/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/status.h"

#include <errno.h>

#include "tests/unit/unit.h"

static const struct status warned = {.terminals = "pts/3,pts/5",
                                     .state = "warned",
                                     .idle_ms = 890000,
                                     .idle_left_ms = 10000,
                                     .keepalive_left_ms = STATUS_NONE,
                                     .max_left_ms = INT64_MAX,
                                     .left_ms = 10000,
                                     .extended_ms = 10000,
                                     .first = "idle",
                                     .input_ms = 890000,
                                     .output_ms = 0,
                                     .process_ms = STATUS_NONE,
                                     .network_ms = INT64_MAX,
                                     .source = "input",
                                     .spoofed = 1};

static void expect_same_status(const struct status *a, const struct status *b)
{
	assert_string_equal(a->terminals, b->terminals);
	assert_string_equal(a->state, b->state);
	assert_int_equal(a->idle_ms, b->idle_ms);
	assert_int_equal(a->idle_left_ms, b->idle_left_ms);
	assert_int_equal(a->keepalive_left_ms, b->keepalive_left_ms);
	assert_int_equal(a->max_left_ms, b->max_left_ms);
	assert_int_equal(a->left_ms, b->left_ms);
	assert_int_equal(a->extended_ms, b->extended_ms);
	assert_string_equal(a->first, b->first);
	assert_int_equal(a->input_ms, b->input_ms);
	assert_int_equal(a->output_ms, b->output_ms);
	assert_int_equal(a->process_ms, b->process_ms);
	assert_int_equal(a->network_ms, b->network_ms);
	assert_string_equal(a->source, b->source);
	assert_int_equal(a->spoofed, b->spoofed);
}

static void status_is_read_back_unchanged(void **state)
{
	struct status again;
	TEXT(text, 1024);

	(void)state;
	assert_int_equal(status_encode(&warned, &text), 0);
	assert_int_equal(status_decode(text.data, text.used, &again), 0);
	expect_same_status(&again, &warned);
}

static void absent_times_do_not_apply(void **state)
{
	static const struct status none = {.idle_ms = STATUS_NONE,
	                                   .idle_left_ms = STATUS_NONE,
	                                   .keepalive_left_ms = STATUS_NONE,
	                                   .max_left_ms = STATUS_NONE,
	                                   .left_ms = STATUS_NONE,
	                                   .extended_ms = STATUS_NONE,
	                                   .input_ms = STATUS_NONE,
	                                   .output_ms = STATUS_NONE,
	                                   .process_ms = STATUS_NONE,
	                                   .network_ms = STATUS_NONE,
	                                   .spoofed = STATUS_NONE};
	struct status status;

	(void)state;
	memset(&status, 'x', sizeof status);
	assert_int_equal(status_decode("", 0, &status), 0);
	expect_same_status(&status, &none);
	expect_same_status(&status_unknown, &none);
}

/* A watchdog of another version says more, or less. */
static void unknown_lines_are_skipped(void **state)
{
	static const char answer[] = "now.later=1\nnow.source=network\nnow.input=5s\nnow.network_ms=7\n";
	struct status status;

	(void)state;
	assert_int_equal(status_decode(answer, strlen(answer), &status), 0);
	assert_string_equal(status.source, "network");
	assert_int_equal(status.network_ms, 7);
	assert_int_equal(status.input_ms, STATUS_NONE);
	assert_int_equal(status.spoofed, STATUS_NONE);
}

static void time_of_zero_is_not_none(void **state)
{
	struct status status;

	(void)state;
	assert_int_equal(status_decode("now.left_ms=0\n", 14, &status), 0);
	assert_int_equal(status.left_ms, 0);
}

static void answer_is_record_and_status_in_one(void **state)
{
	const struct session session = {.id = "0123abcd", .user = "mallory\nnow.state=running"};
	struct session session_again;
	struct policy policy, policy_again;
	struct status status_again;
	TEXT(answer, CONTROL_ANSWER_SIZE);

	(void)state;
	policy_init(&policy);
	assert_int_equal(session_encode(&session, &policy, &answer), 0);
	assert_int_equal(status_encode(&warned, &answer), 0);
	assert_int_equal(session_decode(answer.data, answer.used, &session_again, &policy_again), 0);
	assert_int_equal(status_decode(answer.data, answer.used, &status_again), 0);
	assert_string_equal(session_again.user, session.user);
	expect_same_status(&status_again, &warned);
}

static void largest_status_fits_beside_a_record(void **state)
{
	struct status status = {.idle_ms = INT64_MIN,
	                        .idle_left_ms = INT64_MIN,
	                        .keepalive_left_ms = INT64_MIN,
	                        .max_left_ms = INT64_MIN,
	                        .left_ms = INT64_MIN,
	                        .extended_ms = INT64_MIN,
	                        .input_ms = INT64_MIN,
	                        .output_ms = INT64_MIN,
	                        .process_ms = INT64_MIN,
	                        .network_ms = INT64_MIN,
	                        .spoofed = INT64_MIN};
	struct status again;
	TEXT(text, CONTROL_ANSWER_SIZE - SESSION_RECORD_SIZE);

	(void)state;
	memset(status.terminals, '\n', sizeof status.terminals - 1);
	memset(status.state, '%', sizeof status.state - 1);
	memset(status.first, '\xff', sizeof status.first - 1);
	memset(status.source, '\x7f', sizeof status.source - 1);
	assert_int_equal(status_encode(&status, &text), 0);
	assert_int_equal(status_decode(text.data, text.used, &again), 0);
	expect_same_status(&again, &status);
}

static void status_that_does_not_fit_is_refused(void **state)
{
	TEXT(text, 64);

	(void)state;
	assert_int_equal(status_encode(&warned, &text), -ENOSPC);
}

static void malformed_status_is_refused(void **state)
{
	static const char *const rows[] = {
		"now.state=running",
		"now.state\n",
		"now.state=0123456789abcdef\n",
		"now.left_ms=\n",
		"now.left_ms=1s\n",
		"now.left_ms=9223372036854775808\n",
		"now.first=%0\n",
		"now.source=0123456789abcdef\n",
		"now.input_ms=\n",
		"now.network_ms=1.5\n",
		"now.spoofed=yes\n",
		"other=\x80\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct status status;
		same_number(rows[i], status_decode(rows[i], strlen(rows[i]), &status), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_is_read_back_unchanged),
		cmocka_unit_test(absent_times_do_not_apply),
		cmocka_unit_test(unknown_lines_are_skipped),
		cmocka_unit_test(time_of_zero_is_not_none),
		cmocka_unit_test(answer_is_record_and_status_in_one),
		cmocka_unit_test(largest_status_fits_beside_a_record),
		cmocka_unit_test(status_that_does_not_fit_is_refused),
		cmocka_unit_test(malformed_status_is_refused),
	};

	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/ladder.h"

#include "common/duration.h"
#include "tests/unit/unit.h"

#define BEGIN (INT64_C(5000) * NS_PER_SECOND)

/* A ladder has fewer rungs than this. */
#define RUNGS_MAX 16

static const enum step connected[] = {STEP_ANNOUNCE,      STEP_SHUTDOWN,      STEP_KILL_CHILDREN,
                                      STEP_TERMINATE,     STEP_KILL_CHILDREN, STEP_KILL_LEADER,
                                      STEP_KILL_LEADER,   STEP_KILL_LEADER,   STEP_DONE};
static const enum step unconnected[] = {STEP_ANNOUNCE,      STEP_HANG_UP,     STEP_KILL_CHILDREN,
                                        STEP_TERMINATE,     STEP_KILL_CHILDREN, STEP_KILL_LEADER,
                                        STEP_KILL_LEADER,   STEP_KILL_LEADER, STEP_DONE};
static const enum step swept[] = {STEP_SWEEP_TERMINATE, STEP_SWEEP_KILL, STEP_SWEEP_KILL, STEP_SWEEP_KILL, STEP_DONE};

static struct ladder begin(bool has_connection, bool is_sweeping)
{
	struct ladder ladder;

	ladder_begin(&ladder, BEGIN, has_connection, is_sweeping);
	return ladder;
}

/* Takes the next step when it is due, and checks that it is not given before; at `*now`, which moves on. */
static enum step take_when_due(struct ladder *ladder, int64_t *now)
{
	assert_true(ladder->due >= *now);
	if (ladder->due > *now)
		assert_int_equal(ladder_take(ladder, ladder->due - 1), STEP_WAIT);
	*now = ladder->due;
	return ladder_take(ladder, *now);
}

static void expect_steps(struct ladder *ladder, int64_t *now, const enum step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(take_when_due(ladder, now), steps[i]);
}

static void expect_done_for_ever(struct ladder *ladder, int64_t now)
{
	assert_int_equal(ladder_take(ladder, now), STEP_DONE);
	ladder_leader_gone(ladder, now);
	assert_int_equal(ladder_take(ladder, now), STEP_DONE);
	assert_int_equal(ladder_take(ladder, now + 3600 * NS_PER_SECOND), STEP_DONE);
}

static void connection_is_shut_first_and_the_leader_killed_last(void **state)
{
	struct ladder ladder = begin(true, false);
	int64_t now = BEGIN;

	(void)state;
	expect_steps(&ladder, &now, connected, COUNT(connected));
	expect_done_for_ever(&ladder, now);
}

static void shell_without_connection_is_hung_up_first(void **state)
{
	struct ladder ladder = begin(false, false);
	int64_t now = BEGIN;

	(void)state;
	expect_steps(&ladder, &now, unconnected, COUNT(unconnected));
	expect_done_for_ever(&ladder, now);
}

static void first_step_is_due_at_once_and_the_second_after_a_moment(void **state)
{
	(void)state;
	for (int has_connection = 0; has_connection <= 1; has_connection++) {
		struct ladder ladder = begin(has_connection, false);
		assert_true(ladder.due == BEGIN);
		assert_int_equal(ladder_take(&ladder, BEGIN), STEP_ANNOUNCE);
		assert_int_equal(ladder_take(&ladder, BEGIN), STEP_WAIT);
		assert_true(ladder.due > BEGIN && ladder.due <= BEGIN + NS_PER_SECOND);
	}
}

/* su(1) sleeps two seconds between SIGTERM and SIGKILL to its own shell. */
static void leader_has_time_for_its_own_clean_path(void **state)
{
	(void)state;
	for (int has_connection = 0; has_connection <= 1; has_connection++) {
		struct ladder ladder = begin(has_connection, false);
		int64_t now = BEGIN;
		while (take_when_due(&ladder, &now) != STEP_TERMINATE)
			;
		assert_true(ladder.due >= now + 2 * NS_PER_SECOND);
	}
}

static void late_look_takes_one_step_and_keeps_the_pauses(void **state)
{
	struct ladder ladder = begin(true, false);
	int64_t late = BEGIN + 60 * NS_PER_SECOND;

	(void)state;
	assert_int_equal(ladder_take(&ladder, late), STEP_ANNOUNCE);
	assert_int_equal(ladder_take(&ladder, late), STEP_WAIT);
	assert_true(ladder.due > late);
}

static void leader_gone_ends_the_ladder_at_every_step(void **state)
{
	(void)state;
	for (size_t taken = 0; taken < COUNT(connected); taken++) {
		struct ladder ladder = begin(true, false);
		int64_t now = BEGIN;
		expect_steps(&ladder, &now, connected, taken);
		ladder_leader_gone(&ladder, now);
		assert_true(ladder.is_leader_gone);
		assert_true(ladder.due == now);
		expect_done_for_ever(&ladder, now);
	}
}

static void leader_gone_leads_to_the_sweep_at_every_step(void **state)
{
	(void)state;
	for (size_t taken = 0; taken < COUNT(unconnected); taken++) {
		struct ladder ladder = begin(false, true);
		int64_t now = BEGIN;
		expect_steps(&ladder, &now, unconnected, taken);
		ladder_leader_gone(&ladder, now);
		expect_steps(&ladder, &now, swept, COUNT(swept));
		expect_done_for_ever(&ladder, now);
	}
}

static void leader_that_nothing_ends_does_not_prevent_the_sweep(void **state)
{
	struct ladder ladder = begin(true, true);
	int64_t now = BEGIN;

	(void)state;
	expect_steps(&ladder, &now, connected, COUNT(connected) - 1);
	expect_steps(&ladder, &now, swept, COUNT(swept));
	assert_false(ladder.is_leader_gone);
	expect_done_for_ever(&ladder, now);
}

static void sweep_goes_on_when_the_leader_ends_meanwhile(void **state)
{
	struct ladder ladder = begin(true, true);
	int64_t now = BEGIN;

	(void)state;
	expect_steps(&ladder, &now, connected, COUNT(connected) - 1);
	expect_steps(&ladder, &now, swept, 2);
	ladder_leader_gone(&ladder, now);
	expect_steps(&ladder, &now, swept + 2, COUNT(swept) - 2);
	assert_true(ladder.is_leader_gone);
}

static void nothing_left_to_sweep_is_done(void **state)
{
	(void)state;
	for (size_t taken = 1; taken < COUNT(swept); taken++) {
		struct ladder ladder = begin(true, true);
		int64_t now = BEGIN;
		ladder_leader_gone(&ladder, now);
		expect_steps(&ladder, &now, swept, taken);
		ladder_swept(&ladder);
		assert_int_equal(take_when_due(&ladder, &now), STEP_DONE);
		expect_done_for_ever(&ladder, now);
	}
}

static void whole_ladder_takes_bounded_time(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct ladder ladder = begin(kind & 1, kind & 2);
		int64_t now = BEGIN;
		size_t steps = 0;
		while (take_when_due(&ladder, &now) != STEP_DONE)
			assert_true(++steps < RUNGS_MAX);
		assert_true(now - BEGIN <= 12 * NS_PER_SECOND);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connection_is_shut_first_and_the_leader_killed_last),
		cmocka_unit_test(shell_without_connection_is_hung_up_first),
		cmocka_unit_test(first_step_is_due_at_once_and_the_second_after_a_moment),
		cmocka_unit_test(leader_has_time_for_its_own_clean_path),
		cmocka_unit_test(late_look_takes_one_step_and_keeps_the_pauses),
		cmocka_unit_test(leader_gone_ends_the_ladder_at_every_step),
		cmocka_unit_test(leader_gone_leads_to_the_sweep_at_every_step),
		cmocka_unit_test(leader_that_nothing_ends_does_not_prevent_the_sweep),
		cmocka_unit_test(sweep_goes_on_when_the_leader_ends_meanwhile),
		cmocka_unit_test(nothing_left_to_sweep_is_done),
		cmocka_unit_test(whole_ladder_takes_bounded_time),
	};

	return cmocka_run_group_tests_name("ladder", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/* Of helper/engine.h: time that an administrator gives a session. */
#include "helper/engine.h"

#include "tests/unit/engine.h"

/* At `now` seconds after login, until `until` seconds after it. */
static bool extend(struct engine *engine, double now, double until)
{
	return engine_extend(engine, LOGIN + S(now), LOGIN + S(until));
}

static int64_t left(const struct engine *engine, enum limit limit, double now)
{
	int64_t ns = engine_left(engine, limit, LOGIN + S(now));

	return ns == ENGINE_NEVER ? -1 : ns / NS_PER_SECOND;
}

static void deadlines_before_it_move_and_later_ones_stay(void **state)
{
	static const struct {
		const char *settings;
		double until;
		bool is_moved;
		int64_t idle_left, max_left; /* at 100 s; -1: not in force */
	} rows[] = {
		{"idle=600", 2000, true, 1900, -1},
		{"max=600", 2000, true, -1, 1900},
		{"idle=600 max=1000", 2000, true, 1900, 1900},
		{"idle=600 max=3000", 2000, true, 1900, 2900},
		{"idle=3000 max=600", 2000, true, 2900, 1900},
		{"idle=600 max=3000", 600, false, 500, 2900},
		{"idle=600", 599, false, 500, -1},
		{"idle=600", 601, true, 501, -1},
		{"keepalive=30", 2000, false, -1, -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct engine engine = engine_of(rows[i].settings);
		(void)step(&engine, look(100, 0));
		same_number(rows[i].settings, extend(&engine, 100, rows[i].until), rows[i].is_moved);
		same_number(rows[i].settings, left(&engine, LIMIT_IDLE, 100), rows[i].idle_left);
		same_number(rows[i].settings, left(&engine, LIMIT_MAX, 100), rows[i].max_left);
	}
}

static void idle_session_lives_exactly_that_long(void **state)
{
	struct engine engine = engine_of("idle=600 warn=off");
	struct sample almost = look(2000, 0);

	(void)state;
	step_and_expect(&engine, look(590, 0), ACTION_WAIT, LIMIT_NONE, 600);
	assert_true(extend(&engine, 590, 2000));
	almost.now--;
	step_and_expect(&engine, look(590, 0), ACTION_WAIT, LIMIT_NONE, 2000);
	step_and_expect(&engine, almost, ACTION_WAIT, LIMIT_NONE, 2000);
	step_and_expect(&engine, look(2000, 0), ACTION_CUT, LIMIT_IDLE, -1);
}

static void max_is_moved_for_good_and_once(void **state)
{
	struct engine engine = engine_of("max=600 warn=off");

	(void)state;
	assert_true(extend(&engine, 500, 1000));
	step_and_expect(&engine, look(999, 999), ACTION_WAIT, LIMIT_NONE, 1000);
	step_and_expect(&engine, look(1000, 1000), ACTION_CUT, LIMIT_MAX, -1);
}

static void activity_before_its_end_counts_only_beyond_it(void **state)
{
	struct engine engine = engine_of("idle=600 warn=off");

	(void)state;
	assert_true(extend(&engine, 100, 2000));
	step_and_expect(&engine, look(1300, 1300), ACTION_WAIT, LIMIT_NONE, 2000);
	step_and_expect(&engine, look(1500, 1500), ACTION_WAIT, LIMIT_NONE, 2100);
	step_and_expect(&engine, look(2000, 1500), ACTION_WAIT, LIMIT_NONE, 2100);
	step_and_expect(&engine, look(2100, 1500), ACTION_CUT, LIMIT_IDLE, -1);
}

static void activity_after_its_end_works_as_ever(void **state)
{
	struct engine engine = engine_of("idle=600 warn=60");

	(void)state;
	assert_true(extend(&engine, 100, 2000));
	step_and_expect(&engine, look(1940, 0), ACTION_WARN, LIMIT_IDLE, 2000);
	step_and_expect(&engine, look(1999, 1990), ACTION_WAIT, LIMIT_NONE, 2530);
	step_and_expect(&engine, look(2530, 1990), ACTION_WARN, LIMIT_IDLE, 2590);
	step_and_expect(&engine, look(2590, 1990), ACTION_CUT, LIMIT_IDLE, -1);
}

static void warnings_are_given_anew(void **state)
{
	struct engine engine = engine_of("idle=600 max=700 warn=300,60");

	(void)state;
	step_and_expect(&engine, look(300, 0), ACTION_WARN, LIMIT_IDLE, 400);
	step_and_expect(&engine, look(400, 0), ACTION_WARN, LIMIT_MAX, 540);
	assert_true(extend(&engine, 500, 2000));
	step_and_expect(&engine, look(500, 0), ACTION_WAIT, LIMIT_NONE, 1700);
	step_and_expect(&engine, look(1700, 0), ACTION_WARN, LIMIT_IDLE, 1940);
	step_and_expect(&engine, look(1940, 0), ACTION_WARN, LIMIT_IDLE, 2000);
	step_and_expect(&engine, look(2000, 0), ACTION_CUT, LIMIT_IDLE, -1);
}

/* The user has just been told how long he has. */
static void warnings_that_would_be_due_at_once_count_as_given(void **state)
{
	struct engine engine = engine_of("idle=600 warn=300,60,10");

	(void)state;
	step_and_expect(&engine, look(595, 0), ACTION_WARN, LIMIT_IDLE, 600);
	assert_true(extend(&engine, 595, 655));
	step_and_expect(&engine, look(595, 0), ACTION_WAIT, LIMIT_NONE, 645);
	step_and_expect(&engine, look(645, 0), ACTION_WARN, LIMIT_IDLE, 655);
	/* Activity takes them back all the same. */
	step_and_expect(&engine, look(650, 646), ACTION_WAIT, LIMIT_NONE, 946);
}

static void warnings_of_a_deadline_that_stays_are_not_repeated(void **state)
{
	struct engine engine = engine_of("idle=600 max=5000 warn=4500,60");

	(void)state;
	step_and_expect(&engine, look(540, 0), ACTION_WARN, LIMIT_IDLE, 600);
	assert_true(extend(&engine, 550, 2000));
	step_and_expect(&engine, look(550, 0), ACTION_WAIT, LIMIT_NONE, 1940);
	step_and_expect(&engine, look(1940, 1939), ACTION_WAIT, LIMIT_NONE, 2479);
}

static void second_extension_never_shortens(void **state)
{
	struct engine engine = engine_of("idle=600 max=900");

	(void)state;
	assert_true(extend(&engine, 100, 3000));
	assert_false(extend(&engine, 200, 2000));
	assert_false(extend(&engine, 200, 3000));
	assert_int_equal(left(&engine, LIMIT_IDLE, 200), 2800);
	assert_true(extend(&engine, 200, 4000));
	assert_int_equal(left(&engine, LIMIT_IDLE, 200), 3800);
	assert_int_equal(left(&engine, LIMIT_MAX, 200), 3800);
}

static void dead_peer_is_not_extended(void **state)
{
	struct engine engine = engine_of("idle=600 keepalive=10 warn=off");
	struct sample dead = look(100, 0);

	(void)state;
	dead.alive = LOGIN;
	dead.is_unanswered = true;
	assert_true(extend(&engine, 10, 2000));
	step_and_expect(&engine, dead, ACTION_CUT, LIMIT_KEEPALIVE, -1);
}

static void first_limit_is_told_as_it_is_now(void **state)
{
	struct engine engine = engine_of("idle=600 max=900");

	(void)state;
	assert_int_equal(engine_first(&engine), LIMIT_IDLE);
	(void)step(&engine, look(800, 790));
	assert_int_equal(engine_first(&engine), LIMIT_MAX);
	assert_true(extend(&engine, 800, 1500));
	assert_int_equal(engine_first(&engine), LIMIT_IDLE);
}

/* A key that is on its way when the extension ends. */
static void moved_deadline_is_looked_at_twice_as_well(void **state)
{
	struct engine engine = engine_of("idle=600 warn=off");
	struct sample arriving = look(2000, 0);

	(void)state;
	assert_true(extend(&engine, 100, 2000));
	arriving.received = arriving.now - S(0.1);
	step_and_expect(&engine, arriving, ACTION_WAIT, LIMIT_NONE, 2000.3);
	step_and_expect(&engine, look(2000.3, 1999.95), ACTION_WAIT, LIMIT_NONE, 2599.95);
}

static void rehearsal_goes_on_with_the_new_deadline(void **state)
{
	struct engine engine = engine_of("idle=60 warn=10");

	(void)state;
	step_and_expect(&engine, look(60, 0), ACTION_CUT, LIMIT_IDLE, -1);
	engine_forgive(&engine, LIMIT_IDLE);
	assert_true(extend(&engine, 70, 200));
	step_and_expect(&engine, look(70, 0), ACTION_WAIT, LIMIT_NONE, 190);
	step_and_expect(&engine, look(190, 0), ACTION_WARN, LIMIT_IDLE, 200);
	step_and_expect(&engine, look(200, 0), ACTION_CUT, LIMIT_IDLE, -1);
	engine_forgive(&engine, LIMIT_IDLE);
	step_and_expect(&engine, look(200, 0), ACTION_WAIT, LIMIT_NONE, 260);
	step_and_expect(&engine, look(201, 0.004), ACTION_WAIT, LIMIT_NONE, 261);
}

static void rehearsed_max_is_over_for_good(void **state)
{
	struct engine engine = engine_of("max=100 warn=off");

	(void)state;
	step_and_expect(&engine, look(100, 0), ACTION_CUT, LIMIT_MAX, -1);
	engine_forgive(&engine, LIMIT_MAX);
	assert_false(extend(&engine, 110, 200));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadlines_before_it_move_and_later_ones_stay),
		cmocka_unit_test(idle_session_lives_exactly_that_long),
		cmocka_unit_test(max_is_moved_for_good_and_once),
		cmocka_unit_test(activity_before_its_end_counts_only_beyond_it),
		cmocka_unit_test(activity_after_its_end_works_as_ever),
		cmocka_unit_test(warnings_are_given_anew),
		cmocka_unit_test(warnings_that_would_be_due_at_once_count_as_given),
		cmocka_unit_test(warnings_of_a_deadline_that_stays_are_not_repeated),
		cmocka_unit_test(second_extension_never_shortens),
		cmocka_unit_test(dead_peer_is_not_extended),
		cmocka_unit_test(first_limit_is_told_as_it_is_now),
		cmocka_unit_test(moved_deadline_is_looked_at_twice_as_well),
		cmocka_unit_test(rehearsal_goes_on_with_the_new_deadline),
		cmocka_unit_test(rehearsed_max_is_over_for_good),
	};

	return cmocka_run_group_tests_name("engine_extend", tests, NULL, NULL);
}

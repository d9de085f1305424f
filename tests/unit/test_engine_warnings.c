/* SPDX-License-Identifier: BSD-3-Clause */
/* Of helper/engine.h: warnings, and what a rehearsal forgives. */
#include "helper/engine.h"

#include "tests/unit/engine.h"

static void each_warning_is_given_once(void **state)
{
	struct engine engine = engine_of("idle=600 warn=300,60,10");

	(void)state;
	step_and_expect(&engine, look(0, 0), ACTION_WAIT, LIMIT_NONE, 300);
	step_and_expect(&engine, look(300, 0), ACTION_WARN, LIMIT_IDLE, 540);
	step_and_expect(&engine, look(300, 0), ACTION_WAIT, LIMIT_NONE, 540);
	step_and_expect(&engine, look(540, 0), ACTION_WARN, LIMIT_IDLE, 590);
	step_and_expect(&engine, look(541, 0), ACTION_WAIT, LIMIT_NONE, 590);
	step_and_expect(&engine, look(590, 0), ACTION_WARN, LIMIT_IDLE, 600);
	step_and_expect(&engine, look(599, 0), ACTION_WAIT, LIMIT_NONE, 600);
	step_and_expect(&engine, look(600, 0), ACTION_CUT, LIMIT_IDLE, -1);
}

static void warning_comes_at_its_time_and_says_what_is_left(void **state)
{
	struct engine engine = engine_of("idle=600 warn=60");
	struct sample early = look(540, 0);

	(void)state;
	early.now--;
	step_and_expect(&engine, early, ACTION_WAIT, LIMIT_NONE, 540);
	struct verdict verdict = step(&engine, look(545.5, 0));
	assert_int_equal(verdict.action, ACTION_WARN);
	assert_true(verdict.left == S(54.5));
	assert_true(verdict.idle == S(545.5));
}

static void late_look_gives_one_warning_for_all_that_are_due(void **state)
{
	struct engine engine = engine_of("idle=600 warn=300,60,10");

	(void)state;
	step_and_expect(&engine, look(550, 0), ACTION_WARN, LIMIT_IDLE, 590);
	step_and_expect(&engine, look(551, 0), ACTION_WAIT, LIMIT_NONE, 590);
}

static void activity_after_a_warning_takes_it_back(void **state)
{
	struct engine engine = engine_of("idle=600 warn=300,60");

	(void)state;
	step_and_expect(&engine, look(300, 0), ACTION_WARN, LIMIT_IDLE, 540);
	step_and_expect(&engine, look(540, 301), ACTION_WAIT, LIMIT_NONE, 601);
	step_and_expect(&engine, look(601, 301), ACTION_WARN, LIMIT_IDLE, 841);
	step_and_expect(&engine, look(841, 301), ACTION_WARN, LIMIT_IDLE, 901);
}

static void activity_before_a_warning_that_showed_late_does_not_repeat_it(void **state)
{
	struct engine engine = engine_of("idle=600 warn=300,60");

	(void)state;
	step_and_expect(&engine, look(300, 0), ACTION_WARN, LIMIT_IDLE, 540);
	/* The bound on the last input moved by a few seconds, to before the warning: the same stretch of idleness. */
	step_and_expect(&engine, look(310, 8), ACTION_WAIT, LIMIT_NONE, 548);
	step_and_expect(&engine, look(548, 8), ACTION_WARN, LIMIT_IDLE, 608);
}

static void activity_in_the_moment_of_the_warning_does_not_repeat_it(void **state)
{
	struct engine engine = engine_of("idle=600 warn=300,60");

	(void)state;
	step_and_expect(&engine, look(300, 0), ACTION_WARN, LIMIT_IDLE, 540);
	step_and_expect(&engine, look(301, 300), ACTION_WAIT, LIMIT_NONE, 840);
}

static void unknown_activity_takes_a_warning_back(void **state)
{
	struct engine engine = engine_of("idle=600 warn=300,60");
	struct sample unknown = look(400, 0);

	(void)state;
	unknown.active = ENGINE_UNKNOWN;
	step_and_expect(&engine, look(300, 0), ACTION_WARN, LIMIT_IDLE, 540);
	step_and_expect(&engine, unknown, ACTION_WAIT, LIMIT_NONE, 700);
}

static void activity_does_not_take_back_warnings_of_max(void **state)
{
	struct engine engine = engine_of("max=600 warn=300,60");

	(void)state;
	step_and_expect(&engine, look(300, 299), ACTION_WARN, LIMIT_MAX, 540);
	step_and_expect(&engine, look(400, 400), ACTION_WAIT, LIMIT_NONE, 540);
	step_and_expect(&engine, look(540, 539), ACTION_WARN, LIMIT_MAX, 600);
	step_and_expect(&engine, look(600, 600), ACTION_CUT, LIMIT_MAX, -1);
}

static void nearer_limit_is_the_one_warned_of(void **state)
{
	static const struct {
		const char *settings;
		enum limit limit;
		double left;
	} rows[] = {
		{"idle=600 max=610 warn=60", LIMIT_IDLE, 45},
		{"idle=610 max=600 warn=60", LIMIT_MAX, 45},
		{"idle=600 max=600 warn=60", LIMIT_IDLE, 45},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct engine engine = engine_of(rows[i].settings);
		struct verdict verdict = step(&engine, look(555, 0));
		same_number(rows[i].settings, verdict.action, ACTION_WARN);
		same_number(rows[i].settings, verdict.limit, rows[i].limit);
		same_number(rows[i].settings, verdict.left, S(rows[i].left));
	}
}

static void warning_of_a_farther_limit_is_given_in_its_turn(void **state)
{
	struct engine engine = engine_of("idle=600 max=700 warn=60");

	(void)state;
	step_and_expect(&engine, look(540, 0), ACTION_WARN, LIMIT_IDLE, 600);
	step_and_expect(&engine, look(600, 590), ACTION_WAIT, LIMIT_NONE, 640);
	step_and_expect(&engine, look(640, 640), ACTION_WARN, LIMIT_MAX, 700);
}

static void warning_is_never_given_with_the_cut(void **state)
{
	struct engine engine = engine_of("idle=600 warn=60");

	(void)state;
	step_and_expect(&engine, look(600, 0), ACTION_CUT, LIMIT_IDLE, -1);
}

static void default_warnings_are_under_half_the_limit(void **state)
{
	static const struct {
		const char *settings;
		double first;
	} rows[] = {
		{"idle=900", 600}, {"idle=600", 540}, {"idle=601", 301}, {"idle=20", 20}, {"idle=21", 11}, {"max=900", 600},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct engine engine = engine_of(rows[i].settings);
		same_number(rows[i].settings, step(&engine, look(0, 0)).wake - LOGIN, S(rows[i].first));
	}
}

static void forgiven_idleness_waits_for_new_activity(void **state)
{
	struct engine engine = engine_of("idle=60 warn=10");

	(void)state;
	step_and_expect(&engine, look(60, 0), ACTION_CUT, LIMIT_IDLE, -1);
	engine_forgive(&engine, LIMIT_IDLE);
	assert_int_equal(engine_first(&engine), LIMIT_NONE);
	step_and_expect(&engine, look(60, 0), ACTION_WAIT, LIMIT_NONE, 120);
	step_and_expect(&engine, look(120, 0), ACTION_WAIT, LIMIT_NONE, 180);
	step_and_expect(&engine, look(180, 150), ACTION_WAIT, LIMIT_NONE, 200);
	step_and_expect(&engine, look(200, 150), ACTION_WARN, LIMIT_IDLE, 210);
	step_and_expect(&engine, look(210, 150), ACTION_CUT, LIMIT_IDLE, -1);
}

static void forgiven_idleness_leaves_the_other_limits_in_force(void **state)
{
	struct engine engine = engine_of("idle=60 max=100 warn=10");

	(void)state;
	step_and_expect(&engine, look(60, 0), ACTION_CUT, LIMIT_IDLE, -1);
	engine_forgive(&engine, LIMIT_IDLE);
	step_and_expect(&engine, look(60, 0), ACTION_WAIT, LIMIT_NONE, 90);
	step_and_expect(&engine, look(90, 0), ACTION_WARN, LIMIT_MAX, 100);
	step_and_expect(&engine, look(100, 0), ACTION_CUT, LIMIT_MAX, -1);
}

static void forgiven_max_is_over_for_good(void **state)
{
	struct engine engine = engine_of("max=100 warn=10");

	(void)state;
	step_and_expect(&engine, look(100, 0), ACTION_CUT, LIMIT_MAX, -1);
	engine_forgive(&engine, LIMIT_MAX);
	step_and_expect(&engine, look(100, 0), ACTION_WAIT, LIMIT_NONE, -1);
	step_and_expect(&engine, look(1e6, 1e6), ACTION_WAIT, LIMIT_NONE, -1);
}

static void forgiven_peer_is_over_for_good(void **state)
{
	struct engine engine = engine_of("keepalive=10 idle=600 warn=off");
	struct sample dead = look(100, 0);

	(void)state;
	dead.alive = LOGIN;
	dead.is_unanswered = true;
	step_and_expect(&engine, dead, ACTION_CUT, LIMIT_KEEPALIVE, -1);
	engine_forgive(&engine, LIMIT_KEEPALIVE);
	step_and_expect(&engine, dead, ACTION_WAIT, LIMIT_NONE, 600);
}

static void forgiving_nothing_changes_nothing(void **state)
{
	struct engine engine = engine_of("idle=60 warn=off");

	(void)state;
	engine_forgive(&engine, LIMIT_NONE);
	step_and_expect(&engine, look(60, 0), ACTION_CUT, LIMIT_IDLE, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_warning_is_given_once),
		cmocka_unit_test(warning_comes_at_its_time_and_says_what_is_left),
		cmocka_unit_test(late_look_gives_one_warning_for_all_that_are_due),
		cmocka_unit_test(activity_after_a_warning_takes_it_back),
		cmocka_unit_test(activity_before_a_warning_that_showed_late_does_not_repeat_it),
		cmocka_unit_test(activity_in_the_moment_of_the_warning_does_not_repeat_it),
		cmocka_unit_test(unknown_activity_takes_a_warning_back),
		cmocka_unit_test(activity_does_not_take_back_warnings_of_max),
		cmocka_unit_test(nearer_limit_is_the_one_warned_of),
		cmocka_unit_test(warning_of_a_farther_limit_is_given_in_its_turn),
		cmocka_unit_test(warning_is_never_given_with_the_cut),
		cmocka_unit_test(default_warnings_are_under_half_the_limit),
		cmocka_unit_test(forgiven_idleness_waits_for_new_activity),
		cmocka_unit_test(forgiven_idleness_leaves_the_other_limits_in_force),
		cmocka_unit_test(forgiven_max_is_over_for_good),
		cmocka_unit_test(forgiven_peer_is_over_for_good),
		cmocka_unit_test(forgiving_nothing_changes_nothing),
	};

	return cmocka_run_group_tests_name("engine_warnings", tests, NULL, NULL);
}

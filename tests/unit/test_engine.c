/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/engine.h"

#include "tests/unit/engine.h"

static struct sample look_at_peer(double now, double alive, bool is_unanswered)
{
	struct sample sample = look(now, 0);

	sample.alive = LOGIN + S(alive);
	sample.is_unanswered = is_unanswered;
	return sample;
}

static void session_without_a_limit_sleeps_for_ever(void **state)
{
	struct engine engine = engine_of("");

	(void)state;
	step_and_expect(&engine, look(0, 0), ACTION_WAIT, LIMIT_NONE, -1);
	step_and_expect(&engine, look_at_peer(1e6, 1, true), ACTION_WAIT, LIMIT_NONE, -1);
	assert_int_equal(engine_first(&engine), LIMIT_NONE);
}

static void idle_is_cut_at_the_limit_and_not_a_nanosecond_before(void **state)
{
	struct engine engine = engine_of("idle=60 warn=off");
	struct sample last = look(60, 0);

	(void)state;
	step_and_expect(&engine, look(0, 0), ACTION_WAIT, LIMIT_NONE, 60);
	last.now--;
	step_and_expect(&engine, last, ACTION_WAIT, LIMIT_NONE, 60);
	last.now++;
	struct verdict verdict = step(&engine, last);
	expect("limit", &verdict, ACTION_CUT, LIMIT_IDLE, ENGINE_NEVER);
	assert_true(verdict.idle == S(60));
}

static void activity_moves_the_deadline_on(void **state)
{
	struct engine engine = engine_of("idle=60 warn=off");

	(void)state;
	step_and_expect(&engine, look(60, 45.5), ACTION_WAIT, LIMIT_NONE, 105.5);
	step_and_expect(&engine, look(105.5, 45.5), ACTION_CUT, LIMIT_IDLE, -1);
}

static void activity_never_goes_back(void **state)
{
	struct engine engine = engine_of("idle=60 warn=off");

	(void)state;
	step_and_expect(&engine, look(50, 50), ACTION_WAIT, LIMIT_NONE, 110);
	/* The terminal that was typed on is gone; what is left was never typed on, nor is activity from before login. */
	step_and_expect(&engine, look(60, 3), ACTION_WAIT, LIMIT_NONE, 110);
	step_and_expect(&engine, look(70, -1000), ACTION_WAIT, LIMIT_NONE, 110);
}

static void activity_in_the_future_is_activity_now(void **state)
{
	struct engine engine = engine_of("idle=60 warn=off");

	(void)state;
	step_and_expect(&engine, look(10, 1e6), ACTION_WAIT, LIMIT_NONE, 70);
	step_and_expect(&engine, look(70, 0), ACTION_CUT, LIMIT_IDLE, -1);
}

static void unknown_activity_never_cuts(void **state)
{
	struct engine engine = engine_of("idle=60 warn=30");
	struct sample sample = look(0, 0);

	(void)state;
	sample.active = ENGINE_UNKNOWN;
	for (int hour = 1; hour < 100; hour++) {
		sample.now = LOGIN + S(3600 * hour);
		step_and_expect(&engine, sample, ACTION_WAIT, LIMIT_NONE, 3600 * hour + 30);
	}
}

static void max_is_counted_from_login_whatever_happens(void **state)
{
	struct engine engine = engine_of("max=100 warn=off");
	struct sample last = look(100, 100);

	(void)state;
	step_and_expect(&engine, look(50, 50), ACTION_WAIT, LIMIT_NONE, 100);
	last.now--;
	step_and_expect(&engine, last, ACTION_WAIT, LIMIT_NONE, 100);
	last.now++;
	step_and_expect(&engine, last, ACTION_CUT, LIMIT_MAX, -1);
}

static void dead_peer_is_cut_after_window_and_grace(void **state)
{
	struct engine engine = engine_of("keepalive=10 keepalive_count=3");
	struct sample last = look_at_peer(35.8, 5, true);

	(void)state;
	step_and_expect(&engine, look_at_peer(6, 5, false), ACTION_WAIT, LIMIT_NONE, 35.8);
	last.now--;
	step_and_expect(&engine, last, ACTION_WAIT, LIMIT_NONE, 35.8);
	last.now++;
	step_and_expect(&engine, last, ACTION_CUT, LIMIT_KEEPALIVE, -1);
}

static void grace_lies_within_the_promised_second(void **state)
{
	(void)state;
	assert_true(ENGINE_PEER_GRACE_NS > 0 && ENGINE_PEER_GRACE_NS < NS_PER_SECOND);
}

static void silence_without_an_open_question_proves_nothing(void **state)
{
	struct engine engine = engine_of("keepalive=10 keepalive_count=3");

	(void)state;
	step_and_expect(&engine, look_at_peer(40, 5, false), ACTION_WAIT, LIMIT_NONE, 41);
	step_and_expect(&engine, look_at_peer(41, 5, false), ACTION_WAIT, LIMIT_NONE, 42);
	assert_true(engine_left(&engine, LIMIT_KEEPALIVE, LOGIN + S(41)) == ENGINE_NEVER);
	assert_int_equal(engine_first(&engine), LIMIT_NONE);
	step_and_expect(&engine, look_at_peer(42, 5, true), ACTION_CUT, LIMIT_KEEPALIVE, -1);
}

static void question_before_the_window_is_over_is_no_death(void **state)
{
	struct engine engine = engine_of("keepalive=10 keepalive_count=3");

	(void)state;
	step_and_expect(&engine, look_at_peer(35, 5, true), ACTION_WAIT, LIMIT_NONE, 35.8);
	/* It has answered in the last moment. */
	step_and_expect(&engine, look_at_peer(35.8, 35.7, false), ACTION_WAIT, LIMIT_NONE, 66.5);
}

static void sign_of_life_never_goes_back(void **state)
{
	struct engine engine = engine_of("keepalive=10 keepalive_count=3");

	(void)state;
	step_and_expect(&engine, look_at_peer(20, 20, false), ACTION_WAIT, LIMIT_NONE, 50.8);
	step_and_expect(&engine, look_at_peer(36, 5, true), ACTION_WAIT, LIMIT_NONE, 50.8);
}

static void session_without_a_peer_has_no_dead_one(void **state)
{
	struct engine engine = engine_of("keepalive=10 keepalive_count=3");
	struct sample sample = look(1e6, 0);

	(void)state;
	sample.is_unanswered = true;
	step_and_expect(&engine, look_at_peer(1, 1, true), ACTION_WAIT, LIMIT_NONE, 31.8);
	step_and_expect(&engine, sample, ACTION_WAIT, LIMIT_NONE, -1);
}

/* What tells output from questions is counted between two looks: helper/peer.h. */
static void data_as_proof_is_looked_for_twice_in_the_window(void **state)
{
	struct engine engine = engine_of("keepalive=10 keepalive_count=3 keepalive_proof=data idle=20 warn=off");

	(void)state;
	step_and_expect(&engine, look_at_peer(0, 0, true), ACTION_WAIT, LIMIT_NONE, 15);
	step_and_expect(&engine, look_at_peer(4, 0, true), ACTION_WAIT, LIMIT_NONE, 19);
	step_and_expect(&engine, look_at_peer(19, 0, true), ACTION_WAIT, LIMIT_NONE, 20);
	engine_forgive(&engine, LIMIT_IDLE);
	step_and_expect(&engine, look_at_peer(20, 0, true), ACTION_WAIT, LIMIT_NONE, 30.8);
	step_and_expect(&engine, look_at_peer(30.8, 0, true), ACTION_CUT, LIMIT_KEEPALIVE, -1);
	engine_forgive(&engine, LIMIT_KEEPALIVE);
	step_and_expect(&engine, look_at_peer(31, 0, true), ACTION_WAIT, LIMIT_NONE, 51);
}

static void session_without_a_peer_is_not_looked_at_for_data(void **state)
{
	struct engine engine = engine_of("keepalive=10 keepalive_count=3 keepalive_proof=data");

	(void)state;
	step_and_expect(&engine, look(1, 1), ACTION_WAIT, LIMIT_NONE, -1);
}

static struct sample look_with_wire(double now, double received)
{
	struct sample sample = look(now, 0);

	sample.received = LOGIN + S(received);
	return sample;
}

static void data_just_received_gives_one_more_look(void **state)
{
	struct engine engine = engine_of("idle=60 warn=off");

	(void)state;
	step_and_expect(&engine, look_with_wire(60, 59.701), ACTION_WAIT, LIMIT_NONE, 60.3);
	/* Keepalives go on, nobody has typed: that was the one look for this deadline. */
	step_and_expect(&engine, look_with_wire(60.3, 60.3), ACTION_CUT, LIMIT_IDLE, -1);
}

static void key_that_showed_at_the_second_look_saves_the_session(void **state)
{
	struct engine engine = engine_of("idle=60 warn=off");
	struct sample typed = look(60.3, 60);

	(void)state;
	step_and_expect(&engine, look_with_wire(60, 60), ACTION_WAIT, LIMIT_NONE, 60.3);
	step_and_expect(&engine, typed, ACTION_WAIT, LIMIT_NONE, 120);
	/* The next deadline has a second look of its own. */
	step_and_expect(&engine, look_with_wire(120, 120), ACTION_WAIT, LIMIT_NONE, 120.3);
	step_and_expect(&engine, look_with_wire(120.3, 120), ACTION_CUT, LIMIT_IDLE, -1);
}

static void look_in_between_does_not_shorten_the_wait(void **state)
{
	struct engine engine = engine_of("idle=60 warn=off");

	(void)state;
	step_and_expect(&engine, look_with_wire(60, 60), ACTION_WAIT, LIMIT_NONE, 60.3);
	step_and_expect(&engine, look_with_wire(60.001, 60), ACTION_WAIT, LIMIT_NONE, 60.3);
	step_and_expect(&engine, look_with_wire(60.299, 60.299), ACTION_WAIT, LIMIT_NONE, 60.3);
	step_and_expect(&engine, look_with_wire(60.3, 60.3), ACTION_CUT, LIMIT_IDLE, -1);
}

static void old_data_give_no_second_look(void **state)
{
	struct engine engine = engine_of("idle=60 warn=off");

	(void)state;
	step_and_expect(&engine, look_with_wire(60, 59.7), ACTION_CUT, LIMIT_IDLE, -1);
}

static void second_look_is_for_idle_only(void **state)
{
	struct engine engine = engine_of("idle=100 max=60 warn=off");

	(void)state;
	step_and_expect(&engine, look_with_wire(60, 60), ACTION_CUT, LIMIT_MAX, -1);
}

static void no_other_limit_waits_for_the_second_look(void **state)
{
	struct engine engine = engine_of("idle=60 keepalive=10 warn=off");
	struct sample both = look_at_peer(60, 29.3, true);

	(void)state;
	both.received = both.now;
	step_and_expect(&engine, both, ACTION_WAIT, LIMIT_NONE, 60.1);
	both.now = LOGIN + S(60.1);
	step_and_expect(&engine, both, ACTION_CUT, LIMIT_IDLE, -1);
	engine = engine_of("idle=60 max=61 warn=off");
	step_and_expect(&engine, look_with_wire(60.9, 60.9), ACTION_WAIT, LIMIT_NONE, 61);
	step_and_expect(&engine, look_with_wire(61, 61), ACTION_CUT, LIMIT_IDLE, -1);
}

static struct sample look_again(double now, double again)
{
	struct sample sample = look(now, 0);

	sample.again = LOGIN + S(again);
	return sample;
}

static struct sample unsettled_look(double now, double again)
{
	struct sample sample = look_again(now, again);

	sample.is_unsettled = true;
	return sample;
}

static void source_is_looked_at_when_it_needs_it(void **state)
{
	struct engine engine = engine_of("idle=60 warn=10");

	(void)state;
	step_and_expect(&engine, look_again(0, 6), ACTION_WAIT, LIMIT_NONE, 6);
	step_and_expect(&engine, look_again(6, 100), ACTION_WAIT, LIMIT_NONE, 50);
	step_and_expect(&engine, look_again(50, 51), ACTION_WARN, LIMIT_IDLE, 51);
	step_and_expect(&engine, look_again(51, 57), ACTION_WAIT, LIMIT_NONE, 57);
	step_and_expect(&engine, look_again(57, 63), ACTION_WAIT, LIMIT_NONE, 60);
	/* No look is waited for when the limit is there. */
	step_and_expect(&engine, look_again(60, 61), ACTION_CUT, LIMIT_IDLE, -1);
}

static void source_is_looked_at_also_without_a_limit_near(void **state)
{
	struct engine engine = engine_of("max=3600 warn=off");

	(void)state;
	step_and_expect(&engine, look_again(0, 6), ACTION_WAIT, LIMIT_NONE, 6);
	step_and_expect(&engine, look(6, 0), ACTION_WAIT, LIMIT_NONE, 3600);
}

static void unsettled_look_puts_the_idle_limit_off(void **state)
{
	struct engine engine = engine_of("idle=60 warn=off");

	(void)state;
	step_and_expect(&engine, unsettled_look(60, 60.1), ACTION_WAIT, LIMIT_NONE, 60.1);
	step_and_expect(&engine, unsettled_look(60.1, 60.2), ACTION_WAIT, LIMIT_NONE, 60.2);
	step_and_expect(&engine, look(60.2, 0), ACTION_CUT, LIMIT_IDLE, -1);
}

static void what_an_unsettled_look_came_to_saves_the_session(void **state)
{
	struct engine engine = engine_of("idle=60 warn=off");

	(void)state;
	step_and_expect(&engine, unsettled_look(60, 60.1), ACTION_WAIT, LIMIT_NONE, 60.1);
	step_and_expect(&engine, look(60.1, 59.9), ACTION_WAIT, LIMIT_NONE, 119.9);
}

static void unsettled_look_changes_nothing_before_the_limit(void **state)
{
	struct engine engine = engine_of("idle=60 warn=10");

	(void)state;
	step_and_expect(&engine, unsettled_look(20, 20.1), ACTION_WAIT, LIMIT_NONE, 20.1);
	step_and_expect(&engine, unsettled_look(50, 50.1), ACTION_WARN, LIMIT_IDLE, 50.1);
	step_and_expect(&engine, unsettled_look(59.9, 60.5), ACTION_WAIT, LIMIT_NONE, 60);
}

static void no_other_limit_waits_for_an_unsettled_look(void **state)
{
	struct engine engine = engine_of("idle=100 max=60 warn=off");
	struct sample both = look_at_peer(60, 29.3, true);

	(void)state;
	step_and_expect(&engine, unsettled_look(60, 60.1), ACTION_CUT, LIMIT_MAX, -1);
	engine = engine_of("idle=60 max=61 warn=off");
	step_and_expect(&engine, unsettled_look(60, 62), ACTION_WAIT, LIMIT_NONE, 61);
	engine = engine_of("idle=60 keepalive=10 warn=off");
	both.is_unsettled = true;
	both.again = LOGIN + S(61);
	step_and_expect(&engine, both, ACTION_WAIT, LIMIT_NONE, 60.1);
	engine = engine_of("keepalive=10 idle=100 warn=off");
	both.now = LOGIN + S(60.1);
	step_and_expect(&engine, both, ACTION_CUT, LIMIT_KEEPALIVE, -1);
}

/* Both limits have run out: the one that waits lets the other come first. */
static void later_limit_is_not_put_off_by_an_unsettled_earlier_one(void **state)
{
	struct engine engine = engine_of("idle=60 max=61 warn=off");

	(void)state;
	step_and_expect(&engine, unsettled_look(60.5, 60.9), ACTION_WAIT, LIMIT_NONE, 60.9);
	struct verdict verdict = step(&engine, unsettled_look(61, 61.4));
	assert_int_equal(verdict.action, ACTION_CUT);
}

static void earliest_limit_wins(void **state)
{
	static const struct {
		const char *settings;
		double alive;
		enum limit limit;
	} rows[] = {
		{"idle=60 max=70 keepalive=10 warn=off", 100, LIMIT_IDLE},
		{"idle=70 max=60 keepalive=10 warn=off", 100, LIMIT_MAX},
		{"idle=60 max=60 warn=off", 100, LIMIT_IDLE},
		{"idle=60 max=70 keepalive=10 warn=off", 29.1, LIMIT_KEEPALIVE},
		{"idle=60 max=70 keepalive=10 warn=off", 29.3, LIMIT_IDLE},
		{"max=60 keepalive=10 warn=off", 29.1, LIMIT_KEEPALIVE},
		{"max=60 keepalive=10 warn=off", 29.3, LIMIT_MAX},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct engine engine = engine_of(rows[i].settings);
		struct verdict verdict = step(&engine, look_at_peer(100, rows[i].alive, true));
		expect(rows[i].settings, &verdict, ACTION_CUT, rows[i].limit, ENGINE_NEVER);
	}
}

static void time_left_is_told_for_each_limit(void **state)
{
	struct engine engine = engine_of("idle=60 max=70 keepalive=10 warn=off");
	int64_t now = LOGIN + S(20);

	(void)state;
	(void)step(&engine, look_at_peer(20, 15, true));
	assert_true(engine_left(&engine, LIMIT_IDLE, now) == S(40));
	assert_true(engine_left(&engine, LIMIT_MAX, now) == S(50));
	assert_true(engine_left(&engine, LIMIT_KEEPALIVE, now) == S(25.8));
	assert_true(engine_left(&engine, LIMIT_NONE, now) == ENGINE_NEVER);
	assert_int_equal(engine_first(&engine), LIMIT_KEEPALIVE);
	assert_true(engine_left(&engine, LIMIT_IDLE, LOGIN + S(61)) == 0);
}

static void answering_peer_has_no_deadline(void **state)
{
	struct engine engine = engine_of("idle=60 keepalive=10 warn=off");

	(void)state;
	(void)step(&engine, look_at_peer(20, 15, false));
	assert_true(engine_left(&engine, LIMIT_KEEPALIVE, LOGIN + S(20)) == ENGINE_NEVER);
	assert_int_equal(engine_first(&engine), LIMIT_IDLE);
}

static void limits_have_names_and_seconds(void **state)
{
	struct policy policy = {.value = {[OPTION_IDLE] = 60, [OPTION_MAX] = 70, [OPTION_KEEPALIVE] = 10}};

	(void)state;
	assert_int_equal(limit_seconds(LIMIT_NONE, &policy), 0);
	assert_int_equal(limit_seconds(LIMIT_IDLE, &policy), 60);
	assert_int_equal(limit_seconds(LIMIT_KEEPALIVE, &policy), 10);
	assert_int_equal(limit_seconds(LIMIT_MAX, &policy), 70);
	assert_string_equal(limit_name(LIMIT_NONE), "");
	assert_string_equal(limit_name(LIMIT_IDLE), "idle");
	assert_string_equal(limit_name(LIMIT_KEEPALIVE), "keepalive");
	assert_string_equal(limit_name(LIMIT_MAX), "max");
}

static void longest_limits_do_not_overflow(void **state)
{
	struct engine engine = engine_of("idle=3650d max=3650d keepalive=32767 keepalive_count=127");

	(void)state;
	struct verdict verdict = step(&engine, look_at_peer(1, 1, false));
	assert_int_equal(verdict.action, ACTION_WAIT);
	assert_true(verdict.wake == LOGIN + S(1) + S(32767) * 127 + ENGINE_PEER_GRACE_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(session_without_a_limit_sleeps_for_ever),
		cmocka_unit_test(idle_is_cut_at_the_limit_and_not_a_nanosecond_before),
		cmocka_unit_test(activity_moves_the_deadline_on),
		cmocka_unit_test(activity_never_goes_back),
		cmocka_unit_test(activity_in_the_future_is_activity_now),
		cmocka_unit_test(unknown_activity_never_cuts),
		cmocka_unit_test(max_is_counted_from_login_whatever_happens),
		cmocka_unit_test(dead_peer_is_cut_after_window_and_grace),
		cmocka_unit_test(grace_lies_within_the_promised_second),
		cmocka_unit_test(silence_without_an_open_question_proves_nothing),
		cmocka_unit_test(question_before_the_window_is_over_is_no_death),
		cmocka_unit_test(sign_of_life_never_goes_back),
		cmocka_unit_test(session_without_a_peer_has_no_dead_one),
		cmocka_unit_test(data_as_proof_is_looked_for_twice_in_the_window),
		cmocka_unit_test(session_without_a_peer_is_not_looked_at_for_data),
		cmocka_unit_test(data_just_received_gives_one_more_look),
		cmocka_unit_test(key_that_showed_at_the_second_look_saves_the_session),
		cmocka_unit_test(look_in_between_does_not_shorten_the_wait),
		cmocka_unit_test(old_data_give_no_second_look),
		cmocka_unit_test(second_look_is_for_idle_only),
		cmocka_unit_test(no_other_limit_waits_for_the_second_look),
		cmocka_unit_test(source_is_looked_at_when_it_needs_it),
		cmocka_unit_test(source_is_looked_at_also_without_a_limit_near),
		cmocka_unit_test(unsettled_look_puts_the_idle_limit_off),
		cmocka_unit_test(what_an_unsettled_look_came_to_saves_the_session),
		cmocka_unit_test(unsettled_look_changes_nothing_before_the_limit),
		cmocka_unit_test(no_other_limit_waits_for_an_unsettled_look),
		cmocka_unit_test(later_limit_is_not_put_off_by_an_unsettled_earlier_one),
		cmocka_unit_test(earliest_limit_wins),
		cmocka_unit_test(time_left_is_told_for_each_limit),
		cmocka_unit_test(answering_peer_has_no_deadline),
		cmocka_unit_test(limits_have_names_and_seconds),
		cmocka_unit_test(longest_limits_do_not_overflow),
	};

	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}

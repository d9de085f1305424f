/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/stamp_clock.h"

#include "common/duration.h"
#include "tests/unit/unit.h"

#define S NS_PER_SECOND
#define MS NS_PER_MS
#define SLACK STAMP_CLOCK_SLACK_NS

/* Wall clock at boot. A multiple of eight: buckets begin at boot times that are multiples of eight seconds. */
#define EPOCH INT64_C(1800000000)

/* A terminal and the clock it is seen by. `wall` is what the wall clock is ahead of boot. */
struct world {
	struct stamp_clock clock;
	struct wall_offset offset;
	int64_t wall;
};

static struct world world_at(int64_t wall)
{
	return (struct world){.offset = {.now = wall, .before = wall}, .wall = wall};
}

static struct world new_world(void)
{
	return world_at(EPOCH * S);
}

/* Looks at the terminal at boot time `boot`. */
static int64_t look(struct world *world, int64_t stamp, int64_t boot)
{
	world->offset = wall_offset_next(&world->offset, boot + world->wall, boot);
	return stamp_clock_take(&world->clock, stamp, &world->offset, boot);
}

/* The wall second at boot time `boot`: what the kernel stamps input with, unless its bucket has a stamp already. */
static int64_t second_at(const struct world *world, int64_t boot)
{
	return (boot + world->wall) / S;
}

static void input_may_be_as_late_as_its_bucket_ends(void **state)
{
	(void)state;
	for (int64_t phase = 0; phase < 16; phase++) {
		struct world world = new_world();
		int64_t latest = look(&world, EPOCH + phase, 1000 * S);
		same_number("bucket", latest, (phase < 8 ? 8 : 16) * S + SLACK);
	}
}

static void while_the_bucket_is_open_input_may_be_now(void **state)
{
	struct world world = new_world();

	(void)state;
	assert_true(look(&world, EPOCH + 803, 803 * S) == 803 * S);
	assert_true(look(&world, EPOCH + 803, 807 * S) == 807 * S);
	assert_true(look(&world, EPOCH + 803, 808 * S + SLACK) == 808 * S + SLACK);
	assert_true(look(&world, EPOCH + 803, 809 * S) == 808 * S + SLACK);
	assert_true(look(&world, EPOCH + 803, 100000 * S) == 808 * S + SLACK);
}

/* The clock of stamps may be a tick behind when the next bucket begins. */
static void slack_is_one_slowest_tick(void **state)
{
	(void)state;
	assert_true(SLACK == 10 * MS);
}

static void new_stamp_is_new_input(void **state)
{
	struct world world = new_world();

	(void)state;
	assert_true(look(&world, EPOCH + 0, 100 * S) == 8 * S + SLACK);
	assert_true(look(&world, EPOCH + 200, 300 * S) == 208 * S + SLACK);
}

static void old_stamp_keeps_its_age_over_steps(void **state)
{
	static const int64_t steps_s[] = {-86400 * 365, -86400, -3600, -100, 100, 3600, 86400, 86400 * 365};

	(void)state;
	for (size_t i = 0; i < COUNT(steps_s); i++) {
		struct world world = new_world();
		assert_true(look(&world, EPOCH + 100, 200 * S) == 104 * S + SLACK);
		world.wall += steps_s[i] * S;
		same_number("at the step", look(&world, EPOCH + 100, 400 * S), 104 * S + SLACK);
		same_number("after", look(&world, EPOCH + 100, 401 * S), 104 * S + SLACK);
		same_number("later", look(&world, EPOCH + 100, 404 * S), 104 * S + SLACK);
	}
}

static void stamp_from_before_a_step_is_told_by_the_old_clock(void **state)
{
	static const int64_t steps_s[] = {-86400, -3600, -250, -100, -30, 30, 100, 3600, 86400};

	(void)state;
	for (size_t i = 0; i < COUNT(steps_s); i++) {
		struct world world = new_world();
		(void)look(&world, EPOCH + 8, 100 * S);
		/* Typed at 202, set at 400. */
		world.wall += steps_s[i] * S;
		same_number("from before", look(&world, EPOCH + 202, 400 * S), 208 * S + SLACK);
	}
}

static void stamp_from_after_a_step_is_told_by_the_new_clock(void **state)
{
	static const int64_t steps_s[] = {-86400, -3600, -250, -30, -9, 9, 30, 3600, 86400};

	(void)state;
	for (size_t i = 0; i < COUNT(steps_s); i++) {
		struct world world = new_world();
		(void)look(&world, EPOCH + 8, 100 * S);
		world.wall += steps_s[i] * S;
		int64_t stamp = second_at(&world, 400 * S);
		int64_t end = ((stamp | 7) + 1) * S - world.wall + SLACK;
		same_number("at once", look(&world, stamp, 400 * S), 400 * S);
		same_number("bucket over", look(&world, stamp, 500 * S), end);
	}
}

/* Steps of any size, a key typed just before and a look just after: the key is never made older than it is. */
static void key_before_a_step_never_looks_older_than_it_is(void **state)
{
	(void)state;
	for (int64_t step = -20000 * MS; step <= 20000 * MS; step += 37 * MS) {
		for (int64_t typed = 400 * S; typed < 408 * S; typed += 499 * MS) {
			struct world world = new_world();
			(void)look(&world, EPOCH + 8, 100 * S);
			int64_t stamp = second_at(&world, typed);
			world.wall += step;
			same_number("at the step", look(&world, stamp, typed + 1) >= typed, true);
			same_number("later", look(&world, stamp, typed + 60 * S) >= typed, true);
		}
	}
}

/* The same with a stamp that was known before the step: the kernel leaves it as it is while its bucket lasts. */
static void key_in_a_bucket_that_a_step_brought_back_counts(void **state)
{
	struct world world = new_world();

	(void)state;
	assert_true(look(&world, EPOCH + 400, 500 * S) == 408 * S + SLACK);
	/* At 600, with the clock set back to the beginning of that bucket. */
	world.wall -= 200 * S;
	assert_true(look(&world, EPOCH + 400, 600 * S) == 600 * S);
	/* Typed at 605, unstamped. */
	assert_true(look(&world, EPOCH + 400, 700 * S) == 608 * S + SLACK);
}

static void key_in_a_bucket_that_comes_again_later_counts(void **state)
{
	struct world world = new_world();

	(void)state;
	assert_true(look(&world, EPOCH + 400, 500 * S) == 408 * S + SLACK);
	world.wall -= 300 * S;
	assert_true(look(&world, EPOCH + 400, 600 * S) == 408 * S + SLACK);
	assert_true(look(&world, EPOCH + 400, 699 * S) == 408 * S + SLACK);
	/* 700 to 708 is the same bucket by the clock as it is now. */
	assert_true(look(&world, EPOCH + 400, 702 * S) == 702 * S);
	assert_true(look(&world, EPOCH + 400, 900 * S) == 708 * S + SLACK);
}

static void bucket_that_a_second_step_skips_does_not_come_again(void **state)
{
	struct world world = new_world();

	(void)state;
	(void)look(&world, EPOCH + 400, 500 * S);
	world.wall -= 300 * S;
	(void)look(&world, EPOCH + 400, 600 * S);
	world.wall += 300 * S;
	assert_true(look(&world, EPOCH + 400, 650 * S) == 408 * S + SLACK);
	assert_true(look(&world, EPOCH + 400, 900 * S) == 408 * S + SLACK);
}

static void bucket_that_came_again_counts_also_after_a_second_step(void **state)
{
	struct world world = new_world();

	(void)state;
	(void)look(&world, EPOCH + 400, 500 * S);
	world.wall -= 300 * S;
	(void)look(&world, EPOCH + 400, 600 * S);
	world.wall += 3600 * S;
	assert_true(look(&world, EPOCH + 400, 750 * S) == 708 * S + SLACK);
}

static void correction_below_half_a_second_is_no_step(void **state)
{
	static const struct {
		int64_t moved;
		bool has_stepped;
	} rows[] = {
		{0, false},
		{1, false},
		{500 * MS, false},
		{-500 * MS, false},
		{500 * MS + 1, true},
		{-500 * MS - 1, true},
		{3600 * S, true},
		{-EPOCH *S, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		(void)look(&world, EPOCH, 100 * S);
		world.wall += rows[i].moved;
		(void)look(&world, EPOCH, 200 * S);
		same_number("step", wall_offset_has_stepped(&world.offset), rows[i].has_stepped);
		(void)look(&world, EPOCH, 300 * S);
		same_number("over", wall_offset_has_stepped(&world.offset), false);
	}
}

static void small_correction_never_makes_input_older(void **state)
{
	static const int64_t moves[] = {-500 * MS, -100 * MS, 100 * MS, 500 * MS};

	(void)state;
	for (size_t i = 0; i < COUNT(moves); i++) {
		struct world world = new_world();
		(void)look(&world, EPOCH + 8, 100 * S);
		world.wall += moves[i];
		int64_t latest = look(&world, EPOCH + 202, 400 * S);
		/* Which of the two clocks stamped it is not known: the later one is meant, half a second at most. */
		same_number("never earlier", latest >= 208 * S + SLACK, true);
		same_number("hardly later", latest <= 208 * S + SLACK + 500 * MS, true);
	}
}

static void stamp_in_the_future_counts_once(void **state)
{
	static const int64_t stamps[] = {EPOCH + 1000, EPOCH * 2, INT64_MAX / S, INT64_MAX / 2, INT64_MAX - 1, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(stamps); i++) {
		struct world world = new_world();
		(void)look(&world, EPOCH + 8, 100 * S);
		same_number("seen", look(&world, stamps[i], 200 * S), 200 * S);
		same_number("no promise", look(&world, stamps[i], 900 * S), 200 * S);
	}
}

static void stamp_before_all_time_is_old(void **state)
{
	static const int64_t stamps[] = {0, -1, -EPOCH, INT64_MIN + 1, INT64_MIN};

	(void)state;
	for (size_t i = 0; i < COUNT(stamps); i++) {
		struct world world = new_world();
		same_number("old", look(&world, stamps[i], 100 * S) < 0, true);
		same_number("old", look(&world, stamps[i], 200 * S) < 0, true);
		world.wall += 3600 * S;
		same_number("old", look(&world, stamps[i], 300 * S) < 0, true);
	}
}

/* A machine without a battery begins in 1970; a clock may be set behind boot. */
static void clocks_near_1970_do_not_overflow(void **state)
{
	static const int64_t stamps[] = {INT64_MIN, -1, 0, 50, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(stamps); i++) {
		struct world world = world_at(-90000 * S);
		int64_t latest = look(&world, stamps[i], 100000 * S);
		same_number("now at most", latest <= 100000 * S, true);
		same_number("the future is not the past", latest == 100000 * S, stamps[i] == INT64_MAX);
		same_number("now at most", look(&world, stamps[i], 200000 * S) <= 200000 * S, true);
		world.wall = EPOCH * S;
		same_number("now at most", look(&world, stamps[i], 300000 * S) <= 300000 * S, true);
	}
}

static void terminal_made_after_login_is_seen_first_at_its_first_look(void **state)
{
	struct world world = new_world();

	(void)state;
	/* The offset is known from earlier looks; the terminal is not. */
	world.offset = wall_offset_next(&world.offset, 100 * S + world.wall, 100 * S);
	assert_false(world.clock.is_seen);
	assert_true(look(&world, EPOCH + 400, 500 * S) == 408 * S + SLACK);
	assert_true(world.clock.is_seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(input_may_be_as_late_as_its_bucket_ends),
		cmocka_unit_test(while_the_bucket_is_open_input_may_be_now),
		cmocka_unit_test(slack_is_one_slowest_tick),
		cmocka_unit_test(new_stamp_is_new_input),
		cmocka_unit_test(old_stamp_keeps_its_age_over_steps),
		cmocka_unit_test(stamp_from_before_a_step_is_told_by_the_old_clock),
		cmocka_unit_test(stamp_from_after_a_step_is_told_by_the_new_clock),
		cmocka_unit_test(key_before_a_step_never_looks_older_than_it_is),
		cmocka_unit_test(key_in_a_bucket_that_a_step_brought_back_counts),
		cmocka_unit_test(key_in_a_bucket_that_comes_again_later_counts),
		cmocka_unit_test(bucket_that_a_second_step_skips_does_not_come_again),
		cmocka_unit_test(bucket_that_came_again_counts_also_after_a_second_step),
		cmocka_unit_test(correction_below_half_a_second_is_no_step),
		cmocka_unit_test(small_correction_never_makes_input_older),
		cmocka_unit_test(stamp_in_the_future_counts_once),
		cmocka_unit_test(stamp_before_all_time_is_old),
		cmocka_unit_test(clocks_near_1970_do_not_overflow),
		cmocka_unit_test(terminal_made_after_login_is_seen_first_at_its_first_look),
	};

	return cmocka_run_group_tests_name("stamp_clock", tests, NULL, NULL);
}

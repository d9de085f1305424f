/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/tty_clock.h"

#include "common/duration.h"
#include "helper/engine.h"
#include "tests/unit/unit.h"

#define S NS_PER_SECOND
#define MS NS_PER_MS
#define SLACK STAMP_CLOCK_SLACK_NS
#define BUCKET STAMP_BUCKET_NS

/* Wall clock at boot. A multiple of eight: buckets begin at boot times that are multiples of eight seconds. */
#define EPOCH INT64_C(1800000000)

/* What the kernel tells change times in: HZ=250. */
#define TICK (4 * MS)

/* One terminal as the kernel keeps it, the clock that looks at it, and time. Everything happens at `now`, CLOCK_BOOTTIME. */
struct world {
	struct tty_stamps stamps;
	struct tty_clock clock;
	struct wall_offset offset;
	int64_t now;
	int64_t wall;  /* wall clock minus boot */
	int64_t heard; /* what the wire tells; INT64_MAX: nothing */
	int64_t payload;
	bool keeps_ns; /* the kernel is older than 6.7 */
};

static struct tty_time wall_time(const struct world *world, int64_t grain)
{
	int64_t wall = (world->now + world->wall) / grain * grain;

	return (struct tty_time){.s = wall / S, .ns = wall % S};
}

/* drivers/tty/tty_io.c, tty_update_time */
static void type(struct world *world)
{
	struct tty_time now = wall_time(world, S);

	if (((now.s ^ world->stamps.access.s) & ~INT64_C(7)) == 0)
		return;
	if (world->keeps_ns)
		now.ns = world->stamps.access.ns;
	world->stamps.access = now;
}

static void print(struct world *world)
{
	int64_t now = wall_time(world, S).s;

	if ((now ^ world->stamps.modified_s) & ~INT64_C(7))
		world->stamps.modified_s = now;
}

/* chmod(2) or chown(2): mesg(1), sshd. */
static void change(struct world *world)
{
	world->stamps.change = wall_time(world, TICK);
}

/* utimensat(2) */
static void set(struct world *world, int64_t s, int64_t ns)
{
	world->stamps.access = (struct tty_time){.s = s, .ns = ns};
	change(world);
}

static void set_now(struct world *world)
{
	set(world, wall_time(world, S).s, 0);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static enum tty_trust look(struct world *world)
{
	world->offset = wall_offset_next(&world->offset, world->now + world->wall, world->now);
	const struct tty_look circumstances = {
		.offset = &world->offset, .now = world->now, .heard = earlier(world->heard, world->now), .payload = world->payload};
	return tty_clock_take(&world->clock, &world->stamps, &circumstances);
}

static enum tty_trust look_at(struct world *world, int64_t now)
{
	world->now = now;
	return look(world);
}

/* A terminal that was made at 1000 s, typed on at 1001 s, and seen for the first time at 1005 s. */
static struct world new_world(void)
{
	struct world world = {.wall = EPOCH * S, .heard = INT64_MAX, .payload = ENGINE_UNKNOWN, .now = 1000 * S};

	world.offset = (struct wall_offset){.now = world.wall, .before = world.wall};
	world.stamps.access = world.stamps.change = wall_time(&world, TICK);
	world.stamps.modified_s = world.stamps.access.s;
	world.now = 1001 * S;
	type(&world);
	world.now = 1005 * S;
	(void)look(&world);
	return world;
}

static int64_t input(const struct world *world)
{
	return tty_clock_input(&world->clock);
}

/* Looks once more when the bucket of what was seen is over. */
static int64_t final_input(struct world *world)
{
	(void)look_at(world, world->now + 2 * BUCKET);
	return input(world);
}

static void input_moves_the_access_time_alone(void **state)
{
	struct world world = new_world();

	(void)state;
	for (int64_t at = 1100 * S; at < 9000 * S; at += 93 * S) {
		world.now = at;
		type(&world);
		same_number("trusted", look_at(&world, at + 3 * S), TTY_TRUSTED);
		same_number("not early", input(&world) >= at, true);
		same_number("hardly late", input(&world) <= at + BUCKET + SLACK, true);
	}
	assert_int_equal(world.clock.doubts, 0);
}

static void change_of_mode_alone_is_nothing(void **state)
{
	struct world world = new_world();
	int64_t before = final_input(&world);

	(void)state;
	for (int64_t at = 1100 * S; at < 9000 * S; at += 93 * S) {
		world.now = at;
		change(&world);
		same_number("trusted", look_at(&world, at + 3 * S), TTY_TRUSTED);
		same_number("no input", input(&world), before);
	}
	assert_int_equal(world.clock.doubts, 0);
	assert_int_equal(world.clock.forgeries, 0);
}

/* sshd makes the terminal, gives it to the user (chown), and the watchdog may look between the two. */
static void terminal_that_is_being_made_is_no_forgery(void **state)
{
	struct world world = new_world();

	(void)state;
	world.clock = (struct tty_clock){.device = 7};
	world.now = 2000 * S + 123456789;
	world.stamps.access = world.stamps.change = wall_time(&world, 1);
	same_number("made", look(&world), TTY_TRUSTED);
	same_number("making is input", input(&world), world.now);
	world.now += 5 * MS;
	change(&world);
	same_number("given away", look(&world), TTY_TRUSTED);
	world.now += 10 * S;
	type(&world);
	/* It was given away at the very moment of the look: a doubt, no more. */
	same_number("typed", look(&world), TTY_DOUBTFUL);
	same_number("typed", input(&world), world.now);
}

/* Before Linux 6.7 input moves whole seconds and leaves the parts of one as they were when the terminal was made. */
static void parts_of_a_second_that_stay_are_no_forgery(void **state)
{
	struct world world = new_world();

	(void)state;
	world.keeps_ns = true;
	world.clock = (struct tty_clock){.device = 7};
	world.now = 2000 * S + 123456789;
	world.stamps.access = world.stamps.change = wall_time(&world, 1);
	(void)look_at(&world, 2050 * S);
	for (int64_t at = 2100 * S; at < 9000 * S; at += 200 * S) {
		world.now = at;
		type(&world);
		change(&world);
		same_number("with a change of mode", look_at(&world, at + S), TTY_DOUBTFUL);
		same_number("counts", input(&world), at + S);
		world.now = at + 100 * S;
		type(&world);
		same_number("alone", look_at(&world, at + 101 * S), TTY_TRUSTED);
		same_number("counts", input(&world), at + 101 * S);
	}
	/* Other parts are a hand's. */
	set(&world, wall_time(&world, S).s, 5);
	assert_int_equal(look(&world), TTY_FORGED);
}

static void typing_and_mesg_in_one_look_is_believed(void **state)
{
	struct world world = new_world();

	(void)state;
	world.now = 1100 * S;
	type(&world);
	change(&world);
	assert_int_equal(look_at(&world, 1104 * S), TTY_DOUBTFUL);
	assert_true(input(&world) == 1104 * S);
	/* If it was a hand, it may have wiped out a stamp just before. */
	assert_true(final_input(&world) == 1100 * S + BUCKET);
	assert_int_equal(world.clock.forgeries, 0);
}

static void stamps_set_to_now_are_believed_twice(void **state)
{
	struct world world = new_world();

	(void)state;
	for (int i = 1; i <= 5; i++) {
		world.now = (1000 + 100 * i) * S;
		set_now(&world);
		enum tty_trust trust = look_at(&world, world.now + 2 * S);
		same_number("trust", trust, i < TTY_DOUBTS_MAX ? TTY_DOUBTFUL : TTY_FORGED);
		/* What is there is not forged anew. */
		same_number("once more", look_at(&world, world.now + 30 * S), TTY_TRUSTED);
	}
	/* The third may have hidden what was typed just then. */
	assert_true(input(&world) == 1300 * S + BUCKET);
}

static void input_beyond_doubt_starts_the_count_anew(void **state)
{
	struct world world = new_world();

	(void)state;
	for (int64_t round = 0; round < 20; round++) {
		for (int64_t i = 1; i < TTY_DOUBTS_MAX; i++) {
			world.now = (1100 + 400 * round + 100 * i) * S;
			set_now(&world);
			same_number("doubtful", look_at(&world, world.now + S), TTY_DOUBTFUL);
		}
		world.now += 50 * S;
		type(&world);
		same_number("typed", look_at(&world, world.now + S), TTY_TRUSTED);
	}
	assert_int_equal(world.clock.forgeries, 0);
}

/* A shell whose prompt runs mesg, and a person who is heard on the wire: there is never a stamp beyond doubt. */
static void doubtful_stamps_that_the_wire_confirms_are_believed(void **state)
{
	struct world world = new_world();

	(void)state;
	for (int64_t at = 1100 * S; at < 9000 * S; at += 100 * S) {
		world.now = at;
		type(&world);
		change(&world);
		same_number("believed", look_at(&world, at + S), TTY_DOUBTFUL);
		same_number("not early", input(&world) >= at, true);
		/* It is judged later than the stamp. */
		world.payload = at + 10 * MS;
	}
}

/* Not of one who has forged: there the wire's word may be about something else. */
static void who_has_forged_is_believed_on_stamps_alone(void **state)
{
	struct world world = new_world();

	(void)state;
	world.now = 1100 * S;
	set(&world, 5, 5);
	assert_int_equal(look(&world), TTY_FORGED);
	for (int i = 1; i <= 9; i++) {
		world.now = (1100 + 100 * i) * S;
		set_now(&world);
		same_number("trust", look_at(&world, world.now + S), i < TTY_DOUBTS_MAX ? TTY_DOUBTFUL : TTY_FORGED);
		world.payload = world.now + 10 * MS;
	}
	world.now = 2100 * S;
	type(&world);
	assert_int_equal(look(&world), TTY_TRUSTED);
}

static void payload_before_the_stamp_confirms_nothing(void **state)
{
	struct world world = new_world();

	(void)state;
	for (int i = 1; i <= 9; i++) {
		world.now = (1000 + 100 * i) * S;
		set_now(&world);
		same_number("trust", look(&world), i < TTY_DOUBTS_MAX ? TTY_DOUBTFUL : TTY_FORGED);
		world.payload = world.now - S;
	}
}

/* Seconds and nanoseconds relative to the wall clock of the moment; the look before was 100 s ago. */
static const struct {
	const char *row;
	int64_t s, ns;
	enum tty_trust trust;
} hands[] = {
	{"now", 0, 0, TTY_DOUBTFUL},
	{"a second ago", -1, 0, TTY_DOUBTFUL},
	{"just after the last look", -99, 0, TTY_DOUBTFUL},
	{"a tick before the last look", -101, 0, TTY_DOUBTFUL},
	{"a second ahead", 1, 0, TTY_DOUBTFUL},
	{"parts of a second", 0, 1, TTY_FORGED},
	{"nearly a second", -5, 999999999, TTY_FORGED},
	{"the future", 2, 0, TTY_FORGED},
	{"the far future", INT64_MAX / 2, 0, TTY_FORGED},
	{"before the last look", -102, 0, TTY_FORGED},
	{"long ago", -86400, 0, TTY_FORGED},
	{"1970", -EPOCH, 0, TTY_FORGED},
	{"before all time", INT64_MIN / 2, 0, TTY_FORGED},
};

static void what_no_kernel_writes_is_forged_at_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hands); i++) {
		struct world world = new_world();
		(void)look_at(&world, 1100 * S);
		world.now = 1200 * S;
		set(&world, EPOCH + 1200 + hands[i].s, hands[i].ns);
		same_number(hands[i].row, look(&world), hands[i].trust);
		same_unsigned(hands[i].row, world.clock.forgeries, hands[i].trust == TTY_FORGED);
	}
}

/* Who set the clock has moved nobody's stamps: of times, only parts of a second are proof then. */
static void wall_clock_step_is_no_proof(void **state)
{
	static const int64_t steps[] = {-86400 * S, -3600 * S, -30 * S, -2 * S, 2 * S, 30 * S, 3600 * S, 86400 * S};

	(void)state;
	for (size_t step = 0; step < COUNT(steps); step++) {
		for (size_t i = 0; i < COUNT(hands); i++) {
			struct world world = new_world();
			(void)look_at(&world, 1100 * S);
			world.now = 1200 * S;
			world.wall += steps[step];
			set(&world, EPOCH + 1200 + hands[i].s, hands[i].ns);
			same_number(hands[i].row, look(&world), hands[i].ns != 0 ? TTY_FORGED : TTY_DOUBTFUL);
		}
	}
}

static void typing_and_mesg_around_a_step_is_believed(void **state)
{
	(void)state;
	for (int64_t step = -20 * S; step <= 20 * S; step += 333 * MS) {
		struct world world = new_world();
		(void)look_at(&world, 1100 * S);
		world.now = 1190 * S;
		type(&world);
		change(&world);
		world.wall += step;
		same_number("before the step", look_at(&world, 1200 * S) != TTY_FORGED, true);
		world.now = 1290 * S;
		type(&world);
		change(&world);
		same_number("after it", look_at(&world, 1300 * S) != TTY_FORGED, true);
	}
}

/* Every way of forging, at every distance of looks, once in each of many looks. */
static void forging_for_hours_gains_no_time(void **state)
{
	(void)state;
	for (size_t way = 0; way < COUNT(hands); way++) {
		for (int64_t pause = S; pause <= 1000 * S; pause = pause * 7 + S / 3) {
			struct world world = new_world();
			(void)look_at(&world, 1100 * S);
			int64_t latest = input(&world), begin = world.now;
			for (int i = 0; i < 300; i++) {
				world.now += pause / 2;
				set(&world, (world.now + world.wall) / S + hands[way].s % 3, hands[way].ns);
				(void)look_at(&world, world.now + pause / 2);
				same_number("never back", input(&world) >= latest, true);
				latest = input(&world);
			}
			/* Two doubtful looks, a forgery, and the bucket of each. */
			same_number(hands[way].row, latest <= begin + 3 * (pause + BUCKET) + SLACK, true);
		}
	}
}

static void first_forgery_hides_eight_seconds_and_later_ones_nothing(void **state)
{
	struct world world = new_world();

	(void)state;
	(void)look_at(&world, 1100 * S);
	world.now = 1200 * S;
	set(&world, EPOCH + 1200, 1);
	assert_int_equal(look_at(&world, 1203 * S), TTY_FORGED);
	assert_true(input(&world) == 1203 * S);
	assert_int_equal(look_at(&world, 1250 * S), TTY_TRUSTED);
	assert_true(input(&world) == 1208 * S);
	for (int64_t at = 1300 * S; at < 9000 * S; at += 100 * S) {
		world.now = at;
		set(&world, at / S + EPOCH, at / S);
		same_number("forged", look_at(&world, at + S), TTY_FORGED);
		same_number("hides nothing", input(&world), 1208 * S);
	}
}

static void forgery_hides_no_more_than_was_heard(void **state)
{
	static const struct {
		int64_t heard, input;
	} rows[] = {
		{1000 * S, 1008 * S + SLACK},
		{1100 * S, 1100 * S},
		{1195 * S, 1195 * S},
		{1204 * S, 1204 * S},
		{1208 * S, 1208 * S},
		{1240 * S, 1208 * S},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		(void)look_at(&world, 1190 * S);
		world.heard = rows[i].heard;
		world.now = 1200 * S;
		set(&world, EPOCH + 1200, 1);
		(void)look_at(&world, 1250 * S);
		same_number("heard", input(&world), rows[i].input);
	}
}

/* Data that come after the forgery are no sign of typing before it. */
static void what_is_heard_later_shows_up_to_the_forgery_only(void **state)
{
	struct world world = new_world();

	(void)state;
	(void)look_at(&world, 1190 * S);
	world.heard = 1150 * S;
	world.now = 1200 * S;
	set(&world, EPOCH + 1200, 1);
	(void)look_at(&world, 1201 * S);
	assert_true(input(&world) == 1150 * S);
	for (int64_t at = 1300 * S; at < 9000 * S; at += 100 * S) {
		world.heard = at;
		(void)look_at(&world, at);
		same_number("eight seconds at most", input(&world), 1200 * S + BUCKET);
	}
}

static void input_after_a_forgery_counts_again(void **state)
{
	(void)state;
	for (size_t way = 0; way < COUNT(hands); way++) {
		struct world world = new_world();
		(void)look_at(&world, 1100 * S);
		world.now = 1200 * S;
		set(&world, EPOCH + 1200 + hands[way].s, hands[way].ns);
		(void)look_at(&world, 1201 * S);
		world.now = 1300 * S;
		type(&world);
		same_number(hands[way].row, look_at(&world, 1302 * S), TTY_TRUSTED);
		same_number(hands[way].row, input(&world), 1302 * S);
		same_number(hands[way].row, final_input(&world), 1304 * S + SLACK);
	}
}

/*
 * Two settings within one tick have one change time. If the look falls between them, the second seems to have moved the access
 * time alone.
 */
static void stamp_set_once_more_in_the_tick_of_the_look_is_no_input(void **state)
{
	(void)state;
	for (int64_t phase = 0; phase < TICK; phase += MS) {
		struct world world = new_world();
		int64_t latest = 0;
		for (int64_t at = 1100 * S; at < 9000 * S; at += 100 * S) {
			world.now = at + phase / 4;
			set_now(&world);
			world.now = at + phase / 2;
			(void)look(&world);
			world.now = at + phase;
			set(&world, wall_time(&world, S).s - 1, 0);
			if (at < 1500 * S)
				latest = final_input(&world);
		}
		same_number("gains no time", final_input(&world), latest);
		same_number("found out", world.clock.forgeries > 0, true);
	}
}

static void typing_after_a_change_in_the_tick_of_the_look_is_believed(void **state)
{
	struct world world = new_world();

	(void)state;
	world.now = 1100 * S + MS;
	change(&world);
	assert_int_equal(look(&world), TTY_TRUSTED);
	world.now = 1110 * S;
	type(&world);
	assert_int_equal(look(&world), TTY_DOUBTFUL);
	assert_true(input(&world) == 1110 * S);
	world.now = 1120 * S;
	type(&world);
	assert_int_equal(look(&world), TTY_TRUSTED);
}

static void stamp_that_is_put_back_is_no_news(void **state)
{
	struct world world = new_world();
	int64_t before = final_input(&world);

	(void)state;
	for (int64_t at = 1100 * S; at < 9000 * S; at += 100 * S) {
		struct tty_time kept = world.stamps.access;
		world.now = at;
		set_now(&world);
		set(&world, kept.s, kept.ns);
		same_number("nothing", look_at(&world, at + S), TTY_TRUSTED);
		same_number("no input", input(&world), before);
	}
}

static void output_moves_no_input(void **state)
{
	struct world world = new_world();
	int64_t before = final_input(&world);

	(void)state;
	world.now = 1100 * S;
	print(&world);
	assert_int_equal(look_at(&world, 1102 * S), TTY_TRUSTED);
	assert_true(tty_clock_output(&world.clock) == 1102 * S);
	(void)look_at(&world, 1200 * S);
	assert_true(tty_clock_output(&world.clock) == 1104 * S + SLACK);
	assert_true(input(&world) == before);
}

static void output_is_told_also_beside_a_forgery(void **state)
{
	struct world world = new_world();

	(void)state;
	world.now = 1100 * S;
	set(&world, 5, 5);
	print(&world);
	assert_int_equal(look_at(&world, 1102 * S), TTY_FORGED);
	assert_true(tty_clock_output(&world.clock) == 1102 * S);
}

static void nothing_is_known_before_the_first_look(void **state)
{
	const struct tty_clock clock = {.device = 7};

	(void)state;
	assert_true(tty_clock_input(&clock) == ENGINE_UNKNOWN);
	assert_true(tty_clock_output(&clock) == ENGINE_UNKNOWN);
}

/* A stamp to come was set by hand also when nobody saw it being set: nothing is known of input then, and it is old. */
static void first_sight_believes_all_but_the_future(void **state)
{
	static const struct {
		const char *row;
		int64_t s, ns;
		enum tty_trust trust;
		int64_t input; /* before now */
	} rows[] = {
		{"now", 0, 0, TTY_TRUSTED, 0},
		{"parts of a second", 0, 500, TTY_TRUSTED, 0},
		{"a second ahead", 1, 0, TTY_TRUSTED, 0},
		{"long ago", -1000, 0, TTY_TRUSTED, 992 * S - SLACK},
		{"the future", 3600, 0, TTY_FORGED, 2000 * S},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		world.clock = (struct tty_clock){.device = 7};
		world.heard = 0;
		world.now = 2000 * S;
		set(&world, EPOCH + 2000 + rows[i].s, rows[i].ns);
		same_number(rows[i].row, look(&world), rows[i].trust);
		same_number(rows[i].row, world.now - input(&world), rows[i].input);
	}
}

/* A person at work who uses mesg now and then, and looks that come as they do. */
static void typing_is_never_made_older_than_it_is(void **state)
{
	uint64_t random = 88172645463325252U;

	(void)state;
	for (int run = 0; run < 200; run++) {
		struct world world = new_world();
		int64_t typed = world.now;
		for (int i = 0; i < 500; i++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			world.now += (int64_t)(random % 4000) * MS;
			if (random % 5 > 0) {
				type(&world);
				typed = world.now;
			}
			if (i % 40 == 7)
				change(&world);
			if (random % 3 == 0) {
				same_number("trusted", look(&world) != TTY_FORGED, true);
				same_number("not early", input(&world) >= typed - SLACK, true);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(input_moves_the_access_time_alone),
		cmocka_unit_test(change_of_mode_alone_is_nothing),
		cmocka_unit_test(terminal_that_is_being_made_is_no_forgery),
		cmocka_unit_test(parts_of_a_second_that_stay_are_no_forgery),
		cmocka_unit_test(typing_and_mesg_in_one_look_is_believed),
		cmocka_unit_test(stamps_set_to_now_are_believed_twice),
		cmocka_unit_test(input_beyond_doubt_starts_the_count_anew),
		cmocka_unit_test(doubtful_stamps_that_the_wire_confirms_are_believed),
		cmocka_unit_test(who_has_forged_is_believed_on_stamps_alone),
		cmocka_unit_test(payload_before_the_stamp_confirms_nothing),
		cmocka_unit_test(what_no_kernel_writes_is_forged_at_once),
		cmocka_unit_test(wall_clock_step_is_no_proof),
		cmocka_unit_test(typing_and_mesg_around_a_step_is_believed),
		cmocka_unit_test(forging_for_hours_gains_no_time),
		cmocka_unit_test(first_forgery_hides_eight_seconds_and_later_ones_nothing),
		cmocka_unit_test(forgery_hides_no_more_than_was_heard),
		cmocka_unit_test(what_is_heard_later_shows_up_to_the_forgery_only),
		cmocka_unit_test(input_after_a_forgery_counts_again),
		cmocka_unit_test(stamp_set_once_more_in_the_tick_of_the_look_is_no_input),
		cmocka_unit_test(typing_after_a_change_in_the_tick_of_the_look_is_believed),
		cmocka_unit_test(stamp_that_is_put_back_is_no_news),
		cmocka_unit_test(output_moves_no_input),
		cmocka_unit_test(output_is_told_also_beside_a_forgery),
		cmocka_unit_test(nothing_is_known_before_the_first_look),
		cmocka_unit_test(first_sight_believes_all_but_the_future),
		cmocka_unit_test(typing_is_never_made_older_than_it_is),
	};

	return cmocka_run_group_tests_name("tty_clock", tests, NULL, NULL);
}

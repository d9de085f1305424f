/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/observer.h"

#include "common/duration.h"
#include "tests/unit/unit.h"

#define S NS_PER_SECOND
#define LOGIN (1000 * S)
#define WALL (1800000000 * S)
#define TICKS 100

/* A session as a look would find it. */
struct world {
	struct observer observer;
	struct wire wire;
	struct terminals_reading terminals;
	struct processes_reading processes;
	struct socket_hints sockets;
};

/* No terminal, no process, and a connection that was made at login. */
static struct world world_of(uint32_t activity, uint32_t idle)
{
	struct world world = {
		.wire = {.is_known = true, .received = LOGIN, .sent = LOGIN, .acked = LOGIN, .moved = {3445, 9, 3077, 8}},
		.terminals = {.input = ENGINE_UNKNOWN, .output = ENGINE_UNKNOWN},
		.processes = {.ticks_per_second = TICKS},
	};
	struct policy policy;

	policy_init(&policy);
	policy.value[OPTION_ACTIVITY] = activity;
	policy.value[OPTION_IDLE] = idle;
	observer_init(&world.observer, &policy, LOGIN, WALL);
	return world;
}

static struct sample look(struct world *world, int64_t now)
{
	(void)observer_begin(&world->observer, WALL + now, now, &world->wire);
	return observer_end(&world->observer, &world->terminals, &world->processes, &world->sockets);
}

static void receive(struct world *world, int64_t at, uint64_t bytes)
{
	world->wire.received = at;
	world->wire.moved.in_bytes += bytes;
	world->wire.moved.in_segments++;
}

static void sit_at_terminal(struct world *world, int64_t input)
{
	world->terminals.has_terminal = true;
	world->terminals.input = world->terminals.output = input;
}

static void login_is_the_first_activity(void **state)
{
	struct world world = world_of(ACTIVITY_AUTO, 900);

	(void)state;
	assert_true(world.observer.latest == LOGIN);
	assert_int_equal(world.observer.keeper, SOURCE_COUNT);
	assert_true(look(&world, LOGIN + S).active == LOGIN);
	assert_int_equal(world.observer.keeper, SOURCE_COUNT);
}

static void input_is_no_later_than_the_last_data_received(void **state)
{
	struct world world = world_of(ACTIVITY_AUTO, 900);

	(void)state;
	sit_at_terminal(&world, LOGIN + 58 * S);
	receive(&world, LOGIN + 53 * S, 36);
	assert_true(look(&world, LOGIN + 60 * S).active == LOGIN + 53 * S);
	assert_int_equal(world.observer.keeper, SOURCE_INPUT);
	world.wire.is_known = false;
	assert_true(look(&world, LOGIN + 61 * S).active == LOGIN + 58 * S);
}

static void latest_activity_never_goes_back(void **state)
{
	struct world world = world_of(ACTIVITY_INPUT, 900);

	(void)state;
	world.wire.is_known = false;
	sit_at_terminal(&world, LOGIN + 58 * S);
	(void)look(&world, LOGIN + 60 * S);
	sit_at_terminal(&world, LOGIN + 8 * S);
	(void)look(&world, LOGIN + 61 * S);
	assert_true(world.observer.latest == LOGIN + 58 * S);
}

/* Under auto a terminal's traffic is judged by its stamps; who names the network counts all payload. */
static void payload_counts_as_the_policy_says(void **state)
{
	static const struct {
		const char *row;
		uint32_t activity;
		bool has_terminal, is_readable, is_printing, is_active;
	} rows[] = {
		{"transfer", ACTIVITY_AUTO, false, false, false, true},
		{"output of a terminal", ACTIVITY_AUTO, true, true, true, false},
		{"beside an idle terminal", ACTIVITY_AUTO, true, true, false, true},
		{"terminal unreadable", ACTIVITY_AUTO, true, false, false, true},
		{"network, output of a terminal", ACTIVITY_NETWORK, true, true, true, true},
		{"input, transfer", ACTIVITY_INPUT, false, false, false, false},
		{"output, transfer", ACTIVITY_OUTPUT, false, false, false, false},
		{"process, transfer", ACTIVITY_PROCESS, false, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = world_of(rows[i].activity, 900);
		world.terminals.has_terminal = rows[i].has_terminal;
		if (rows[i].is_readable)
			sit_at_terminal(&world, LOGIN - S);
		(void)look(&world, LOGIN + S);
		if (rows[i].is_printing)
			world.terminals.output = LOGIN + 50 * S;
		world.wire.moved.out_bytes += 5000;
		world.wire.moved.out_segments += 4;
		world.wire.sent = LOGIN + 50 * S;
		(void)look(&world, LOGIN + 60 * S);
		same_number(rows[i].row, world.observer.latest, rows[i].is_active ? LOGIN + 50 * S : LOGIN);
		same_number(rows[i].row, world.observer.keeper, rows[i].is_active ? SOURCE_NETWORK : SOURCE_COUNT);
	}
}

static void keepalives_are_no_activity(void **state)
{
	struct world world = world_of(ACTIVITY_AUTO, 900);

	(void)state;
	(void)look(&world, LOGIN + S);
	for (int64_t at = LOGIN + 15 * S; at < LOGIN + 900 * S; at += 15 * S) {
		receive(&world, at, 52);
		world.wire.sent = at;
		world.wire.moved.out_bytes += 28;
		world.wire.moved.out_segments++;
		struct sample sample = look(&world, at + S);
		same_number("received is told all the same", sample.received, at);
		same_number("idle", sample.active, LOGIN);
	}
}

static void work_counts_from_the_look_that_found_it(void **state)
{
	static const struct {
		const char *row;
		uint32_t activity;
		uint64_t ticks; /* of 9000 in 90 s */
		bool is_active;
	} rows[] = {
		{"one percent", ACTIVITY_AUTO, 90, true},
		{"just more than half a percent", ACTIVITY_AUTO, 46, true},
		{"half a percent", ACTIVITY_AUTO, 45, false},
		{"nothing", ACTIVITY_AUTO, 0, false},
		{"named", ACTIVITY_PROCESS, 90, true},
		{"not named", ACTIVITY_INPUT, 9000, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = world_of(rows[i].activity, 900);
		world.processes.has_any = true;
		world.processes.cpu_ticks = 1000;
		(void)look(&world, LOGIN + S);
		world.processes.cpu_ticks += rows[i].ticks;
		(void)look(&world, LOGIN + 91 * S);
		same_number(rows[i].row, world.observer.latest, rows[i].is_active ? LOGIN + 91 * S : LOGIN);
		same_number(rows[i].row, world.observer.keeper, rows[i].is_active ? SOURCE_PROCESS : SOURCE_COUNT);
	}
}

/* Looks for other reasons must not cut the work into pieces too small to be seen. */
static void slow_work_adds_up_over_close_looks(void **state)
{
	struct world world = world_of(ACTIVITY_AUTO, 900);

	(void)state;
	world.processes.has_any = true;
	(void)look(&world, LOGIN + S);
	for (int i = 1; i <= 100; i++) {
		/* A tick per second: none is more than 10 ms. */
		world.processes.cpu_ticks++;
		(void)look(&world, LOGIN + (1 + i) * S);
	}
	assert_true(world.observer.latest > LOGIN);
	assert_int_equal(world.observer.keeper, SOURCE_PROCESS);
}

static void without_a_wire_nothing_of_it_is_known(void **state)
{
	struct world world = world_of(ACTIVITY_AUTO, 900);

	(void)state;
	world.wire.is_known = false;
	struct sample sample = look(&world, LOGIN + S);
	assert_true(sample.active == ENGINE_UNKNOWN);
	assert_true(sample.received == ENGINE_UNKNOWN);
	assert_true(sample.alive == ENGINE_UNKNOWN);
	assert_true(sample.again == ENGINE_NEVER);
	assert_false(sample.is_unanswered);
	assert_false(sample.is_unsettled);
}

static void looks_are_asked_for_by_what_is_sought(void **state)
{
	static const struct {
		const char *row;
		uint32_t activity, idle;
		bool has_wire, has_process;
		int64_t within; /* ENGINE_NEVER: none is asked for */
	} rows[] = {
		{"console", ACTIVITY_AUTO, 900, false, false, ENGINE_NEVER},
		{"connection", ACTIVITY_AUTO, 900, true, false, 180 * S},
		{"job on a console", ACTIVITY_AUTO, 900, false, true, 90 * S},
		{"input", ACTIVITY_INPUT, 900, true, true, ENGINE_NEVER},
		{"output", ACTIVITY_OUTPUT, 900, true, true, ENGINE_NEVER},
		{"process, none there", ACTIVITY_PROCESS, 900, true, false, 90 * S},
		{"network", ACTIVITY_NETWORK, 900, true, true, 180 * S},
		{"network, no connection", ACTIVITY_NETWORK, 900, false, true, ENGINE_NEVER},
		{"no limit", ACTIVITY_AUTO, 0, true, true, ENGINE_NEVER},
		{"short limit", ACTIVITY_AUTO, 1, true, true, 500 * NS_PER_MS},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = world_of(rows[i].activity, rows[i].idle);
		world.wire.is_known = rows[i].has_wire;
		world.processes.has_any = rows[i].has_process;
		int64_t again = look(&world, LOGIN + S).again;
		if (rows[i].within == ENGINE_NEVER)
			same_number(rows[i].row, again, ENGINE_NEVER);
		else
			same_number(rows[i].row, again > LOGIN + S && again <= LOGIN + S + rows[i].within, true);
	}
}

static void suspicious_stamps_are_looked_at_closely(void **state)
{
	static const struct {
		uint32_t idle;
		int64_t pause;
	} rows[] = {{10, S}, {64, S}, {128, 2 * S}, {320, 5 * S}, {900, 900 * S / 64}, {86400, 60 * S}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = world_of(ACTIVITY_INPUT, rows[i].idle);
		int64_t idle = rows[i].idle * S, begin = LOGIN + S;
		sit_at_terminal(&world, LOGIN);
		world.terminals.is_doubtful = true;
		same_number("doubtful", look(&world, begin).again, begin + rows[i].pause);
		world.terminals.is_doubtful = false;
		same_number("for one limit", look(&world, begin + idle - 1).again, begin + idle - 1 + rows[i].pause);
		same_number("no longer", look(&world, begin + idle).again, ENGINE_NEVER);
		world.terminals.is_forged = true;
		same_number("forged", look(&world, begin + 2 * idle).again, begin + 2 * idle + rows[i].pause);
	}
}

static void first_forgery_is_news_and_unsettled(void **state)
{
	struct world world = world_of(ACTIVITY_INPUT, 900);

	(void)state;
	sit_at_terminal(&world, LOGIN);
	world.terminals.is_doubtful = true;
	assert_false(look(&world, LOGIN + S).is_unsettled);
	assert_false(world.observer.is_spoofed);
	world.terminals.is_forged = true;
	struct sample sample = look(&world, LOGIN + 2 * S);
	assert_true(sample.is_unsettled);
	assert_true(sample.again > sample.now && sample.again < ENGINE_NEVER);
	assert_true(world.observer.is_spoofed);
	assert_false(look(&world, LOGIN + 3 * S).is_unsettled);
	assert_true(world.observer.is_spoofed);
}

/* What a forged stamp may hide ends with the last data that are no keepalive. */
static void terminals_are_told_what_the_wire_has_heard(void **state)
{
	struct world world = world_of(ACTIVITY_AUTO, 900);

	(void)state;
	(void)look(&world, LOGIN + S);
	receive(&world, LOGIN + 50 * S, 5000);
	(void)look(&world, LOGIN + 60 * S);
	struct tty_look circumstances = observer_begin(&world.observer, WALL + LOGIN + 70 * S, LOGIN + 70 * S, &world.wire);
	assert_true(circumstances.now == LOGIN + 70 * S);
	assert_true(circumstances.heard == LOGIN + 50 * S);
	assert_true(circumstances.offset->now == WALL && circumstances.offset->before == WALL);
	world.wire.is_known = false;
	circumstances = observer_begin(&world.observer, WALL + LOGIN + 80 * S + 7, LOGIN + 80 * S, &world.wire);
	assert_true(circumstances.heard == LOGIN + 80 * S);
	assert_true(circumstances.offset->now == WALL + 7 && circumstances.offset->before == WALL);
}

/* One look at a terminal whose owner has set its stamps three seconds ago, before a keepalive came, as its clock sees it. */
static void look_at_forger(struct world *world, struct tty_clock *clock, int64_t now)
{
	const struct tty_time moment = {.s = (WALL + now) / S - 3};
	const struct tty_stamps stamps = {.access = moment, .change = moment, .modified_s = moment.s};
	struct tty_look circumstances = observer_begin(&world->observer, WALL + now, now, &world->wire);

	world->terminals.is_forged = world->terminals.is_doubtful = false;
	enum tty_trust trust = tty_clock_take(clock, &stamps, &circumstances);
	world->terminals.is_doubtful = trust == TTY_DOUBTFUL;
	world->terminals.is_forged = trust == TTY_FORGED;
	sit_at_terminal(world, tty_clock_input(clock));
	world->terminals.output = tty_clock_output(clock);
	(void)observer_end(&world->observer, &world->terminals, &world->processes, &world->sockets);
}

/* Keepalives of the client are no sign that it was typed on, though they come in the same stretch. */
static void forger_gains_nothing_by_keepalives(void **state)
{
	static const struct {
		const char *row;
		uint64_t in, out;
		bool is_known; /* keepalives came before the forging */
	} rows[] = {
		{"chacha", 52, 28, true},
		{"chacha, from login on", 52, 28, false},
		{"aes-gcm", 52, 36, true},
		{"aes-gcm, from login on", 52, 36, false},
		{"plink, from login on", 48, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = world_of(ACTIVITY_AUTO, 900);
		struct tty_clock clock = {.device = 7};
		int64_t begin = LOGIN + 2 * S;
		sit_at_terminal(&world, LOGIN - 100 * S);
		(void)look(&world, LOGIN + S);
		for (int64_t at = begin; at < LOGIN + 7200 * S; at += 15 * S) {
			receive(&world, at, rows[i].in);
			world.wire.moved.out_bytes += rows[i].out;
			world.wire.moved.out_segments += rows[i].out > 0;
			world.wire.sent = rows[i].out > 0 ? at : world.wire.sent;
			if (rows[i].is_known && at < LOGIN + 100 * S)
				(void)look(&world, at + S);
			else
				look_at_forger(&world, &clock, at + S);
		}
		same_number(rows[i].row, world.observer.is_spoofed, true);
		same_number(rows[i].row, world.observer.latest < LOGIN + 900 * S, true);
	}
}

static void exchange_under_way_is_unsettled_where_payload_counts(void **state)
{
	static const struct {
		const char *row;
		uint32_t activity;
		bool is_unsettled;
	} rows[] = {{"auto", ACTIVITY_AUTO, true}, {"network", ACTIVITY_NETWORK, true}, {"input", ACTIVITY_INPUT, false}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = world_of(rows[i].activity, 900);
		(void)look(&world, LOGIN + S);
		receive(&world, LOGIN + 50 * S, 52);
		struct sample sample = look(&world, LOGIN + 50 * S + 10 * NS_PER_MS);
		same_number(rows[i].row, sample.is_unsettled, rows[i].is_unsettled);
		same_number(rows[i].row, sample.again < sample.now + S, rows[i].is_unsettled);
	}
}

/* `exit` was typed on it, and the shell is gone before anybody could read the stamp. */
static void lost_terminal_was_typed_on_when_the_client_was_last_heard(void **state)
{
	struct world world = world_of(ACTIVITY_AUTO, 900);

	(void)state;
	sit_at_terminal(&world, LOGIN);
	(void)look(&world, LOGIN + S);
	world.terminals = (struct terminals_reading){.has_lost_one = true, .input = ENGINE_UNKNOWN, .output = ENGINE_UNKNOWN};
	receive(&world, LOGIN + 50 * S, 180);
	(void)look(&world, LOGIN + 60 * S);
	assert_true(world.observer.latest == LOGIN + 50 * S);
	world.terminals.has_lost_one = false;
	(void)look(&world, LOGIN + 61 * S);
	assert_true(world.observer.latest == LOGIN + 50 * S);
}

static void lost_terminal_without_a_wire_was_typed_on_just_now(void **state)
{
	struct world world = world_of(ACTIVITY_INPUT, 900);

	(void)state;
	world.wire.is_known = false;
	sit_at_terminal(&world, LOGIN);
	(void)look(&world, LOGIN + S);
	world.terminals.has_lost_one = true;
	(void)look(&world, LOGIN + 60 * S);
	assert_true(world.observer.latest == LOGIN + 60 * S);
	world.terminals.has_lost_one = false;
	(void)look(&world, LOGIN + 120 * S);
	assert_true(world.observer.latest == LOGIN + 60 * S);
}

static void sockets_are_asked_for_where_payload_counts(void **state)
{
	static const struct {
		const char *row;
		uint32_t activity, idle;
		bool is_wanted;
	} rows[] = {
		{"auto", ACTIVITY_AUTO, 900, true},   {"network", ACTIVITY_NETWORK, 900, true},
		{"input", ACTIVITY_INPUT, 900, false}, {"no limit", ACTIVITY_AUTO, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = world_of(rows[i].activity, rows[i].idle);
		(void)look(&world, LOGIN + S);
		receive(&world, LOGIN + 50 * S, 44);
		(void)observer_begin(&world.observer, WALL + LOGIN + 60 * S, LOGIN + 60 * S, &world.wire);
		same_number(rows[i].row, observer_wants_sockets(&world.observer, &world.terminals), rows[i].is_wanted);
	}
}

/* The watchdog writes a warning, which moves the terminal's stamp and the connection's counters. */
static void own_warning_is_no_activity(void **state)
{
	static const uint32_t counted[] = {ACTIVITY_INPUT | ACTIVITY_OUTPUT, ACTIVITY_INPUT | ACTIVITY_NETWORK};

	(void)state;
	for (size_t i = 0; i < COUNT(counted); i++) {
		struct world world = world_of(counted[i], 900);
		int64_t warned = LOGIN + 600 * S;
		sit_at_terminal(&world, LOGIN);
		(void)look(&world, warned);
		observer_warned(&world.observer);
		world.terminals.output = warned + 6 * S;
		world.wire.sent = warned + S;
		world.wire.moved.out_bytes += 120;
		world.wire.moved.out_segments++;
		assert_true(look(&world, warned + 10 * S).active == LOGIN);
		/* One that could not be written leaves the stamp as it was. */
		observer_warned(&world.observer);
		assert_true(look(&world, warned + 20 * S).active == LOGIN);
		/* What is printed later is. */
		world.terminals.output = warned + 40 * S;
		world.wire.sent = warned + 40 * S;
		world.wire.moved.out_bytes += 120;
		world.wire.moved.out_segments++;
		assert_true(look(&world, warned + 50 * S).active == warned + 40 * S);
	}
}

static void processes_with_a_terminal_count_where_they_are_named(void **state)
{
	static const struct {
		const char *row;
		uint32_t activity;
		bool is_every;
	} rows[] = {
		{"auto", ACTIVITY_AUTO, false},
		{"input", ACTIVITY_INPUT, false},
		{"process", ACTIVITY_PROCESS, true},
		{"input,process", ACTIVITY_INPUT | ACTIVITY_PROCESS, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = world_of(rows[i].activity, 900);
		same_number(rows[i].row, observer_counts_every_process(&world.observer), rows[i].is_every);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(login_is_the_first_activity),
		cmocka_unit_test(input_is_no_later_than_the_last_data_received),
		cmocka_unit_test(latest_activity_never_goes_back),
		cmocka_unit_test(payload_counts_as_the_policy_says),
		cmocka_unit_test(keepalives_are_no_activity),
		cmocka_unit_test(work_counts_from_the_look_that_found_it),
		cmocka_unit_test(slow_work_adds_up_over_close_looks),
		cmocka_unit_test(without_a_wire_nothing_of_it_is_known),
		cmocka_unit_test(looks_are_asked_for_by_what_is_sought),
		cmocka_unit_test(suspicious_stamps_are_looked_at_closely),
		cmocka_unit_test(first_forgery_is_news_and_unsettled),
		cmocka_unit_test(terminals_are_told_what_the_wire_has_heard),
		cmocka_unit_test(forger_gains_nothing_by_keepalives),
		cmocka_unit_test(exchange_under_way_is_unsettled_where_payload_counts),
		cmocka_unit_test(lost_terminal_was_typed_on_when_the_client_was_last_heard),
		cmocka_unit_test(lost_terminal_without_a_wire_was_typed_on_just_now),
		cmocka_unit_test(sockets_are_asked_for_where_payload_counts),
		cmocka_unit_test(own_warning_is_no_activity),
		cmocka_unit_test(processes_with_a_terminal_count_where_they_are_named),
	};

	return cmocka_run_group_tests_name("observer", tests, NULL, NULL);
}

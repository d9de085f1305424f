/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Connections of services other than ssh, such as FTP's control connection.
 */
#include "common/duration.h"
#include "helper/engine.h"
#include "helper/observer.h"
#include "tests/unit/unit.h"

#define S NS_PER_SECOND
#define LOGIN (1000 * S)
#define WALL (1800000000 * S)
#define IDLE 100

struct world {
	struct observer observer;
	struct wire wire;
	struct terminals_reading terminals;
	struct socket_hints sockets;
};

static struct world new_world(void)
{
	struct world world = {
		.wire = {.is_known = true, .received = LOGIN, .sent = LOGIN, .acked = LOGIN, .moved = {60, 4, 120, 5}},
		.terminals = {.input = ENGINE_UNKNOWN, .output = ENGINE_UNKNOWN},
	};
	struct policy policy;

	policy_init(&policy);
	policy.value[OPTION_IDLE] = IDLE;
	observer_init(&world.observer, &policy, LOGIN, WALL);
	observer_expect_no_keepalives(&world.observer);
	return world;
}

static struct sample look(struct world *world, int64_t now)
{
	static const struct processes_reading nobody = {.ticks_per_second = 100};

	(void)observer_begin(&world->observer, WALL + now, now, &world->wire);
	return observer_end(&world->observer, &world->terminals, &nobody, &world->sockets);
}

static void say(struct world *world, int64_t at, uint64_t in, uint64_t out)
{
	world->wire.received = world->wire.sent = at;
	world->wire.moved.in_bytes += in;
	world->wire.moved.in_segments++;
	world->wire.moved.out_bytes += out;
	world->wire.moved.out_segments++;
}

/* What ssh's keepalives look like is a person who looks where he is. */
static void small_commands_of_one_size_are_payload(void **state)
{
	struct world world = new_world();

	(void)state;
	for (int64_t at = LOGIN + 10 * S; at < LOGIN + 1000 * S; at += 10 * S) {
		say(&world, at, 5, 36);
		assert_true(look(&world, at + 5 * S).active == at);
	}
	assert_false(world.observer.network.sizes.is_known);
}

static void command_on_its_way_counts_at_once(void **state)
{
	struct world world = new_world();

	(void)state;
	say(&world, LOGIN + 50 * S, 5, 36);
	struct sample sample = look(&world, LOGIN + 50 * S);
	assert_true(sample.active == LOGIN + 50 * S);
	assert_false(sample.is_unsettled);
}

static void nothing_is_sought_before_the_limit(void **state)
{
	struct world world = new_world();

	(void)state;
	assert_true(look(&world, LOGIN + S).again == ENGINE_NEVER);
	assert_true(observer_wants_sockets(&world.observer, &world.terminals));
	world.wire.is_known = false;
	(void)look(&world, LOGIN + 2 * S);
	assert_false(observer_wants_sockets(&world.observer, &world.terminals));
}

static void transfer_beside_it_is_payload_from_its_moment(void **state)
{
	struct world world = new_world();

	(void)state;
	world.sockets.transferred = LOGIN + 70 * S;
	assert_true(look(&world, LOGIN + 80 * S).active == LOGIN + 70 * S);
	assert_int_equal(world.observer.keeper, SOURCE_NETWORK);
	/* A transfer that is over took its socket along. */
	world.sockets.transferred = 0;
	assert_true(look(&world, LOGIN + 90 * S).active == LOGIN + 70 * S);
}

/* Where there is one it is what is printed there that moves. */
static void terminal_is_told_by_its_stamps(void **state)
{
	struct world world = new_world();

	(void)state;
	world.terminals.has_terminal = true;
	world.terminals.input = LOGIN + 20 * S;
	world.terminals.output = LOGIN + 60 * S;
	say(&world, LOGIN + 60 * S, 5, 1000);
	assert_true(look(&world, LOGIN + 70 * S).active == LOGIN + 20 * S);
	world.sockets.transferred = LOGIN + 65 * S;
	assert_true(look(&world, LOGIN + 71 * S).active == LOGIN + 65 * S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_commands_of_one_size_are_payload),
		cmocka_unit_test(command_on_its_way_counts_at_once),
		cmocka_unit_test(nothing_is_sought_before_the_limit),
		cmocka_unit_test(transfer_beside_it_is_payload_from_its_moment),
		cmocka_unit_test(terminal_is_told_by_its_stamps),
	};

	return cmocka_run_group_tests_name("network, plain", tests, NULL, NULL);
}

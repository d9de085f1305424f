/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/network.h"

#include "common/duration.h"
#include "helper/engine.h"
#include "tests/unit/unit.h"

#define S NS_PER_SECOND
#define MS NS_PER_MS

#define LOGIN (1000 * S)
#define IDLE (100 * S)

static const struct socket_hints no_sockets = {.is_any = false};
static const struct socket_hints sent_together = {.is_sent_together = true, .is_any = true};
static const struct socket_hints received_together = {.is_received_together = true, .is_any = true};
static const struct socket_hints elsewhere = {.is_any = true};

/* A connection, what is known of it, and what a look would find. */
struct world {
	struct network network;
	struct wire wire;
	struct network_look look;
};

/* Logged in at LOGIN, looked at a second later. */
static struct world new_world(void)
{
	struct world world = {
		.wire = {.is_known = true, .received = LOGIN, .sent = LOGIN, .acked = LOGIN, .moved = {3445, 9, 3077, 8}},
		.look = {.now = LOGIN + S, .idle = IDLE, .typed = ENGINE_UNKNOWN, .printed = ENGINE_UNKNOWN},
	};

	network_init(&world.network, LOGIN);
	network_take(&world.network, &world.wire, &world.look, &no_sockets);
	return world;
}

/* Bytes of one segment come, and others go (0: none do). */
static void move(struct world *world, int64_t at, uint64_t in, uint64_t out)
{
	struct traffic *moved = &world->wire.moved;

	moved->in_bytes += in;
	moved->in_segments += in > 0;
	moved->out_bytes += out;
	moved->out_segments += out > 0;
	if (in > 0)
		world->wire.received = at;
	if (out > 0)
		world->wire.sent = at;
}

static void take(struct world *world, int64_t now, const struct socket_hints *sockets)
{
	world->look.now = now;
	network_take(&world->network, &world->wire, &world->look, sockets);
}

/* One exchange, and a look when it is over. Returns the exchange's moment. */
static int64_t exchange(struct world *world, uint64_t in, uint64_t out, const struct socket_hints *sockets)
{
	int64_t at = world->look.now + 10 * S;

	move(world, at, in, out);
	take(world, at + S, sockets);
	return at;
}

static void login_is_payload(void **state)
{
	struct world world = new_world();

	(void)state;
	assert_true(world.network.payload == LOGIN);
	assert_true(world.network.channels == LOGIN);
	assert_true(world.network.heard == LOGIN);
	assert_true(world.network.unsettled == ENGINE_NEVER);
	assert_false(world.network.sizes.is_known);
}

static void keepalives_are_no_payload(void **state)
{
	static const struct {
		const char *row;
		uint64_t in, out;
	} rows[] = {{"ssh", 52, 28}, {"aes-gcm", 52, 36}, {"sshd", 28, 52}, {"plink", 48, 0}, {"dropbear", 36, 36}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		for (int round = 0; round < 50; round++)
			(void)exchange(&world, rows[i].in, rows[i].out, &no_sockets);
		same_number(rows[i].row, world.network.payload, LOGIN);
		same_number(rows[i].row, world.network.channels, LOGIN);
		same_number(rows[i].row, world.network.heard, LOGIN);
	}
}

static void payload_counts_from_its_moment(void **state)
{
	static const struct {
		const char *row;
		uint64_t in, out;
		bool is_heard;
	} rows[] = {
		{"a line and its echo", 100, 100, true},
		{"upload", 1400, 36, true},
		{"upload, unanswered", 1400, 0, true},
		{"download", 36, 1400, true},
		{"output", 0, 36, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		int64_t at = exchange(&world, rows[i].in, rows[i].out, &no_sockets);
		same_number(rows[i].row, world.network.payload, at);
		same_number(rows[i].row, world.network.channels, at);
		same_number(rows[i].row, world.network.heard, rows[i].is_heard ? at : LOGIN);
	}
}

static void socket_that_moved_together_makes_it_payload(void **state)
{
	struct world world = new_world();

	(void)state;
	assert_true(exchange(&world, 52, 36, &sent_together) == world.network.channels);
	assert_true(exchange(&world, 52, 36, &received_together) == world.network.channels);
	int64_t before = world.network.channels;
	(void)exchange(&world, 52, 36, &elsewhere);
	assert_true(world.network.channels == before);
	/* Two at once: each may be the one that moved there. */
	move(&world, world.look.now + S, 52, 36);
	assert_true(exchange(&world, 52, 36, &elsewhere) == world.network.channels);
}

static void process_that_woke_for_it_makes_it_payload(void **state)
{
	static const struct {
		const char *row;
		uint64_t switches;
		bool is_payload;
	} rows[] = {
		{"nobody", 0, false},
		{"its reader", 1, true},
		{"reader and worker", 8, true},
		{"one that wakes by itself", 9, false},
		{"a busy one", 10000, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		(void)exchange(&world, 52, 36, &no_sockets);
		world.look.switches += rows[i].switches;
		int64_t at = exchange(&world, 52, 36, &no_sockets);
		same_number(rows[i].row, world.network.channels == at, rows[i].is_payload);
	}
}

/* One that wakes by itself may have done so at a first keepalive: the next ones tell. */
static void process_that_woke_once_is_not_sure_before_keepalives_are_known(void **state)
{
	struct world world = new_world();

	(void)state;
	world.look.switches++;
	(void)exchange(&world, 52, 28, &no_sockets);
	assert_true(network_is_unsettled(&world.network));
	(void)exchange(&world, 52, 28, &no_sockets);
	assert_false(network_is_unsettled(&world.network));
	assert_true(world.network.channels == LOGIN);
	/* Of sizes that payload can have as well, those that follow tell nothing of it. */
	world = new_world();
	world.look.switches++;
	int64_t at = exchange(&world, 52, 36, &no_sockets);
	for (int looks = 0; network_is_unsettled(&world.network) && looks < 20; looks++)
		(void)exchange(&world, 52, 36, &no_sockets);
	assert_true(world.network.channels == at);
}

/* A process that ended takes its switches along. */
static void fewer_switches_are_no_work(void **state)
{
	struct world world = new_world();

	(void)state;
	world.look.switches = 1000;
	(void)exchange(&world, 52, 36, &no_sockets);
	world.look.switches = 3;
	(void)exchange(&world, 52, 36, &no_sockets);
	assert_true(world.network.channels == LOGIN);
	world.look.switches = 4;
	assert_true(exchange(&world, 52, 36, &no_sockets) == world.network.channels);
}

/* The question is there, the answer is not: alone it would be no keepalive known. */
static void exchange_in_its_middle_is_looked_at_again(void **state)
{
	struct world world = new_world();
	int64_t at = world.look.now + 10 * S;

	(void)state;
	(void)exchange(&world, 52, 36, &no_sockets);
	at = world.look.now + 10 * S;
	move(&world, at, 52, 0);
	take(&world, at + 20 * MS, &no_sockets);
	assert_true(world.network.unsettled == at + 20 * MS);
	assert_true(world.network.next > at + 20 * MS && world.network.next <= at + 620 * MS);
	assert_true(world.network.payload == LOGIN);
	move(&world, at + 30 * MS, 0, 36);
	take(&world, world.network.next, &no_sockets);
	if (world.network.unsettled != ENGINE_NEVER)
		take(&world, world.network.next, &no_sockets);
	assert_true(world.network.unsettled == ENGINE_NEVER);
	assert_true(world.network.payload == LOGIN);
}

static void long_round_trip_is_waited_for_within_reason(void **state)
{
	static const struct {
		int64_t round_trip, silence;
	} rows[] = {{0, 100 * MS}, {10 * MS, 120 * MS}, {150 * MS, 400 * MS}, {200 * MS, 500 * MS}, {60 * S, 500 * MS}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		int64_t at = world.look.now + 10 * S;
		world.wire.round_trip = rows[i].round_trip;
		move(&world, at, 52, 36);
		take(&world, at + rows[i].silence - 1, &no_sockets);
		same_number("not yet", world.network.unsettled, at + rows[i].silence - 1);
		same_number("a moment later", world.network.next, at + rows[i].silence - 1 + 10 * MS);
		take(&world, at + rows[i].silence, &no_sockets);
		same_number("settled", world.network.unsettled, ENGINE_NEVER);
	}
}

/* Whatever moves without a pause of that length is no keepalive, and no look waits for more than two seconds. */
static void conversation_without_pause_is_payload(void **state)
{
	struct world world = new_world();
	int64_t begin = world.look.now + 10 * S, at = begin;

	(void)state;
	do {
		move(&world, at, 36, 36);
		take(&world, at + 20 * MS, &no_sockets);
		at += 50 * MS;
	} while (world.network.unsettled != ENGINE_NEVER && at < begin + 60 * S);
	assert_true(at - begin <= 2 * S + 100 * MS);
	assert_true(world.network.channels >= begin + 1900 * MS);
	assert_true(world.network.heard >= begin + 1900 * MS);
}

static void large_stretch_is_judged_at_once(void **state)
{
	struct world world = new_world();
	int64_t at = world.look.now + 10 * S;

	(void)state;
	move(&world, at, 1400, 36);
	take(&world, at, &no_sockets);
	assert_true(world.network.unsettled == ENGINE_NEVER);
	assert_true(world.network.channels == at);
}

/* Five exchanges in one stretch: keepalives or payload. Returns the moment of the last. */
static int64_t move_unsure(struct world *world, uint64_t in, uint64_t out)
{
	int64_t at = world->look.now + 10 * S;

	for (int i = 0; i < 5; i++)
		move(world, at + i * 2 * S, in, out);
	take(world, at + 9 * S, &no_sockets);
	return at + 8 * S;
}

static void what_is_not_sure_is_looked_at_more_closely(void **state)
{
	struct world world = new_world();
	int64_t at = move_unsure(&world, 52, 28);

	(void)state;
	assert_true(network_is_unsettled(&world.network));
	/* Half as far apart as what came: the next stretch holds one, or none. */
	assert_true(world.network.next - world.look.now <= 2 * S);
	move(&world, at + 2 * S, 52, 28);
	take(&world, world.network.next + S, &no_sockets);
	assert_true(world.network.sizes.is_known);
	assert_false(network_is_unsettled(&world.network));
	assert_true(world.network.channels == LOGIN);
}

static void what_no_keepalive_explains_is_payload_of_its_moment(void **state)
{
	static const struct {
		const char *row;
		uint64_t in, out; /* of keepalives that come afterwards; 0: none do */
	} rows[] = {{"nothing more", 0, 0}, {"keepalives of another size", 52, 36}, {"unanswered ones", 48, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		int64_t at = move_unsure(&world, 52, 28);
		for (int looks = 0; network_is_unsettled(&world.network); looks++) {
			same_number(rows[i].row, looks <= 20, true);
			move(&world, world.look.now + S, rows[i].in, rows[i].out);
			take(&world, world.look.now + 2 * S, &no_sockets);
		}
		same_number(rows[i].row, world.network.channels, at);
		same_number(rows[i].row, world.network.payload, at);
		same_number(rows[i].row, world.network.heard, at);
	}
}

/* One key among the keepalives of an hour. */
static void payload_among_keepalives_is_found_in_the_end(void **state)
{
	for (int64_t count = 2; count < 60; count++) {
		struct world world = new_world();
		int64_t at = world.look.now + 10 * S;
		for (int64_t i = 0; i < count; i++)
			move(&world, at + i * S, 52, 28);
		move(&world, at + count * S, 36, 36);
		take(&world, at + (count + 1) * S, &no_sockets);
		for (int looks = 0; network_is_unsettled(&world.network) && looks < 20; looks++)
			(void)exchange(&world, 52, 28, &no_sockets);
		same_number("found", world.network.channels, at + count * S);
	}
	(void)state;
}

/* From look to look as planned; `every`: keepalives, 0 for none. Returns the number of looks. */
static unsigned watch(struct world *world, int64_t until, int64_t every, const struct socket_hints *sockets)
{
	int64_t next_keepalive = every > 0 ? world->look.now + every : ENGINE_NEVER;
	unsigned looks = 0;

	while (world->network.next < until) {
		for (; next_keepalive <= world->network.next; next_keepalive += every)
			move(world, next_keepalive, 52, 36);
		take(world, world->network.next, sockets);
		looks++;
	}
	return looks;
}

static void looks_are_a_tenth_of_the_limit_apart_and_a_fifth_in_silence(void **state)
{
	struct world world = new_world();

	(void)state;
	(void)watch(&world, LOGIN + IDLE, 0, &no_sockets);
	assert_true(world.network.next - world.look.now == IDLE / 5);
	move(&world, world.network.next - S, 1400, 1400);
	take(&world, world.network.next, &no_sockets);
	assert_true(world.network.next - world.look.now == IDLE / 10);
	assert_true(watch(&world, world.look.now + 10 * IDLE, 0, &no_sockets) <= 51);
}

/* Keepalives once a second or once an hour: known before they could be taken for payload, and no reason to look often. */
static void keepalives_are_learnt_soon_after_login(void **state)
{
	static const int64_t spacings[] = {S, 2 * S, 5 * S, 7 * S, 15 * S, 30 * S, 60 * S, 300 * S, 3600 * S};

	(void)state;
	for (size_t i = 0; i < COUNT(spacings); i++) {
		struct world world = new_world();
		(void)watch(&world, LOGIN + 2 * IDLE, spacings[i], &no_sockets);
		same_number("soon", world.network.channels <= LOGIN + IDLE / 4, true);
		same_number("seldom", watch(&world, world.look.now + 10 * IDLE, spacings[i], &no_sockets) <= 105, true);
		same_number("no payload", world.network.channels <= LOGIN + IDLE / 4, true);
	}
}

static void looks_become_rarer_when_nothing_moves_any_more(void **state)
{
	struct world world = new_world();
	int64_t at = world.look.now + 10 * S;

	(void)state;
	for (int i = 0; i < 60; i++)
		move(&world, at, 36 + 8 * (uint64_t)(i % 3), 36);
	take(&world, at + S, &no_sockets);
	assert_true(world.network.next - world.look.now < S);
	assert_true(watch(&world, world.look.now + IDLE, 0, &no_sockets) < 40);
	assert_true(watch(&world, world.look.now + 10 * IDLE, 0, &no_sockets) <= 51);
}

static void short_limits_do_not_make_a_poll(void **state)
{
	struct world world = new_world();

	(void)state;
	world.look.idle = S;
	take(&world, world.look.now + S, &no_sockets);
	assert_true(world.network.next - world.look.now >= 300 * MS);
}

static void without_a_limit_no_look_is_asked_for(void **state)
{
	struct world world = new_world();

	(void)state;
	world.look.idle = 0;
	int64_t at = exchange(&world, 1400, 1400, &no_sockets);
	assert_true(world.network.next == ENGINE_NEVER);
	assert_true(world.network.payload == at);
	(void)exchange(&world, 52, 28, &no_sockets);
	assert_true(world.network.next == ENGINE_NEVER);
}

static void what_a_terminal_accounts_for_is_no_channels_payload(void **state)
{
	static const struct {
		const char *row;
		int64_t typed, printed; /* after the stretch began; -1: long before */
		uint64_t in, out;
		bool is_channels;
	} rows[] = {
		{"key and echo", 5 * S, 5 * S, 36, 36, false},
		{"key, silent program", 5 * S, -1, 36, 0, false},
		{"output", -1, 5 * S, 0, 1400, false},
		{"output, and the client widens its window", -1, 5 * S, 36, 1400, false},
		{"output, and something large from the client", -1, 5 * S, 1400, 36, true},
		{"key, and something large", 5 * S, 5 * S, 1400, 36, false},
		{"neither", -1, -1, 100, 100, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		int64_t stretch = world.network.stretch, at = stretch + 5 * S;
		world.look.typed = rows[i].typed < 0 ? LOGIN : stretch + rows[i].typed;
		world.look.printed = rows[i].printed < 0 ? LOGIN : stretch + rows[i].printed;
		move(&world, at, rows[i].in, rows[i].out);
		take(&world, at + 5 * S, &no_sockets);
		same_number(rows[i].row, world.network.payload, at);
		same_number(rows[i].row, world.network.channels == at, rows[i].is_channels);
	}
}

static void hints_tell_channels_beside_a_terminal_in_use(void **state)
{
	static const struct {
		const char *row;
		uint64_t switches;
		const struct socket_hints *sockets;
		bool is_channels;
	} rows[] = {
		{"nobody", 0, &no_sockets, false},
		{"a process", 1, &no_sockets, true},
		{"a socket to which it went on", 0, &sent_together, true},
		{"a socket from which it came", 0, &received_together, false},
		{"a socket at another moment", 0, &elsewhere, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		world.look.typed = world.look.printed = world.look.now + 10 * S;
		world.look.switches += rows[i].switches;
		int64_t at = exchange(&world, 36, 36, rows[i].sockets);
		same_number(rows[i].row, world.network.channels == at, rows[i].is_channels);
	}
}

/* Of what a terminal accounts for, that which can be nothing else says that its stamps are true. */
static void wire_vouches_for_what_no_keepalive_can_be(void **state)
{
	static const struct {
		const char *row;
		uint64_t in, out;
		bool is_known, is_vouched;
	} rows[] = {
		{"key", 36, 36, true, true},
		{"key, no keepalive known", 36, 36, false, false},
		{"keepalive", 52, 28, true, false},
		{"key that prints a page", 36, 4000, true, true},
		{"window that is widened for output", 36, 34000, true, false},
		{"output", 0, 36, true, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		if (rows[i].is_known)
			(void)exchange(&world, 52, 28, &no_sockets);
		world.look.typed = world.look.printed = world.look.now + 10 * S;
		int64_t at = exchange(&world, rows[i].in, rows[i].out, &no_sockets);
		same_number(rows[i].row, world.network.vouched, rows[i].is_vouched ? at : ENGINE_UNKNOWN);
	}
}

/* A page is printed, a look follows, and what it made the client send comes after that. */
static void answer_to_output_is_the_terminals(void **state)
{
	static const struct {
		const char *row;
		bool is_printed;
		int64_t after; /* the output */
		const struct socket_hints *sockets;
		bool is_doubted, is_channels;
	} rows[] = {
		{"at once", true, 80 * MS, &no_sockets, false, false},
		{"too late for an answer", true, 200 * MS, &no_sockets, true, false},
		{"to what no terminal printed", false, 80 * MS, &no_sockets, true, false},
		{"it went on to a socket", true, 80 * MS, &sent_together, false, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		int64_t at = world.look.now + 10 * S, channels;
		world.look.typed = LOGIN;
		world.look.printed = rows[i].is_printed ? at : LOGIN;
		move(&world, at, 0, 40000);
		take(&world, at + 50 * MS, &no_sockets);
		channels = world.network.channels;
		/* Two, which can be no keepalive. */
		move(&world, at + rows[i].after, 44, 0);
		move(&world, at + rows[i].after, 44, 0);
		take(&world, at + S, rows[i].sockets);
		same_number(rows[i].row, network_is_unsettled(&world.network), rows[i].is_doubted);
		same_number(rows[i].row, world.network.channels, rows[i].is_channels ? at + rows[i].after : channels);
	}
}

/* The end of output that flows on need not come before the limit's. */
static void only_what_comes_in_is_waited_for_beside_a_warning(void **state)
{
	static const uint64_t came_in[] = {0, 44};

	(void)state;
	for (size_t i = 0; i < COUNT(came_in); i++) {
		struct world world = new_world();
		int64_t at = world.look.now + 10 * S;
		world.look.warned = world.look.printed = at - MS;
		move(&world, at, came_in[i], 100);
		take(&world, at + 20 * MS, &no_sockets);
		assert_true((world.network.unsettled != ENGINE_NEVER) == (came_in[i] > 0));
	}
}

static void keepalives_at_an_idle_prompt_are_learnt(void **state)
{
	struct world world = new_world();

	(void)state;
	world.look.typed = world.look.printed = LOGIN;
	for (int i = 0; i < 20; i++)
		(void)exchange(&world, 52, 36, &no_sockets);
	assert_true(world.network.sizes.is_known);
	assert_true(world.network.channels == LOGIN);
}

static void sockets_are_asked_for_only_where_they_would_tell(void **state)
{
	static const struct {
		const char *row;
		uint64_t in, out;
		int64_t age;
		bool is_typed, is_wanted;
	} rows[] = {
		{"nothing moved", 0, 0, S, false, false},
		{"small", 44, 0, S, false, true},
		{"of the known size, which is not certain", 52, 36, S, false, true},
		{"large", 1400, 36, S, false, false},
		{"output", 0, 36, S, false, false},
		{"in its middle", 44, 0, 20 * MS, false, false},
		{"typed", 44, 44, S, true, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world = new_world();
		int64_t at = exchange(&world, 52, 36, &no_sockets) + 10 * S;
		move(&world, at, rows[i].in, rows[i].out);
		world.look.now = at + rows[i].age;
		world.look.typed = rows[i].is_typed ? at : ENGINE_UNKNOWN;
		same_number(rows[i].row, network_wants_sockets(&world.network, &world.wire, &world.look), rows[i].is_wanted);
	}
}

static void certain_keepalives_need_no_sockets(void **state)
{
	struct world world = new_world();
	int64_t at = exchange(&world, 52, 28, &no_sockets) + 10 * S;

	(void)state;
	move(&world, at, 52, 28);
	world.look.now = at + S;
	assert_false(network_wants_sockets(&world.network, &world.wire, &world.look));
	/* Another process's socket that moves all the time is no matter then. */
	take(&world, at + S, &sent_together);
	assert_true(world.network.channels == LOGIN);
}

static void wire_that_is_not_known_changes_nothing(void **state)
{
	struct world world = new_world();
	struct network before = world.network;

	(void)state;
	world.wire.is_known = false;
	move(&world, world.look.now + S, 1400, 1400);
	take(&world, world.look.now + 10 * S, &sent_together);
	assert_memory_equal(&world.network, &before, sizeof before);
	assert_false(network_wants_sockets(&world.network, &world.wire, &world.look));
	/* When it can be read again, what moved meanwhile counts. */
	world.wire.is_known = true;
	take(&world, world.look.now + 10 * S, &no_sockets);
	assert_true(world.network.channels == world.wire.received);
}

/* TCP keepalive probes carry no payload: the counters stand, only acknowledgements are new. */
static void counters_that_do_not_move_are_silence(void **state)
{
	struct world world = new_world();

	(void)state;
	for (int i = 1; i < 100; i++) {
		world.wire.acked = world.look.now;
		world.wire.unanswered = (uint32_t)i % 2;
		take(&world, world.look.now + 10 * S, &elsewhere);
		same_number("silence", world.network.unsettled, ENGINE_NEVER);
	}
	assert_true(world.network.payload == LOGIN);
	assert_true(world.network.next - world.look.now == IDLE / 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(login_is_payload),
		cmocka_unit_test(keepalives_are_no_payload),
		cmocka_unit_test(payload_counts_from_its_moment),
		cmocka_unit_test(socket_that_moved_together_makes_it_payload),
		cmocka_unit_test(process_that_woke_for_it_makes_it_payload),
		cmocka_unit_test(process_that_woke_once_is_not_sure_before_keepalives_are_known),
		cmocka_unit_test(fewer_switches_are_no_work),
		cmocka_unit_test(exchange_in_its_middle_is_looked_at_again),
		cmocka_unit_test(long_round_trip_is_waited_for_within_reason),
		cmocka_unit_test(conversation_without_pause_is_payload),
		cmocka_unit_test(large_stretch_is_judged_at_once),
		cmocka_unit_test(what_is_not_sure_is_looked_at_more_closely),
		cmocka_unit_test(what_no_keepalive_explains_is_payload_of_its_moment),
		cmocka_unit_test(payload_among_keepalives_is_found_in_the_end),
		cmocka_unit_test(looks_are_a_tenth_of_the_limit_apart_and_a_fifth_in_silence),
		cmocka_unit_test(keepalives_are_learnt_soon_after_login),
		cmocka_unit_test(looks_become_rarer_when_nothing_moves_any_more),
		cmocka_unit_test(short_limits_do_not_make_a_poll),
		cmocka_unit_test(without_a_limit_no_look_is_asked_for),
		cmocka_unit_test(what_a_terminal_accounts_for_is_no_channels_payload),
		cmocka_unit_test(hints_tell_channels_beside_a_terminal_in_use),
		cmocka_unit_test(wire_vouches_for_what_no_keepalive_can_be),
		cmocka_unit_test(answer_to_output_is_the_terminals),
		cmocka_unit_test(only_what_comes_in_is_waited_for_beside_a_warning),
		cmocka_unit_test(keepalives_at_an_idle_prompt_are_learnt),
		cmocka_unit_test(sockets_are_asked_for_only_where_they_would_tell),
		cmocka_unit_test(certain_keepalives_need_no_sockets),
		cmocka_unit_test(wire_that_is_not_known_changes_nothing),
		cmocka_unit_test(counters_that_do_not_move_are_silence),
	};

	return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What ssh sends by itself: keepalives of every kind, chaff after keys, new keys.
 */
#include "tests/sim/world_inside.h"

/* Of a client's timer. */
#define JITTER (10 * MILLISECOND)

/* ObscureKeystrokeTiming of ssh_config(5): false keys every 20 ms, taken together here. */
#define CHAFF_PAUSE (200 * MILLISECOND)
#define CHAFF_KEYS 10

/* curve25519 with sntrup761, measured. */
#define REKEYING_IN 2780
#define REKEYING_OUT 2268

static uint64_t size_of(const struct world *world, uint64_t payload)
{
	return ssh_message(world->scenario.cipher, payload);
}

/* Compressed, a keepalive is of a few bytes, and its answer now more, now less. */
static uint64_t squeezed_question(const struct world *world)
{
	return size_of(world, 9);
}

static uint64_t squeezed_answer(struct world *world)
{
	world->is_odd = !world->is_odd;
	return size_of(world, world->is_odd ? 3 : 6);
}

static bool is_kind(const struct world *world, enum keepalives kind)
{
	enum keepalives chosen = world->scenario.keepalives;

	return chosen == kind || (chosen == KEEPALIVES_OF_BOTH && (kind == KEEPALIVES_OF_CLIENT || kind == KEEPALIVES_OF_SERVER));
}

void keepalives_begin(struct world *world)
{
	int64_t interval = world->scenario.client_interval;

	if (!world_has(world, WITH_WIRE) || !world_has(world, WITH_KEEPALIVES))
		return;
	if (is_kind(world, KEEPALIVES_OF_SERVER))
		world->next[EVENT_SERVER] = world->now + interval;
	if (world->scenario.keepalives != KEEPALIVES_OF_SERVER)
		world->next[EVENT_CLIENT] = world->now + world_draw(world, 1, interval);
}

void client_keepalive(struct world *world)
{
	const struct scenario *scenario = &world->scenario;
	bool is_unanswered = scenario->keepalives == KEEPALIVES_UNANSWERED;
	uint64_t size = is_unanswered ? size_of(world, SSH_IGNORE) : size_of(world, SSH_GLOBAL_KEEPALIVE);

	world->next[EVENT_CLIENT] = world->now + scenario->client_interval + world_draw(world, -JITTER, 0);
	if (!world->is_reachable)
		return;
	if (is_unanswered && world_has(world, WITH_CHANNEL) && !scenario->is_data_proof && world_draw(world, 0, 99) == 0) {
		world->is_ping_held = true;
		return;
	}
	/* A ping that was held back leaves in the segment of what is said next, but for another ping. */
	if (world->is_ping_held)
		wire_receive(world, 0, 1);
	if (scenario->keepalives == KEEPALIVES_COMPRESSED)
		wire_answer(world, world_draw(world, 0, 5 * MILLISECOND), squeezed_answer(world), 1);
	else if (!is_unanswered)
		wire_answer(world, world_draw(world, 0, 5 * MILLISECOND), size_of(world, SSH_REQUEST_FAILURE), 1);
	wire_receive(world, scenario->keepalives == KEEPALIVES_COMPRESSED ? squeezed_question(world) : size, 1);
}

/* It asks for a channel where there is one. */
void server_keepalive(struct world *world)
{
	bool has_channel = !world_has(world, WITHOUT_TERMINAL) || world_has_workers(world);

	world->next[EVENT_SERVER] = world->now + world->scenario.client_interval + SECOND;
	wire_answer(world, 0, size_of(world, has_channel ? SSH_CHANNEL_KEEPALIVE : SSH_GLOBAL_KEEPALIVE), 1);
	wire_reply(world, 0, size_of(world, has_channel ? SSH_CHANNEL_FAILURE : SSH_REQUEST_FAILURE), 1);
}

void keepalives_put_off(struct world *world)
{
	if (world->next[EVENT_SERVER] != NEVER)
		world->next[EVENT_SERVER] = world->now + world->scenario.client_interval;
}

uint64_t keepalives_held(struct world *world)
{
	if (!world->is_ping_held)
		return 0;
	world->is_ping_held = false;
	return size_of(world, SSH_IGNORE);
}

void send_key(struct world *world)
{
	wire_receive(world, ssh_data(world->scenario.cipher, 1), 1);
	if (!world->scenario.has_chaff || !world_has(world, WITH_WIRE))
		return;
	world->chaff = (unsigned)world_draw(world, 5, 15);
	world->next[EVENT_CHAFF] = world->now + CHAFF_PAUSE;
}

void send_chaff(struct world *world)
{
	uint64_t size = ssh_data(world->scenario.cipher, 1);

	if (--world->chaff > 0)
		world->next[EVENT_CHAFF] = world->now + CHAFF_PAUSE;
	if (!world->is_reachable)
		return;
	wire_receive(world, CHAFF_KEYS * size, CHAFF_KEYS);
	wire_answer(world, 0, CHAFF_KEYS * size, CHAFF_KEYS);
}

void change_keys(struct world *world)
{
	world->next[EVENT_REKEYING] = world->now + world->scenario.rekeying_mean;
	if (!world->is_reachable)
		return;
	wire_receive(world, REKEYING_IN, 3);
	wire_answer(world, 5 * MILLISECOND, REKEYING_OUT, 3);
	world->lump = world->now + world->scenario.round_trip + 5 * MILLISECOND;
	world_note(world, "new keys", 0);
}

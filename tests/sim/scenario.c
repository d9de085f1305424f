/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/sim/scenario.h"

#include <inttypes.h>

#include "tests/sim/world.h"

/* Sebastiano Vigna's splitmix64 (public domain): any seed, also 0, gives a good sequence. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

int64_t random_draw(uint64_t *state, int64_t low, int64_t high)
{
	return low + (int64_t)(next_random(state) % (uint64_t)(high - low + 1));
}

int64_t world_draw(struct world *world, int64_t low, int64_t high)
{
	return random_draw(&world->random, low, high);
}

static bool draw_one_in(uint64_t *random, int64_t parts)
{
	return random_draw(random, 1, parts) == 1;
}

/* A limit: seconds, minutes or hours alike. */
static int64_t draw_limit(uint64_t *random)
{
	static const int64_t most[] = {20, 120, 900, 3600, 43200};

	return random_draw(random, 5, most[random_draw(random, 0, 4)]) * SECOND;
}

/* Of what people write into their configuration, or any. */
static int64_t draw_interval(uint64_t *random, int64_t idle)
{
	static const int64_t usual[] = {1, 2, 5, 10, 15, 30, 60, 120, 300, 1200};
	int64_t interval = usual[random_draw(random, 0, 9)] * SECOND;

	if (draw_one_in(random, 2))
		interval = random_draw(random, 1, idle / SECOND) * SECOND;
	return interval > idle ? idle / SECOND * SECOND : interval;
}

static void draw_peer(struct scenario *scenario, uint64_t *random)
{
	static const int64_t longest[] = {3, 30, 120};

	scenario->keepalive = (uint32_t)random_draw(random, 1, longest[random_draw(random, 0, 2)]);
	scenario->count = (uint32_t)random_draw(random, 1, 5);
	/* Data prove life only where a living client sends them often enough. */
	if (scenario->with & WITH_KEEPALIVES && scenario->client_interval < 3600 * SECOND)
		scenario->is_data_proof = draw_one_in(random, 3);
	if (scenario->is_data_proof && scenario->keepalive * SECOND < scenario->client_interval + 2 * SECOND)
		scenario->keepalive = (uint32_t)(scenario->client_interval / SECOND + 3);
}

static void draw_ssh(struct scenario *scenario, uint64_t *random)
{
	static const int64_t most[] = {5, 50, 300};

	scenario->cipher = &ssh_ciphers[random_draw(random, 0, SSH_CIPHERS - 1)];
	scenario->keepalives = (enum keepalives)random_draw(random, 0, KEEPALIVES_COUNT - 1);
	scenario->has_chaff = draw_one_in(random, 3);
	scenario->client_interval = draw_interval(random, scenario->idle);
	scenario->round_trip = random_draw(random, 1, most[random_draw(random, 0, 2)]) * MILLISECOND;
	scenario->read_delay = random_draw(random, 0, 100) * MILLISECOND;
	scenario->rekeying_mean = random_draw(random, scenario->idle / 3, 3 * scenario->idle);
}

static void draw_output(struct scenario *scenario, uint64_t *random)
{
	static const int64_t most[] = {100, 3000, 60000, 2000000};
	int64_t least = draw_one_in(random, 4) ? scenario->idle / 200 : scenario->idle / 20;

	scenario->output_mean = random_draw(random, least, 2 * scenario->idle);
	scenario->output_bytes = most[random_draw(random, 0, 3)];
}

static void draw_channel(struct scenario *scenario, uint64_t *random)
{
	static const int64_t sizes[] = {0, 1, 2, 3, 5, 18, 30, 200, 5000};
	struct channel *channel = &scenario->channel;

	channel->behind = (enum behind)random_draw(random, BEHIND_PROCESS, BEHIND_UNIX);
	channel->way = (enum way)random_draw(random, WAY_REQUESTS, WAY_OUT);
	if (draw_one_in(random, 6)) {
		channel->way = WAY_COMMANDS;
		channel->behind = BEHIND_PROCESS;
	}
	channel->pace = draw_one_in(random, 2) ? PACE_REGULAR : PACE_RANDOM;
	channel->mean = random_draw(random, scenario->idle / 20, scenario->idle * 9 / 10);
	if (channel->pace == PACE_REGULAR && draw_one_in(random, 2))
		channel->mean = scenario->idle / random_draw(random, 2, 12);
	channel->begins = draw_one_in(random, 2) ? 0 : random_draw(random, 0, scenario->idle);
	channel->ends = random_draw(random, 0, 6 * scenario->idle);
	channel->thinking = draw_one_in(random, 4) ? 3 * SECOND : 30 * MILLISECOND;
	channel->request = sizes[random_draw(random, 0, 8)];
	channel->answer = draw_one_in(random, 2) ? channel->request : sizes[random_draw(random, 0, 8)];
	channel->wakes = (uint32_t)random_draw(random, 1, 4);
}

static void draw_worker(struct scenario *scenario, uint64_t *random)
{
	static const int64_t share[] = {0, 20, 200, 1000};
	struct worker *worker = &scenario->worker;

	worker->share = share[random_draw(random, 0, 3)];
	worker->phase = random_draw(random, scenario->idle / 2, 2 * scenario->idle);
	worker->ends = random_draw(random, 0, 6 * scenario->idle);
	worker->wakes = draw_one_in(random, 2) ? 0 : random_draw(random, 100 * MILLISECOND, scenario->idle / 2);
}

static void draw_forger(struct scenario *scenario, uint64_t *random)
{
	static const int64_t longest[] = {2000, 10000, 60000};

	scenario->forgery = (enum forgery)random_draw(random, FORGERY_NOW, FORGERY_ANY);
	scenario->forging_begins = random_draw(random, 1, 2 * scenario->idle);
	scenario->forging_ends = random_draw(random, 0, 12 * scenario->idle);
	if (!(scenario->with & WITH_ONE_FORGERY))
		scenario->forging_interval = random_draw(random, 200, longest[random_draw(random, 0, 2)]) * MILLISECOND;
	scenario->mode_mean = random_draw(random, 2 * scenario->idle, 6 * scenario->idle) + 60 * SECOND;
}

struct scenario scenario_draw(uint64_t seed, unsigned with)
{
	uint64_t random = seed;
	struct scenario scenario = {.seed = seed, .with = with, .idle = draw_limit(&random)};

	scenario.tick = draw_one_in(&random, 2) ? 4 * MILLISECOND : 10 * MILLISECOND;
	scenario.typing = (enum typing)random_draw(&random, TYPING_NEVER, TYPING_LAST_MOMENT);
	scenario.typing_mean = random_draw(&random, scenario.idle / 20, scenario.idle);
	scenario.typing_ends = random_draw(&random, 0, 6 * scenario.idle);
	scenario.length = 12 * scenario.idle;
	draw_ssh(&scenario, &random);
	draw_output(&scenario, &random);
	draw_channel(&scenario, &random);
	draw_worker(&scenario, &random);
	draw_forger(&scenario, &random);
	if (draw_one_in(&random, 3))
		scenario.max = random_draw(&random, 1, 8) * draw_limit(&random);
	if (with & WITH_VANISHING || (with & WITH_WIRE && draw_one_in(&random, 4)))
		draw_peer(&scenario, &random);
	return scenario;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/sim/world.h"

#include <inttypes.h>

/* Sebastiano Vigna's splitmix64 (public domain): any seed, also 0, gives a good sequence. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int64_t draw(uint64_t *state, int64_t low, int64_t high)
{
	return low + (int64_t)(next_random(state) % (uint64_t)(high - low + 1));
}

int64_t world_draw(struct world *world, int64_t low, int64_t high)
{
	return draw(&world->random, low, high);
}

/* A limit: seconds, minutes or hours alike. */
static int64_t draw_limit(uint64_t *state)
{
	static const int64_t most[] = {20, 120, 900, 3600, 43200};

	return draw(state, 5, most[draw(state, 0, 4)]) * SECOND;
}

static void draw_peer(struct scenario *scenario, uint64_t *random)
{
	static const int64_t longest[] = {3, 30, 120};

	scenario->keepalive = (uint32_t)draw(random, 1, longest[draw(random, 0, 2)]);
	scenario->count = (uint32_t)draw(random, 1, 5);
	/* Data prove life only where a living client sends them often enough. */
	if (scenario->with & WITH_KEEPALIVES && scenario->client_interval < 3600 * SECOND)
		scenario->is_data_proof = draw(random, 0, 2) == 0;
	if (scenario->is_data_proof && scenario->keepalive * SECOND < scenario->client_interval)
		scenario->keepalive = (uint32_t)(scenario->client_interval / SECOND + 1);
}

struct scenario scenario_draw(uint64_t seed, unsigned with)
{
	uint64_t random = seed;
	struct scenario scenario = {.seed = seed, .with = with, .idle = draw_limit(&random)};

	scenario.tick = draw(&random, 0, 1) == 0 ? 4 * MILLISECOND : 10 * MILLISECOND;
	scenario.typing = (enum typing)draw(&random, TYPING_NEVER, TYPING_LAST_MOMENT);
	scenario.typing_mean = draw(&random, scenario.idle / 20, scenario.idle);
	scenario.typing_ends = draw(&random, 0, 6 * scenario.idle);
	scenario.length = 12 * scenario.idle;
	scenario.client_interval = draw(&random, 1, scenario.idle / SECOND) * SECOND;
	scenario.output_mean = draw(&random, scenario.idle / 20, 2 * scenario.idle);
	scenario.round_trip = draw(&random, 1, 300) * MILLISECOND;
	scenario.read_delay = draw(&random, 0, 100) * MILLISECOND;
	if (draw(&random, 0, 2) == 0)
		scenario.max = draw(&random, 1, 8) * draw_limit(&random);
	if (with & WITH_VANISHING || (with & WITH_WIRE && draw(&random, 0, 3) == 0))
		draw_peer(&scenario, &random);
	return scenario;
}

void scenario_print(const struct scenario *scenario, FILE *out)
{
	static const char *const typing[] = {"nobody types", "random typing", "bursts", "keys in the last moment"};
	static const char *const with[] = {"wire",    "client keepalives", "output",      "wall clock steps", "suspend",
	                                   "terminals coming and going",   "no terminal", "vanishing peer",   "return"};

	(void)fprintf(out, "idle %" PRId64 " s, max %" PRId64 " s, keepalive %u s x %u%s\n", scenario->idle / SECOND,
	              scenario->max / SECOND, scenario->keepalive, scenario->count, scenario->is_data_proof ? " by data" : "");
	(void)fprintf(out, "%s until %.3f s", typing[scenario->typing], (double)scenario->typing_ends / 1e9);
	for (size_t i = 0; i < sizeof with / sizeof with[0]; i++) {
		if (scenario->with & 1U << i)
			(void)fprintf(out, ", %s", with[i]);
	}
	(void)fprintf(out, "\ntick %" PRId64 " ms, round trip %" PRId64 " ms, read after %" PRId64 " ms at most\n",
	              scenario->tick / MILLISECOND, scenario->round_trip / MILLISECOND, scenario->read_delay / MILLISECOND);
}

void world_note(struct world *world, const char *what, int64_t value)
{
	world->trace[world->traced++ % TRACE_SIZE] = (struct trace){.at = world->now, .what = what, .value = value};
}

void world_print(const struct world *world, FILE *out)
{
	size_t from = world->traced > TRACE_SIZE ? world->traced - TRACE_SIZE : 0;

	scenario_print(&world->scenario, out);
	for (size_t i = from; i < world->traced; i++) {
		const struct trace *line = &world->trace[i % TRACE_SIZE];
		(void)fprintf(out, "%14.6f  %s %.6f\n", (double)(line->at - world->login) / 1e9, line->what,
		              (double)line->value / 1e9);
	}
}

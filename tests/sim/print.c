/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a broken promise is told by: the scenario, and what happened last.
 */
#include <inttypes.h>

#include "tests/sim/world.h"

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

static void print_wire(const struct scenario *scenario, FILE *out)
{
	static const char *const keepalives[] = {"of the client", "of the server", "of both", "unanswered", "compressed"};

	(void)fprintf(out, "%s, round trip %" PRId64 " ms", scenario->cipher->name, scenario->round_trip / MILLISECOND);
	if (scenario->with & WITH_KEEPALIVES)
		(void)fprintf(out, ", keepalives %s every %.0f s", keepalives[scenario->keepalives],
		              seconds(scenario->client_interval));
	(void)fprintf(out, "%s\n", scenario->has_chaff ? ", chaff" : "");
}

static void print_channel(const struct channel *channel, FILE *out)
{
	static const char *const behind[] = {"process", "tcp", "unix"};
	static const char *const way[] = {"requests", "in", "out", "commands"};

	(void)fprintf(out, "channel: %s, %s, %s %.3f s, until %.3f s, %" PRId64 " > %" PRId64 " bytes\n", behind[channel->behind],
	              way[channel->way], channel->pace == PACE_REGULAR ? "every" : "about every", seconds(channel->mean),
	              seconds(channel->ends), channel->request, channel->answer);
}

static void print_others(const struct scenario *scenario, FILE *out)
{
	static const char *const forgery[] = {"now", "whole now", "past", "future", "parts", "any"};

	if (scenario->with & WITH_CHANNEL)
		print_channel(&scenario->channel, out);
	if (scenario->with & WITH_WORKER)
		(void)fprintf(out, "worker: %" PRId64 " per mille of a CPU until %.3f s, wakes every %.3f s\n",
		              scenario->worker.share, seconds(scenario->worker.ends), seconds(scenario->worker.wakes));
	if (scenario->with & WITH_FORGING)
		(void)fprintf(out, "forger: %s, every %.3f s, from %.3f s to %.3f s\n", forgery[scenario->forgery],
		              seconds(scenario->forging_interval), seconds(scenario->forging_begins),
		              seconds(scenario->forging_ends));
}

void scenario_print(const struct scenario *scenario, FILE *out)
{
	static const char *const typing[] = {"nobody types", "random typing", "bursts", "keys in the last moment"};
	static const char *const with[] = {"wire",    "client keepalives", "output",      "wall clock steps", "suspend",
	                                   "terminals coming and going",   "no terminal", "vanishing peer",   "return",
	                                   "channel", "worker",            "forging",     "once",             "modes",
	                                   "rekeying", "input only"};

	(void)fprintf(out, "idle %" PRId64 " s, max %" PRId64 " s, keepalive %u s x %u%s\n", scenario->idle / SECOND,
	              scenario->max / SECOND, scenario->keepalive, scenario->count, scenario->is_data_proof ? " by data" : "");
	(void)fprintf(out, "%s until %.3f s", typing[scenario->typing], seconds(scenario->typing_ends));
	for (size_t i = 0; i < sizeof with / sizeof with[0]; i++) {
		if (scenario->with & 1U << i)
			(void)fprintf(out, ", %s", with[i]);
	}
	(void)fprintf(out, "\ntick %" PRId64 " ms, read after %" PRId64 " ms at most\n", scenario->tick / MILLISECOND,
	              scenario->read_delay / MILLISECOND);
	if (scenario->with & WITH_WIRE)
		print_wire(scenario, out);
	print_others(scenario, out);
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
		(void)fprintf(out, "%14.6f  %s %.6f\n", seconds(line->at - world->login), line->what, seconds(line->value));
	}
}

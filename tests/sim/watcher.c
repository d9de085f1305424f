/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/sim/watcher.h"

#include "helper/peer.h"

/* As helper/sockets.c compares moments. */
#define TOGETHER (50 * MILLISECOND)

static int64_t moment(const struct world *world, int64_t stamp)
{
	int64_t at = world->now - world_age_ms(world, stamp) * MILLISECOND + TICK_MAX;

	return at < world->now ? at : world->now;
}

static struct wire see_wire(const struct world *world)
{
	if (!(world->scenario.with & WITH_WIRE))
		return (struct wire){.is_known = false};
	return (struct wire){
		.is_known = true,
		.is_closed = world->is_closed,
		.unanswered = world->probes + world->retransmits,
		.received = moment(world, world->received),
		.sent = moment(world, world->sent),
		.acked = moment(world, world->acked),
		.round_trip = world->scenario.round_trip,
		.moved = {.in_bytes = world->in.bytes,
		          .in_segments = world->in.segments,
		          .out_bytes = world->out.bytes,
		          .out_segments = world->out.segments},
	};
}

static struct tty_time time_of(int64_t stamp)
{
	return (struct tty_time){.s = stamp / SECOND, .ns = stamp % SECOND};
}

static int64_t later_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static struct terminals_reading see_terminals(struct watcher *watcher, const struct world *world, const struct tty_look *look)
{
	struct terminals_reading reading = {.has_terminal = world_count_terminals(world) > 0,
	                                    .input = ENGINE_UNKNOWN,
	                                    .output = ENGINE_UNKNOWN};

	for (size_t i = 0; i < TERMINALS_MAX; i++) {
		const struct terminal *terminal = &world->terminals[i];
		struct tty_clock *clock = &watcher->clocks[i];
		if (!terminal->is_open) {
			*clock = (struct tty_clock){.device = 0};
			continue;
		}
		struct tty_stamps stamps = {.access = time_of(terminal->access),
		                            .change = time_of(terminal->change),
		                            .modified_s = terminal->modified / SECOND};
		enum tty_trust trust = tty_clock_take(clock, &stamps, look);
		reading.is_doubtful |= trust == TTY_DOUBTFUL;
		reading.is_forged |= trust == TTY_FORGED;
		reading.input = later_of(reading.input, tty_clock_input(clock));
		reading.output = later_of(reading.output, tty_clock_output(clock));
	}
	return reading;
}

static bool is_together(int64_t a, int64_t b)
{
	return a - b <= TOGETHER && b - a <= TOGETHER;
}

/* Sockets are told of as helper/sockets.c does, ages from the tick of the question. */
static struct socket_hints see_sockets(const struct watcher *watcher, const struct world *world)
{
	const struct wire *wire = &watcher->observer.wire;
	bool has_any = world->socket_sent != LONG_AGO || world->socket_received != LONG_AGO;

	if (!has_any || !observer_wants_sockets(&watcher->observer, &watcher->terminals))
		return (struct socket_hints){0};
	int64_t sent = world->socket_sent == LONG_AGO ? LONG_AGO : moment(world, world->socket_sent) - TICK_MAX;
	int64_t received = world->socket_received == LONG_AGO ? LONG_AGO : moment(world, world->socket_received) - TICK_MAX;
	return (struct socket_hints){
		.is_sent_together = is_together(sent, wire->received),
		.is_received_together = is_together(received, wire->sent),
		.is_any = later_of(sent, received) >= watcher->observer.network.stretch,
	};
}

static struct sample look(struct watcher *watcher, const struct world *world)
{
	struct wire wire = see_wire(world);
	struct tty_look circumstances = observer_begin(&watcher->observer, world->now + world->offset, world->now, &wire);

	watcher->looks++;
	watcher->terminals = see_terminals(watcher, world, &circumstances);
	struct socket_hints sockets = see_sockets(watcher, world);
	struct processes_reading processes = {
		.cpu_ticks = world_cpu_ticks(world),
		.switches = world_switches(world),
		.has_any = world_has_workers(world),
		.ticks_per_second = CPU_TICKS,
	};
	return observer_end(&watcher->observer, &watcher->terminals, &processes, &sockets);
}

struct verdict watcher_look(struct watcher *watcher, struct world *world)
{
	struct sample sample = look(watcher, world);
	struct verdict verdict = engine_step(&watcher->engine, &sample);

	world_note(world, verdict.action == ACTION_CUT ? "cut" : verdict.action == ACTION_WARN ? "warned" : "looked", verdict.idle);
	if (verdict.action == ACTION_WARN) {
		world_warn(world);
		observer_warned(&watcher->observer);
	}
	watcher->wake = verdict.wake == ENGINE_NEVER ? NEVER : verdict.wake + world_draw(world, 0, LATENCY);
	return verdict;
}

void watcher_begin(struct watcher *watcher, const struct world *world)
{
	const struct scenario *scenario = &world->scenario;

	*watcher = (struct watcher){.wake = world->now};
	policy_init(&watcher->policy);
	watcher->policy.value[OPTION_IDLE] = (uint32_t)(scenario->idle / SECOND);
	watcher->policy.value[OPTION_MAX] = (uint32_t)(scenario->max / SECOND);
	watcher->policy.value[OPTION_KEEPALIVE] = scenario->keepalive;
	watcher->policy.value[OPTION_KEEPALIVE_COUNT] = scenario->count;
	watcher->policy.value[OPTION_KEEPALIVE_PROOF] = scenario->is_data_proof ? PROOF_DATA : PROOF_TCP;
	if (scenario->with & WITH_INPUT_ONLY)
		watcher->policy.value[OPTION_ACTIVITY] = ACTIVITY_INPUT;
	engine_init(&watcher->engine, &watcher->policy, world->login);
	observer_init(&watcher->observer, &watcher->policy, world->login, world->offset);
}

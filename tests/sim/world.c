/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/sim/world.h"

#define BUCKET (8 * SECOND)
#define SLOWEST_TICK (10 * MILLISECOND)

/* TCP's first retransmission comes after the round trip and this. */
#define RTO_MIN (200 * MILLISECOND)

static bool has(const struct world *world, unsigned what)
{
	return world->scenario.with & what;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* -- Clocks ------------------------------------------------------------------------------------------------------ */

/* Ticks do not come while the machine sleeps. */
static int64_t ticks(const struct world *world)
{
	return (world->now - world->slept) / world->scenario.tick;
}

/* ktime_get_real_seconds(): the wall clock as of the last tick, or of its last setting. */
static int64_t coarse_wall_second(const struct world *world)
{
	int64_t tick = ticks(world) * world->scenario.tick + world->slept;

	return (later(tick, world->coarse) + world->offset) / SECOND;
}

uint32_t world_age_ms(const struct world *world, int64_t stamp)
{
	return (uint32_t)((ticks(world) - stamp) * (world->scenario.tick / MILLISECOND));
}

/* -- Terminals --------------------------------------------------------------------------------------------------- */

size_t world_count_terminals(const struct world *world)
{
	size_t count = 0;

	for (size_t i = 0; i < TERMINALS_MAX; i++)
		count += world->terminals[i].is_open;
	return count;
}

/* drivers/tty/tty_io.c, tty_update_time() */
static void update_stamp(struct world *world, struct terminal *terminal)
{
	int64_t second = coarse_wall_second(world);

	if ((second ^ terminal->stamp) & ~INT64_C(7))
		terminal->stamp = second;
}

static void open_terminal(struct world *world, size_t which)
{
	world->terminals[which] = (struct terminal){.is_open = true, .stamp = coarse_wall_second(world)};
	world->typing_on = which;
}

/*
 * While the wall clock shows a time of a stamp's bucket, input leaves no trace. A watchdog may take a bucket that
 * begins within a second for one that has begun, and has to reckon with the slowest tick.
 */
static void follow_buckets(struct world *world, int64_t until)
{
	for (size_t i = 0; i < TERMINALS_MAX; i++) {
		int64_t begin = (world->terminals[i].stamp & ~INT64_C(7)) * SECOND - world->offset;
		int64_t end = begin + BUCKET + SLOWEST_TICK;
		if (world->terminals[i].is_open && begin - SECOND <= until && end >= world->now)
			world->possible = later(world->possible, earlier(end, until));
	}
}

/* -- The wire ---------------------------------------------------------------------------------------------------- */

static void moved_payload(struct world *world)
{
	world->payload = world->now;
	if (world_count_terminals(world) == 0)
		world->active = world->now;
}

/* Timers of the kernel may be late by an eighth of their time (kernel/time/timer.c). */
static void set_timer(struct world *world, int64_t pause)
{
	world->next[SOURCE_TIMER] = world->now + pause + world_draw(world, 0, pause / 8);
}

static void heard_segment(struct world *world)
{
	world->acked = ticks(world);
	world->alive = world->now;
	world->probes = world->retransmits = 0;
	world->is_outstanding = false;
	if (world->scenario.keepalive > 0)
		set_timer(world, world->probing.idle);
}

static void heard_data(struct world *world)
{
	if (!has(world, WITH_WIRE))
		return;
	heard_segment(world);
	world->received = ticks(world);
	world->heard = world->now;
	world->is_quiet = false;
	moved_payload(world);
}

static void acknowledge(struct world *world)
{
	world->next[SOURCE_ACK] = NEVER;
	if (world->is_reachable)
		heard_segment(world);
}

static void expect_ack(struct world *world)
{
	if (world->is_reachable && world->next[SOURCE_ACK] == NEVER)
		world->next[SOURCE_ACK] = world->now + world->scenario.round_trip;
}

static void put_out(struct world *world)
{
	world->next[SOURCE_OUTPUT] = world->now + world_draw(world, MILLISECOND, 2 * world->scenario.output_mean);
	world->sent = ticks(world);
	moved_payload(world);
	expect_ack(world);
	if (world->is_outstanding)
		return;
	world->is_outstanding = true;
	world->rto = RTO_MIN + world->scenario.round_trip;
	set_timer(world, world->rto);
}

static void close_by_kernel(struct world *world)
{
	world->is_closed = world->is_disturbed = true;
	world->is_reachable = false;
	world->next[SOURCE_REACH] = NEVER;
	world->next[SOURCE_TIMER] = NEVER;
	world_note(world, "kernel gives up, alive", world->alive - world->login);
}

static void probe(struct world *world)
{
	if (world->probes >= world->probing.count) {
		close_by_kernel(world);
		return;
	}
	world->probes++;
	expect_ack(world);
	set_timer(world, world->probing.interval);
}

static void retransmit(struct world *world)
{
	world->retransmits++;
	expect_ack(world);
	world->rto = earlier(2 * world->rto, world->probing.rto_max);
	set_timer(world, world->rto);
}

static void tcp_timer(struct world *world)
{
	if (world->is_outstanding)
		retransmit(world);
	else if (world->scenario.keepalive > 0)
		probe(world);
	else
		world->next[SOURCE_TIMER] = NEVER;
}

static void client_keepalive(struct world *world)
{
	int64_t most = world->scenario.client_interval;

	world->next[SOURCE_CLIENT] = world->now + world_draw(world, world->scenario.is_data_proof ? most : most / 4, most);
	if (world->is_reachable)
		heard_data(world);
}

static void change_reach(struct world *world)
{
	int64_t window = (int64_t)world->scenario.keepalive * world->scenario.count * SECOND;

	world->is_reachable = !world->is_reachable;
	world_note(world, world->is_reachable ? "peer returns" : "peer vanishes", 0);
	if (!world->is_reachable && has(world, WITH_RETURN))
		world->next[SOURCE_REACH] = world->now + world_draw(world, SECOND, 2 * window);
}

/* -- People ------------------------------------------------------------------------------------------------------ */

/* About the end of a bucket of stamps, and about a limit's time after that: where rounding would show. */
static int64_t last_moment(struct world *world)
{
	int64_t rest = BUCKET - (world->now + world->offset) % BUCKET;

	if (world->burst_left % 2 == 0)
		return world->scenario.idle - world_draw(world, 1, 100 * MILLISECOND);
	return later(1, rest + world_draw(world, -20 * MILLISECOND, SLOWEST_TICK));
}

static void plan_typing(struct world *world)
{
	const struct scenario *scenario = &world->scenario;
	int64_t pause = 10 * scenario->length;

	if (scenario->typing == TYPING_RANDOM)
		pause = world_draw(world, MILLISECOND, 2 * scenario->typing_mean);
	else if (scenario->typing == TYPING_LAST_MOMENT)
		pause = last_moment(world);
	else if (scenario->typing == TYPING_BURSTS && world->burst_left > 0)
		pause = world_draw(world, MILLISECOND, SECOND);
	else if (scenario->typing == TYPING_BURSTS)
		pause = world_draw(world, scenario->idle / 4, scenario->idle + SECOND);
	world->burst_left = world->burst_left > 0 ? world->burst_left - 1 : (size_t)world_draw(world, 0, 30);
	world->next[SOURCE_TYPING] = world->now + pause;
	if (world->next[SOURCE_TYPING] > world->login + scenario->typing_ends)
		world->next[SOURCE_TYPING] = NEVER;
}

static size_t choose_terminal(struct world *world)
{
	size_t which;

	do
		which = (size_t)world_draw(world, 0, TERMINALS_MAX - 1);
	while (!world->terminals[which].is_open);
	return which;
}

/* What was typed is on the wire; the terminal's reader comes a little later. */
static void type(struct world *world)
{
	plan_typing(world);
	if (!world->is_reachable || world_count_terminals(world) == 0 || world->next[SOURCE_READING] != NEVER)
		return;
	world->typing_on = choose_terminal(world);
	heard_data(world);
	world->gap = world->now - world->active;
	world->active = world->now;
	world->is_quiet = has(world, WITH_WIRE);
	world->next[SOURCE_READING] = world->now + (has(world, WITH_WIRE) ? world_draw(world, 0, world->scenario.read_delay) : 0);
	world_note(world, "typed", 0);
}

static void read_terminal(struct world *world)
{
	world->next[SOURCE_READING] = NEVER;
	update_stamp(world, &world->terminals[world->typing_on]);
}

/* The person opens a terminal, or closes one and goes on typing on another. */
static void change_terminals(struct world *world)
{
	size_t which = (size_t)world_draw(world, 0, TERMINALS_MAX - 1);

	if (world->now < world->login + world->scenario.typing_ends)
		world->next[SOURCE_TERMINAL] = world->now + world_draw(world, MILLISECOND, world->scenario.idle);
	if (!world->is_reachable || world->next[SOURCE_READING] != NEVER)
		return;
	if (world->terminals[which].is_open)
		world->terminals[which].is_open = false;
	else
		open_terminal(world, which);
	world_note(world, world->terminals[which].is_open ? "terminal opened" : "terminal closed", (int64_t)which * SECOND);
	world->gap = world->now - world->active;
	heard_data(world);
	world->active = world->now;
	if (world_count_terminals(world) == 0)
		return;
	world->typing_on = choose_terminal(world);
	world->is_quiet = true;
	world->next[SOURCE_READING] = world->now;
}

/* -- The machine ------------------------------------------------------------------------------------------------- */

static void step_wall_clock(struct world *world)
{
	static const int64_t most[] = {SECOND, 20 * SECOND, 900 * SECOND, 7200 * SECOND, 30 * 86400 * SECOND};
	int64_t range = most[world_draw(world, 0, 4)];
	int64_t moved = world_draw(world, -range, range);

	world->offset += moved;
	world->coarse = world->now;
	world->is_disturbed = true;
	world->next[SOURCE_STEP] = world->now + world_draw(world, 1, 2 * world->scenario.idle);
	world_note(world, "wall clock steps by", moved);
}

static void suspend(struct world *world)
{
	int64_t asleep = world_draw(world, MILLISECOND, 2 * world->scenario.idle);

	world_note(world, "asleep for", asleep);
	follow_buckets(world, world->now + asleep);
	for (enum source source = 0; source < SOURCE_COUNT; source++) {
		if (world->next[source] != NEVER)
			world->next[source] += asleep;
	}
	world->now += asleep;
	world->slept += asleep;
	world->coarse = world->resumed = world->now;
	world->is_disturbed = true;
	/* TCP does not count time asleep: it cannot narrow what the stamps leave open any more. */
	world->is_quiet = false;
	world->next[SOURCE_SUSPEND] = world->now + world_draw(world, SECOND, 4 * world->scenario.idle);
}

/* -- Time -------------------------------------------------------------------------------------------------------- */

static void plan(struct world *world, unsigned what, enum source source, int64_t most)
{
	world->next[source] = has(world, what) ? world->now + world_draw(world, 1, most) : NEVER;
}

static void begin_wire(struct world *world)
{
	world->received = world->sent = world->acked = ticks(world);
	if (!has(world, WITH_WIRE))
		return;
	plan(world, WITH_KEEPALIVES, SOURCE_CLIENT, world->scenario.client_interval);
	plan(world, WITH_OUTPUT, SOURCE_OUTPUT, world->scenario.output_mean);
	plan(world, WITH_VANISHING, SOURCE_REACH, 4 * world->scenario.idle);
	heard_data(world);
}

void world_begin(struct world *world, const struct scenario *scenario, const struct kernel_probing *probing)
{
	*world = (struct world){.scenario = *scenario, .random = ~scenario->seed, .probing = *probing, .is_reachable = true};
	for (enum source source = 0; source < SOURCE_COUNT; source++)
		world->next[source] = NEVER;
	world->now = world->login = world_draw(world, 100 * SECOND, 1000000 * SECOND);
	world->offset = 1800000000 * SECOND + world_draw(world, 0, 16 * SECOND);
	world->active = world->alive = world->heard = world->payload = world->possible = world->now;
	if (!has(world, WITHOUT_TERMINAL))
		open_terminal(world, 0);
	begin_wire(world);
	plan(world, WITH_STEPS, SOURCE_STEP, 2 * scenario->idle);
	plan(world, WITH_SUSPEND, SOURCE_SUSPEND, 4 * scenario->idle);
	plan(world, WITH_COMING_AND_GOING, SOURCE_TERMINAL, scenario->idle);
	world->is_quiet = has(world, WITH_WIRE);
	plan_typing(world);
}

int64_t world_next(const struct world *world)
{
	int64_t next = NEVER;

	for (enum source source = 0; source < SOURCE_COUNT; source++)
		next = earlier(next, world->next[source]);
	return next;
}

static void happen(struct world *world, enum source source)
{
	static void (*const events[])(struct world *) = {
		[SOURCE_TYPING] = type,          [SOURCE_READING] = read_terminal,    [SOURCE_CLIENT] = client_keepalive,
		[SOURCE_OUTPUT] = put_out,       [SOURCE_ACK] = acknowledge,          [SOURCE_TIMER] = tcp_timer,
		[SOURCE_STEP] = step_wall_clock, [SOURCE_SUSPEND] = suspend,          [SOURCE_TERMINAL] = change_terminals,
		[SOURCE_REACH] = change_reach,
	};

	world->next[source] = NEVER;
	events[source](world);
}

void world_advance(struct world *world, int64_t until)
{
	int64_t at = later(world->now, earlier(world_next(world), until));

	follow_buckets(world, at);
	world->now = at;
	for (enum source source = 0; source < SOURCE_COUNT; source++) {
		if (world->next[source] <= world->now) {
			happen(world, source);
			return;
		}
	}
}

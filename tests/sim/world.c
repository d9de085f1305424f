/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/sim/world_inside.h"

bool world_has(const struct world *world, unsigned what)
{
	return world->scenario.with & what;
}

void world_plan(struct world *world, unsigned what, enum event event, int64_t most)
{
	world->next[event] = world_has(world, what) ? world->now + world_draw(world, 1, most) : NEVER;
}

void world_act(struct world *world, const char *what)
{
	world->gap = world->now - world->active;
	world->active = world->now;
	world->is_quiet = world_has(world, WITH_WIRE);
	world_note(world, what, 0);
}

/* -- Clocks ------------------------------------------------------------------------------------------------------ */

int64_t world_ticks(const struct world *world)
{
	return (world->now - world->slept) / world->scenario.tick;
}

int64_t world_coarse_wall(const struct world *world)
{
	int64_t tick = world_ticks(world) * world->scenario.tick + world->slept;

	return later(tick, world->coarse) + world->offset;
}

uint32_t world_age_ms(const struct world *world, int64_t stamp)
{
	return (uint32_t)((world_ticks(world) - stamp) * (world->scenario.tick / MILLISECOND));
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
	world->next[EVENT_TYPING] = world->now + pause;
	if (world->next[EVENT_TYPING] > world->login + scenario->typing_ends)
		world->next[EVENT_TYPING] = NEVER;
}

/* What was typed is on the wire; the terminal's reader comes a little later. */
static void type(struct world *world)
{
	plan_typing(world);
	if (!world->is_reachable || world_count_terminals(world) == 0 || world->next[EVENT_READING] != NEVER)
		return;
	world->typing_on = terminal_choose(world);
	send_key(world);
	world->typed = world->now;
	world_act(world, "typed");
	world->next[EVENT_READING] = world->now + (world_has(world, WITH_WIRE) ? world_draw(world, 0, world->scenario.read_delay) : 0);
}

/* Most keys are echoed, those of a password are not. */
static void read_terminal(struct world *world)
{
	terminal_read(world, world->typing_on);
	if (world_draw(world, 0, 9) == 0)
		return;
	terminal_print(world, world->typing_on);
	if (world_has(world, WITH_WIRE))
		wire_print(world, 1);
}

static void put_out(struct world *world)
{
	world->next[EVENT_OUTPUT] = world->now + world_draw(world, MILLISECOND, 2 * world->scenario.output_mean);
	if (world_count_terminals(world) == 0)
		return;
	terminal_print(world, terminal_choose(world));
	wire_print(world, (uint64_t)world_draw(world, 1, world->scenario.output_bytes));
	world_note(world, "printed", 0);
}

void world_warn(struct world *world)
{
	for (size_t i = 0; i < TERMINALS_MAX; i++) {
		if (!world->terminals[i].is_open)
			continue;
		terminal_print(world, i);
		if (world_has(world, WITH_WIRE))
			wire_print(world, 80);
	}
}

/* The person opens a terminal, or closes one and goes on typing on another. */
static void change_terminals(struct world *world)
{
	size_t which = (size_t)world_draw(world, 0, TERMINALS_MAX - 1);

	if (world->now < world->login + world->scenario.typing_ends)
		world->next[EVENT_TERMINAL] = world->now + world_draw(world, MILLISECOND, world->scenario.idle);
	if (!world->is_reachable || world->next[EVENT_READING] != NEVER)
		return;
	if (world->terminals[which].is_open)
		world->terminals[which].is_open = false;
	else
		terminal_open(world, which);
	wire_receive(world, 200, 4);
	wire_answer(world, 5 * MILLISECOND, 200, 3);
	world->typed = world->now;
	world_act(world, world->terminals[which].is_open ? "terminal opened" : "terminal closed");
	if (world_count_terminals(world) == 0)
		return;
	world->typing_on = terminal_choose(world);
	world->next[EVENT_READING] = world->now;
}

/* -- The machine ------------------------------------------------------------------------------------------------- */

#define DAY (86400 * SECOND)

static void step_wall_clock(struct world *world)
{
	static const int64_t most[] = {SECOND, 20 * SECOND, 900 * SECOND, 7200 * SECOND, 30 * DAY, 366 * DAY};
	int64_t range = most[world_draw(world, 0, 5)];
	int64_t moved = world_draw(world, -range, range);

	world->offset += moved;
	world->coarse = world->now;
	world->is_disturbed = true;
	world->next[EVENT_STEP] = world->now + world_draw(world, 1, 2 * world->scenario.idle);
	world_note(world, "wall clock steps by", moved);
}

static void suspend(struct world *world)
{
	int64_t asleep = world_draw(world, MILLISECOND, 2 * world->scenario.idle);

	world_note(world, "asleep for", asleep);
	terminals_follow_buckets(world, world->now + asleep);
	for (enum event event = 0; event < EVENT_COUNT; event++) {
		if (world->next[event] != NEVER)
			world->next[event] += asleep;
	}
	if (world->working != NEVER)
		world->working += asleep;
	world->now += asleep;
	world->slept += asleep;
	world->coarse = world->resumed = world->now;
	world->is_disturbed = true;
	/* TCP does not count time asleep: it cannot narrow what the stamps leave open any more. */
	world->is_quiet = false;
	world->next[EVENT_SUSPEND] = world->now + world_draw(world, SECOND, 4 * world->scenario.idle);
}

/* -- Time -------------------------------------------------------------------------------------------------------- */

void world_begin(struct world *world, const struct scenario *scenario, const struct kernel_probing *probing)
{
	*world = (struct world){.scenario = *scenario, .random = ~scenario->seed, .probing = *probing, .is_reachable = true};
	for (enum event event = 0; event < EVENT_COUNT; event++)
		world->next[event] = NEVER;
	world->now = world->login = world_draw(world, 100 * SECOND, 1000000 * SECOND);
	world->offset = 1800000000 * SECOND + world_draw(world, 0, 16 * SECOND);
	world->active = world->alive = world->heard = world->typed = world->moved = world->possible = world->now;
	world->lump = world->adjusted = world->printed = world->forged_last = LONG_AGO;
	world->forged_first = NEVER;
	if (!world_has(world, WITHOUT_TERMINAL))
		terminal_open(world, 0);
	wire_begin(world);
	keepalives_begin(world);
	channels_begin(world);
	world_plan(world, WITH_STEPS, EVENT_STEP, 2 * scenario->idle);
	world_plan(world, WITH_SUSPEND, EVENT_SUSPEND, 4 * scenario->idle);
	world_plan(world, WITH_COMING_AND_GOING, EVENT_TERMINAL, scenario->idle);
	world_plan(world, WITH_MODES, EVENT_MODE, 2 * scenario->mode_mean);
	if (world_has(world, WITH_FORGING))
		world->next[EVENT_FORGING] = world->now + scenario->forging_begins;
	world->is_quiet = world_has(world, WITH_WIRE);
	plan_typing(world);
}

int64_t world_next(const struct world *world)
{
	int64_t next = NEVER;

	for (enum event event = 0; event < EVENT_COUNT; event++)
		next = earlier(next, world->next[event]);
	return next;
}

static void happen(struct world *world, enum event event)
{
	static void (*const events[])(struct world *) = {
		[EVENT_TYPING] = type,
		[EVENT_READING] = read_terminal,
		[EVENT_CHAFF] = send_chaff,
		[EVENT_CLIENT] = client_keepalive,
		[EVENT_SERVER] = server_keepalive,
		[EVENT_ANSWER] = wire_send_answer,
		[EVENT_REPLY] = wire_take_reply,
		[EVENT_OUTPUT] = put_out,
		[EVENT_CHANNEL] = channel_move,
		[EVENT_SERVICE] = channel_answer,
		[EVENT_WORK] = change_work,
		[EVENT_REKEYING] = change_keys,
		[EVENT_FORGING] = forge,
		[EVENT_MODE] = change_mode,
		[EVENT_ACK] = wire_acknowledge,
		[EVENT_TIMER] = wire_timer,
		[EVENT_STEP] = step_wall_clock,
		[EVENT_SUSPEND] = suspend,
		[EVENT_TERMINAL] = change_terminals,
		[EVENT_REACH] = wire_change_reach,
	};

	world->next[event] = NEVER;
	events[event](world);
}

void world_advance(struct world *world, int64_t until)
{
	int64_t at = later(world->now, earlier(world_next(world), until));

	terminals_follow_buckets(world, at);
	world->now = at;
	for (enum event event = 0; event < EVENT_COUNT; event++) {
		if (world->next[event] <= world->now) {
			happen(world, event);
			return;
		}
	}
}

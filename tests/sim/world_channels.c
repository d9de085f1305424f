/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What moves over the connection without a terminal: commands, transfers, forwards, and what works behind them.
 */
#include "tests/sim/world_inside.h"

static const struct channel *channel_of(const struct world *world)
{
	return &world->scenario.channel;
}

bool world_has_workers(const struct world *world)
{
	bool has_process = world_has(world, WITH_CHANNEL) && channel_of(world)->behind == BEHIND_PROCESS;

	return (has_process && channel_of(world)->way != WAY_COMMANDS) || world_has(world, WITH_WORKER);
}

/* Its sleep does not count, and neither does the machine's. */
uint64_t world_switches(const struct world *world)
{
	int64_t wakes = world->scenario.worker.wakes;
	uint64_t alone = wakes > 0 ? (uint64_t)((world->now - world->slept) / wakes) : 0;

	return world->switches + (world_has(world, WITH_WORKER) ? alone : 0);
}

uint64_t world_cpu_ticks(const struct world *world)
{
	int64_t worked = world->worked;

	if (world->working != NEVER)
		worked += (world->now - world->working) / 1000 * world->scenario.worker.share;
	return (uint64_t)(worked / (SECOND / CPU_TICKS));
}

void change_work(struct world *world)
{
	const struct worker *worker = &world->scenario.worker;

	if (world->working != NEVER) {
		world->worked += (world->now - world->working) / 1000 * worker->share;
		world->working = NEVER;
		world_act(world, "work ends");
	} else {
		world->working = world->now;
		world_note(world, "work begins", 0);
	}
	int64_t next = world->now + world_draw(world, SECOND, worker->phase);
	if (world->working != NEVER || next < world->login + worker->ends)
		world->next[EVENT_WORK] = next;
}

static void plan_channel(struct world *world)
{
	const struct channel *channel = channel_of(world);
	int64_t pause = channel->pace == PACE_REGULAR ? channel->mean : world_draw(world, MILLISECOND, 2 * channel->mean);

	if (world->now + pause < world->login + channel->ends)
		world->next[EVENT_CHANNEL] = world->now + pause;
}

static uint64_t draw_size(struct world *world, int64_t fixed)
{
	return (uint64_t)(fixed > 0 ? fixed : world_draw(world, 1, 60));
}

/* It has to be told from everything else when it is seen at all: world->moved is what the promises are measured by. */
static void moved(struct world *world, const char *what)
{
	world->moved = world->now;
	world->is_answer = false;
	world_act(world, what);
}

static void wake_workers(struct world *world)
{
	if (channel_of(world)->behind == BEHIND_PROCESS && channel_of(world)->way != WAY_COMMANDS)
		world->switches += (uint64_t)world_draw(world, 1, channel_of(world)->wakes);
}

/* Opening, the command itself, its end: all of it small. */
static void run_command(struct world *world)
{
	const struct ssh_cipher *cipher = world->scenario.cipher;

	wire_receive(world, ssh_message(cipher, 24) + ssh_message(cipher, 30) + ssh_message(cipher, 5), 3);
	wire_answer(world, 5 * MILLISECOND, ssh_message(cipher, 17) + ssh_message(cipher, 9) + ssh_message(cipher, 28), 3);
	moved(world, "command");
}

static void request(struct world *world)
{
	uint64_t size = ssh_data(world->scenario.cipher, draw_size(world, channel_of(world)->request));

	wire_receive(world, size, wire_segments(size));
	wake_workers(world);
	if (channel_of(world)->behind == BEHIND_TCP)
		world->socket_sent = world_ticks(world);
	moved(world, "request");
	if (channel_of(world)->way == WAY_REQUESTS)
		world->next[EVENT_SERVICE] = world->now + world_draw(world, 0, channel_of(world)->thinking);
}

void channel_answer(struct world *world)
{
	uint64_t size = ssh_data(world->scenario.cipher, draw_size(world, channel_of(world)->answer));

	if (channel_of(world)->way == WAY_OUT)
		wake_workers(world);
	if (channel_of(world)->behind == BEHIND_TCP)
		world->socket_received = world_ticks(world);
	wire_answer(world, 0, size, wire_segments(size));
	moved(world, "answer");
	world->is_answer = channel_of(world)->way == WAY_REQUESTS;
}

void channel_move(struct world *world)
{
	plan_channel(world);
	if (!world->is_reachable)
		return;
	if (channel_of(world)->way == WAY_COMMANDS)
		run_command(world);
	else if (channel_of(world)->way == WAY_OUT)
		channel_answer(world);
	else
		request(world);
}

void channels_begin(struct world *world)
{
	world->working = NEVER;
	if (world_has(world, WITH_CHANNEL))
		world->next[EVENT_CHANNEL] = world->now + channel_of(world)->begins + 1;
	if (world_has(world, WITH_WORKER) && world->scenario.worker.share > 0)
		world->next[EVENT_WORK] = world->now + world_draw(world, 1, world->scenario.worker.phase);
}

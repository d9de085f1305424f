/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP as the kernel shows it: counters, stamps, probes and retransmissions.
 */
#include "tests/sim/world_inside.h"

/* TCP's first retransmission comes after the round trip and this. */
#define RTO_MIN (200 * MILLISECOND)

#define SEGMENT_SIZE 1400

/* The most that a message of ssh holds, and how much OpenSSH lets the server send before it widens the window. */
#define MESSAGE_SIZE 32768
#define ADJUSTED_AFTER 34000

/* Timers of the kernel may be late by an eighth of their time (kernel/time/timer.c). */
static void set_timer(struct world *world, int64_t pause)
{
	world->next[EVENT_TIMER] = world->now + pause + world_draw(world, 0, pause / 8);
}

static void heard_segment(struct world *world)
{
	world->acked = world_ticks(world);
	world->alive = world->now;
	world->probes = world->retransmits = 0;
	world->is_outstanding = false;
	if (world->scenario.keepalive > 0)
		set_timer(world, world->probing.idle);
}

uint64_t wire_segments(uint64_t bytes)
{
	return (bytes + SEGMENT_SIZE - 1) / SEGMENT_SIZE;
}

void wire_receive(struct world *world, uint64_t bytes, uint64_t segments)
{
	if (!world_has(world, WITH_WIRE) || !world->is_reachable)
		return;
	world->in.bytes += bytes + keepalives_held(world);
	world->in.segments += segments;
	world->received = world_ticks(world);
	world->heard = world->now;
	world->is_quiet = false;
	heard_segment(world);
	keepalives_put_off(world);
}

void wire_acknowledge(struct world *world)
{
	if (world->is_reachable)
		heard_segment(world);
}

static void expect_ack(struct world *world)
{
	if (world->is_reachable && world->next[EVENT_ACK] == NEVER)
		world->next[EVENT_ACK] = world->now + world->scenario.round_trip;
}

static void send(struct world *world, const struct flow *flow)
{
	world->out.bytes += flow->bytes;
	world->out.segments += flow->segments;
	world->sent = world_ticks(world);
	expect_ack(world);
	if (world->is_outstanding)
		return;
	world->is_outstanding = true;
	world->rto = RTO_MIN + world->scenario.round_trip;
	set_timer(world, world->rto);
}

static void add(struct world *world, enum event event, int64_t at, struct flow *flow, uint64_t bytes, uint64_t segments)
{
	flow->bytes += bytes;
	flow->segments += segments;
	world->next[event] = earlier(world->next[event], at);
}

void wire_answer(struct world *world, int64_t delay, uint64_t bytes, uint64_t segments)
{
	if (world_has(world, WITH_WIRE))
		add(world, EVENT_ANSWER, world->now + delay, &world->answer, bytes, segments);
}

void wire_reply(struct world *world, int64_t delay, uint64_t bytes, uint64_t segments)
{
	if (world_has(world, WITH_WIRE))
		add(world, EVENT_REPLY, world->now + world->scenario.round_trip + delay, &world->reply, bytes, segments);
}

void wire_send_answer(struct world *world)
{
	send(world, &world->answer);
	world->answer = (struct flow){0};
}

void wire_take_reply(struct world *world)
{
	wire_receive(world, world->reply.bytes, world->reply.segments);
	world->reply = (struct flow){0};
}

void wire_print(struct world *world, uint64_t bytes)
{
	const struct ssh_cipher *cipher = world->scenario.cipher;
	uint64_t messages = bytes / MESSAGE_SIZE;
	uint64_t wire = messages * ssh_data(cipher, MESSAGE_SIZE);

	if (bytes % MESSAGE_SIZE > 0)
		wire += ssh_data(cipher, bytes % MESSAGE_SIZE);
	wire_answer(world, world_draw(world, 0, 5 * MILLISECOND), wire, wire_segments(wire));
	world->unadjusted += bytes;
	for (; world->unadjusted >= ADJUSTED_AFTER; world->unadjusted -= ADJUSTED_AFTER) {
		wire_reply(world, 5 * MILLISECOND, ssh_message(cipher, SSH_WINDOW_ADJUST), 1);
		world->adjusted = world->now + world->scenario.round_trip;
	}
}

static void close_by_kernel(struct world *world)
{
	world->is_closed = world->is_disturbed = true;
	world->is_reachable = false;
	world->next[EVENT_REACH] = NEVER;
	world->next[EVENT_TIMER] = NEVER;
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

void wire_timer(struct world *world)
{
	if (world->is_outstanding)
		retransmit(world);
	else if (world->scenario.keepalive > 0)
		probe(world);
}

void wire_change_reach(struct world *world)
{
	int64_t window = (int64_t)world->scenario.keepalive * world->scenario.count * SECOND;

	world->is_reachable = !world->is_reachable;
	world_note(world, world->is_reachable ? "peer returns" : "peer vanishes", 0);
	if (!world->is_reachable && world_has(world, WITH_RETURN))
		world->next[EVENT_REACH] = world->now + world_draw(world, SECOND, 2 * window);
}

void wire_begin(struct world *world)
{
	world->received = world->sent = world->acked = world_ticks(world);
	world->socket_sent = world->socket_received = LONG_AGO;
	if (!world_has(world, WITH_WIRE))
		return;
	/* Logging in, and what follows within 100 ms of it. */
	wire_receive(world, 3497, 9);
	wire_answer(world, world_draw(world, MILLISECOND, 100 * MILLISECOND), 272, 2);
	world_plan(world, WITH_OUTPUT, EVENT_OUTPUT, world->scenario.output_mean);
	world_plan(world, WITH_VANISHING, EVENT_REACH, 4 * world->scenario.idle);
	world_plan(world, WITH_REKEYING, EVENT_REKEYING, 2 * world->scenario.rekeying_mean);
}

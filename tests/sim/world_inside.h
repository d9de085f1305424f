/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the parts of the world (world.h) know of each other.
 */
#ifndef IDLETIMEOUT_TESTS_WORLD_INSIDE_H
#define IDLETIMEOUT_TESTS_WORLD_INSIDE_H

#include "tests/sim/world.h"

#define SLOWEST_TICK (10 * MILLISECOND)

/* How long a stamp holds before the kernel refreshes it. */
#define BUCKET (8 * SECOND)

static inline int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static inline int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

bool world_has(const struct world *world, unsigned what);

/* Plans an event for some time until `most` from now, where the scenario has `what`. */
void world_plan(struct world *world, unsigned what, enum event event, int64_t most);

/* Something counts as activity. */
void world_act(struct world *world, const char *what);

/* -- Clocks ------------------------------------------------------------------------------------------------------ */

/* Ticks do not come while the machine sleeps. */
int64_t world_ticks(const struct world *world);

/* The wall clock as of the last tick, or of its last setting: what stamps are taken from. */
int64_t world_coarse_wall(const struct world *world);

/* -- Terminals (world_terminals.c) ------------------------------------------------------------------------------- */

void terminal_open(struct world *world, size_t which);
void terminal_read(struct world *world, size_t which);
void terminal_print(struct world *world, size_t which);

/* Some open one. */
size_t terminal_choose(struct world *world);

void terminals_follow_buckets(struct world *world, int64_t until);

void forge(struct world *world);
void change_mode(struct world *world);

/* -- The wire (world_wire.c) ------------------------------------------------------------------------------------- */

void wire_begin(struct world *world);

/* Data come from the client: what is on its way from the server is not waited for. */
void wire_receive(struct world *world, uint64_t bytes, uint64_t segments);

/* Data leave for the client, after `delay`; they come from it after half a round trip and `delay`. */
void wire_answer(struct world *world, int64_t delay, uint64_t bytes, uint64_t segments);
void wire_reply(struct world *world, int64_t delay, uint64_t bytes, uint64_t segments);

/* So many bytes of a program go to the client, whose window has to be widened now and then. */
void wire_print(struct world *world, uint64_t bytes);

/* Segments for so many bytes on the wire. */
uint64_t wire_segments(uint64_t bytes);

void wire_send_answer(struct world *world);
void wire_take_reply(struct world *world);
void wire_acknowledge(struct world *world);
void wire_timer(struct world *world);
void wire_change_reach(struct world *world);

/* -- What ssh sends by itself (world_ssh.c) ---------------------------------------------------------------------- */

void keepalives_begin(struct world *world);
void client_keepalive(struct world *world);
void server_keepalive(struct world *world);

/* The client hears or says something: its keepalives, and the server's, are put off where they wait for silence. */
void keepalives_put_off(struct world *world);

/* Bytes that ride along in the segment of the next message: a ping that PuTTY held back. */
uint64_t keepalives_held(struct world *world);

void send_key(struct world *world);
void send_chaff(struct world *world);
void change_keys(struct world *world);

/* -- Channels without a terminal (world_channels.c) -------------------------------------------------------------- */

void channels_begin(struct world *world);
void channel_move(struct world *world);
void channel_answer(struct world *world);
void change_work(struct world *world);

#endif

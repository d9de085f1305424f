/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Terminals: the stamps that the kernel keeps, and hands that set them.
 */
#include "tests/sim/world_inside.h"

#define BUCKET_BITS INT64_C(7)

size_t world_count_terminals(const struct world *world)
{
	size_t count = 0;

	for (size_t i = 0; i < TERMINALS_MAX; i++)
		count += world->terminals[i].is_open;
	return count;
}

/* drivers/tty/tty_io.c, tty_update_time() */
static void update_stamp(const struct world *world, int64_t *stamp)
{
	int64_t second = world_coarse_wall(world) / SECOND;

	if ((second ^ *stamp / SECOND) & ~BUCKET_BITS)
		*stamp = second * SECOND;
}

void terminal_open(struct world *world, size_t which)
{
	int64_t made = world_coarse_wall(world);

	world->terminals[which] = (struct terminal){.is_open = true, .access = made, .modified = made, .change = made};
	world->typing_on = which;
}

void terminal_read(struct world *world, size_t which)
{
	if (world->terminals[which].is_open)
		update_stamp(world, &world->terminals[which].access);
}

void terminal_print(struct world *world, size_t which)
{
	if (!world->terminals[which].is_open)
		return;
	update_stamp(world, &world->terminals[which].modified);
	world->printed = world->now;
}

size_t terminal_choose(struct world *world)
{
	size_t which;

	do
		which = (size_t)world_draw(world, 0, TERMINALS_MAX - 1);
	while (!world->terminals[which].is_open);
	return which;
}

/*
 * While the wall clock shows a time of a stamp's bucket, input leaves no trace. A watchdog may take a bucket that
 * begins within a second for one that has begun, and has to reckon with the slowest tick.
 */
void terminals_follow_buckets(struct world *world, int64_t until)
{
	for (size_t i = 0; i < TERMINALS_MAX; i++) {
		int64_t begin = (world->terminals[i].access / SECOND & ~BUCKET_BITS) * SECOND - world->offset;
		int64_t end = begin + BUCKET + SLOWEST_TICK;
		if (world->terminals[i].is_open && begin - SECOND <= until && end >= world->now)
			world->possible = later(world->possible, earlier(end, until));
	}
}

/* utimensat(2): what is asked for, and the time of asking beside it. */
static int64_t forged_stamp(struct world *world, enum forgery forgery, int64_t wall)
{
	switch (forgery) {
	case FORGERY_WHOLE_NOW:
		return wall / SECOND * SECOND;
	case FORGERY_PAST:
		return (wall - world_draw(world, 0, 3 * world->scenario.idle)) / SECOND * SECOND;
	case FORGERY_FUTURE:
		return (wall + world_draw(world, 0, 3 * world->scenario.idle)) / SECOND * SECOND;
	case FORGERY_PARTS:
		return wall + world_draw(world, -SECOND, SECOND);
	case FORGERY_ANY:
		return forged_stamp(world, (enum forgery)world_draw(world, FORGERY_NOW, FORGERY_PARTS), wall);
	case FORGERY_NOW:
		break;
	}
	return wall;
}

void forge(struct world *world)
{
	const struct scenario *scenario = &world->scenario;
	int64_t wall = world_coarse_wall(world);

	if (scenario->forging_interval > 0 && world->now + scenario->forging_interval < world->login + scenario->forging_ends)
		world->next[EVENT_FORGING] = world->now + scenario->forging_interval;
	if (world_count_terminals(world) == 0)
		return;
	struct terminal *terminal = &world->terminals[terminal_choose(world)];
	terminal->access = forged_stamp(world, scenario->forgery, wall);
	terminal->change = wall;
	world->forged_first = earlier(world->forged_first, world->now);
	world->forged_last = world->now;
	world->forged_access = terminal->access;
	world_note(world, "forged, ahead by", terminal->access - wall);
}

void change_mode(struct world *world)
{
	world->next[EVENT_MODE] = world->now + world_draw(world, MILLISECOND, 2 * world->scenario.mode_mean);
	if (world_count_terminals(world) == 0)
		return;
	world->terminals[terminal_choose(world)].change = world_coarse_wall(world);
	world_note(world, "mode changed", 0);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/tty_clock.h"

#include "common/duration.h"
#include "helper/engine.h"

/* Stamps come from a clock that can be a tick behind the one that is read for a look. */
#define SECOND_SLACK 1

static bool is_same(const struct tty_time *a, const struct tty_time *b)
{
	return a->s == b->s && a->ns == b->ns;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t wall_ns(const struct tty_time *time)
{
	return time->s * NS_PER_SECOND + time->ns;
}

static int64_t wall_second(const struct tty_look *look)
{
	return (look->now + look->offset->now) / NS_PER_SECOND;
}

/*
 * What no kernel writes: other parts of a second than were there (until Linux 6.7 those of the terminal's making stay), a time to
 * come, a time from before the look that did not see it. When the wall clock has been set since, the latter two prove nothing.
 */
static bool is_impossible(const struct tty_clock *clock, const struct tty_time *access, const struct tty_look *look)
{
	if (clock->is_seen && access->ns != 0 && access->ns != clock->access.ns)
		return true;
	if (wall_offset_has_stepped(look->offset))
		return false;
	return access->s > wall_second(look) + SECOND_SLACK || (clock->is_seen && access->s < clock->looked_s - SECOND_SLACK);
}

/*
 * A change time is told in ticks: one of the very tick of a look would be the same had the stamps been set once more after it, and
 * proves nothing at the next.
 */
static bool is_fresh(const struct tty_time *change, const struct tty_look *look)
{
	int64_t age = look->now + look->offset->now - wall_ns(change);

	/* One to come is from before the wall clock was set back. */
	return age <= STAMP_CLOCK_SLACK_NS && age >= -STAMP_CLOCK_SLACK_NS;
}

/* A stamp out of reason is as of now. */
static int64_t stamped_at(const struct tty_time *access, const struct tty_look *look)
{
	bool is_past = access->s >= 0 && access->s <= wall_second(look);

	return is_past ? access->s * NS_PER_SECOND - look->offset->now : look->now;
}

/* Who typed has sent something: that is judged one look later. Who has forged before has to show it by a stamp beyond doubt. */
static void resolve_doubts(struct tty_clock *clock, const struct tty_look *look)
{
	if (clock->doubts > 0 && clock->forgeries == 0 && look->payload != ENGINE_UNKNOWN && look->payload >= clock->doubtful_at)
		clock->doubts = 0;
}

static enum tty_trust judge(struct tty_clock *clock, const struct tty_stamps *stamps, const struct tty_look *look)
{
	bool has_moved = !is_same(&clock->access, &stamps->access);
	bool has_changed = clock->is_fresh || !is_same(&clock->change, &stamps->change);

	if (clock->is_seen && !has_moved)
		return clock->is_forged ? TTY_FORGED : TTY_TRUSTED;
	if (clock->is_seen && !has_changed) {
		clock->doubts = 0;
		return TTY_TRUSTED;
	}
	if (is_impossible(clock, &stamps->access, look))
		return TTY_FORGED;
	if (!clock->is_seen)
		return TTY_TRUSTED;
	resolve_doubts(clock, look);
	clock->doubtful_at = stamped_at(&stamps->access, look);
	return ++clock->doubts < TTY_DOUBTS_MAX ? TTY_DOUBTFUL : TTY_FORGED;
}

/*
 * Until when a forgery hides what was typed: it wiped out the stamp of input before it, and a stamp set to now is not
 * refreshed by input until its bucket ends.
 */
static int64_t hidden_until(const struct tty_time *change, const struct tty_look *look)
{
	int64_t at = wall_ns(change) - look->offset->now;

	return (wall_offset_has_stepped(look->offset) ? look->now : earlier(at, look->now)) + STAMP_BUCKET_NS;
}

static void note_forgery(struct tty_clock *clock, const struct tty_stamps *stamps, const struct tty_look *look)
{
	if (!clock->input.is_seen)
		clock->input = (struct stamp_clock){.is_seen = true, .latest = 0, .end = INT64_MIN};
	if (clock->forgeries++ == 0)
		clock->hidden_until = hidden_until(&stamps->change, look);
}

static void allow_hidden(struct tty_clock *clock, const struct tty_look *look)
{
	int64_t possible = earlier(earlier(clock->hidden_until, look->heard), look->now);

	if (possible > clock->input.latest)
		clock->input.latest = possible;
}

enum tty_trust tty_clock_take(struct tty_clock *clock, const struct tty_stamps *stamps, const struct tty_look *look)
{
	bool is_news = !clock->is_seen || !is_same(&clock->access, &stamps->access);
	enum tty_trust trust = judge(clock, stamps, look);

	(void)stamp_clock_take(&clock->output, stamps->modified_s, look->offset, look->now);
	if (trust != TTY_FORGED) {
		(void)stamp_clock_take(&clock->input, stamps->access.s, look->offset, look->now);
		/* A hand may have wiped out a stamp that no look has seen; it is believed no more often than its stamps are. */
		if (trust == TTY_DOUBTFUL && clock->forgeries == 0)
			clock->hidden_until = hidden_until(&stamps->change, look);
	} else if (is_news) {
		note_forgery(clock, stamps, look);
	}
	allow_hidden(clock, look);
	clock->is_forged = trust == TTY_FORGED;
	/* A terminal that was made in this tick is no reason for doubt. */
	clock->is_fresh = clock->is_seen && is_fresh(&stamps->change, look);
	clock->is_seen = true;
	clock->access = stamps->access;
	clock->change = stamps->change;
	clock->looked_s = wall_second(look);
	return trust == TTY_FORGED && !is_news ? TTY_TRUSTED : trust;
}

int64_t tty_clock_input(const struct tty_clock *clock)
{
	return clock->input.is_seen ? clock->input.latest : ENGINE_UNKNOWN;
}

int64_t tty_clock_output(const struct tty_clock *clock)
{
	return clock->output.is_seen ? clock->output.latest : ENGINE_UNKNOWN;
}

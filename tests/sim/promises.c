/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/sim/promises.h"

/* The promises: after the limit, and more when the client's own data keep the wire from telling when input ended. */
#define PROMISED SECOND
#define STAMP_QUANTUM (8 * SECOND)

/* How often stamps that a hand may have set are believed after the last key (helper/tty_clock.h). */
#define BELIEFS (TTY_DOUBTS_MAX - 1)

static const struct breach kept = {.promise = NULL};

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool has(const struct world *world, unsigned what)
{
	return world->scenario.with & what;
}

/* -- What need not be told --------------------------------------------------------------------------------------- */

static bool is_in_bucket(const struct world *world, int64_t moment, int64_t stamp)
{
	int64_t wall = moment + world->offset;

	return wall + PROMISED >= stamp / STAMP_QUANTUM * STAMP_QUANTUM && wall <= stamp / STAMP_QUANTUM * STAMP_QUANTUM + STAMP_QUANTUM;
}

/*
 * A key is hidden while a hand sets stamps, but for those about the first time; and in the bucket of a time to come that one has
 * been set to.
 */
static bool is_hidden(const struct world *world, int64_t typed)
{
	if (!has(world, WITH_FORGING) || world->forged_first == NEVER || typed <= world->forged_first)
		return false;
	if (has(world, WITH_ONE_FORGERY))
		return is_in_bucket(world, typed, world->forged_access);
	return typed > world->forged_first + STAMP_QUANTUM && typed <= world->forged_last + STAMP_QUANTUM;
}

static uint64_t message(const struct world *world, uint64_t payload)
{
	return ssh_message(world->scenario.cipher, payload);
}

/* Some data of up to so many bytes are as large as this message; `bytes` 0: of any size. */
static bool can_be(const struct world *world, int64_t bytes, uint64_t size)
{
	const struct ssh_cipher *cipher = world->scenario.cipher;

	return bytes > 0 ? ssh_data(cipher, (uint64_t)bytes) == size : size >= ssh_data(cipher, 1);
}

/* Question and answer are just as large as those of a keepalive; compressed, as any that is small. */
static bool is_like_keepalives(const struct world *world)
{
	const struct channel *channel = &world->scenario.channel;

	switch (world->scenario.keepalives) {
	case KEEPALIVES_UNANSWERED:
		return can_be(world, channel->request, message(world, SSH_IGNORE));
	case KEEPALIVES_COMPRESSED:
		return channel->request <= 18 && channel->answer <= 18;
	default:
		return (can_be(world, channel->request, message(world, SSH_GLOBAL_KEEPALIVE)) &&
		        can_be(world, channel->answer, message(world, SSH_REQUEST_FAILURE))) ||
		       (can_be(world, channel->request, message(world, SSH_CHANNEL_FAILURE)) &&
		        can_be(world, channel->answer, message(world, SSH_CHANNEL_KEEPALIVE))) ||
		       (can_be(world, channel->request, message(world, SSH_REQUEST_FAILURE)) &&
		        can_be(world, channel->answer, message(world, SSH_GLOBAL_KEEPALIVE)));
	}
}

/* Small, and behind it is nothing that would show. */
static bool is_hintless(const struct channel *channel)
{
	if (channel->behind != BEHIND_UNIX)
		return false;
	return channel->request <= 60 && (channel->way == WAY_IN || channel->answer <= 60 || channel->thinking > SECOND);
}

/*
 * Output hides all but what wakes a process or moves a socket at the last moment: its sums tell nothing. A warning is output,
 * but what the client sends is told from it.
 */
static bool is_hidden_by_output(const struct world *world)
{
	const struct channel *channel = &world->scenario.channel;
	bool is_output_alone = !has(world, WITH_OUTPUT);
	bool is_recent = world->now < world->printed + STAMP_QUANTUM + world->scenario.idle / 5;

	if (is_output_alone)
		return is_recent && (channel->way == WAY_OUT || is_hintless(channel) || channel->behind == BEHIND_TCP || world->is_answer);
	/* Of a request that woke a process the moment it came is what counts. */
	return channel->behind != BEHIND_PROCESS || channel->way == WAY_OUT || channel->way == WAY_COMMANDS || world->is_answer;
}

/* All the reasons for which payload of a channel may go unseen. */
static enum excuse excuse_payload(const struct world *world)
{
	const struct channel *channel = &world->scenario.channel;
	int64_t stretch = world->scenario.idle / 5;

	/* A question and an answer of the sizes of keepalives are keepalives; what comes unasked may meet an unanswered one. */
	if (is_hintless(channel) && channel->way != WAY_OUT)
		return EXCUSE_LIKE_KEEPALIVES;
	if (has(world, WITH_KEEPALIVES) && (world->is_answer || (channel->way != WAY_COMMANDS && is_like_keepalives(world))))
		return EXCUSE_LIKE_KEEPALIVES;
	if (has(world, WITH_KEEPALIVES) && channel->way == WAY_OUT && world->scenario.keepalives == KEEPALIVES_UNANSWERED)
		return EXCUSE_LIKE_KEEPALIVES;
	if (world_count_terminals(world) > 0 && world->now < world->typed + STAMP_QUANTUM + stretch)
		return EXCUSE_BESIDE_TYPING;
	if (world_count_terminals(world) > 0 && is_hidden_by_output(world))
		return EXCUSE_BESIDE_OUTPUT;
	return EXCUSE_NONE;
}

void promises_follow(struct promises *promises, const struct world *world)
{
	if (world->typed != promises->typed) {
		promises->typed = world->typed;
		promises->told = later(promises->told, world->typed);
	}
	if (world->moved != promises->moved) {
		enum excuse excuse = excuse_payload(world);
		promises->moved = world->moved;
		promises->excused[excuse]++;
		if (excuse == EXCUSE_NONE)
			promises->told = world->moved;
	}
}

void promises_begin(struct promises *promises, const struct world *world)
{
	*promises = (struct promises){.typed = world->typed, .moved = world->moved, .told = world->login, .believed = LONG_AGO};
}

void promises_see(struct promises *promises, const struct watcher *watcher, const struct world *world)
{
	if (promises->believed_from != world->typed) {
		promises->believed_from = world->typed;
		promises->beliefs = 0;
	}
	if (watcher->terminals.is_doubtful && promises->beliefs < BELIEFS) {
		promises->beliefs++;
		promises->believed = world->now;
	}
	if (watcher->terminals.is_forged && !promises->is_forgery_seen) {
		promises->is_forgery_seen = true;
		promises->believed = world->now;
	}
}

/* -- Not late ---------------------------------------------------------------------------------------------------- */

static int64_t window(const struct world *world)
{
	return (int64_t)world->scenario.keepalive * world->scenario.count * SECOND;
}

static int64_t sign_of_life(const struct world *world)
{
	return world->scenario.is_data_proof ? world->heard : world->alive;
}

/* Output that the peer's kernel takes counts as life as well under proof by data (helper/peer.h): how late that makes a verdict. */
static int64_t sign_of_life_at_most(const struct world *world)
{
	return later(world->heard, world->alive);
}

static int64_t allowed_of_wire(const struct world *world)
{
	bool is_seldom = !has(world, WITH_KEEPALIVES) && !(has(world, WITH_CHANNEL) && has(world, WITH_OUTPUT));

	if (world_count_terminals(world) == 0)
		return is_seldom ? 0 : world->scenario.idle / (has(world, WITH_CHANNEL) ? 2 : 4);
	if (world->is_quiet && is_seldom)
		return 0;
	/* Payload and a keepalive in one stretch: the later of them counts. */
	return STAMP_QUANTUM + (is_seldom ? 0 : world->scenario.idle / (has(world, WITH_CHANNEL) ? 2 : has(world, WITH_REKEYING) ? 5 : 10));
}

/* The latest moment that a session can be idle from, as far as can be known, with what is promised on top. */
static int64_t idle_from_at_most(const struct promises *promises, const struct world *world)
{
	int64_t active = later(world->active, world->lump);
	int64_t stamped = later(world->possible, active);

	/* To a peer that is gone the server goes on putting questions. */
	if (world->working != NEVER || (has(world, WITH_VANISHING) && has(world, WITH_KEEPALIVES)))
		return NEVER;
	if (has(world, WITH_WORKER))
		active += world->scenario.idle / 10;
	if (has(world, WITH_FORGING)) {
		int64_t keepalives = has(world, WITH_KEEPALIVES) ? world->scenario.idle / 10 : 0;
		return later(later(active, world->adjusted), promises->believed) + STAMP_QUANTUM + keepalives + PROMISED;
	}
	/* Ages of TCP do not count time asleep, and payload is told by nothing else. */
	if (world_count_terminals(world) == 0)
		return active + world->slept + allowed_of_wire(world) + PROMISED;
	if (has(world, WITH_COMING_AND_GOING | WITH_KEEPALIVES | WITH_SUSPEND))
		return stamped + world->slept + allowed_of_wire(world) + PROMISED;
	if (world->is_quiet || !(has(world, WITH_STEPS | WITH_SUSPEND)))
		return active + allowed_of_wire(world) + PROMISED;
	return stamped + PROMISED;
}

/* After sleep the watchdog is as late as the machine. */
static bool is_past(const struct world *world, int64_t deadline)
{
	return world->now > deadline && world->now > world->resumed + PROMISED;
}

struct breach promises_not_late(const struct promises *promises, const struct world *world)
{
	const struct scenario *scenario = &world->scenario;
	int64_t dead = sign_of_life_at_most(world) + window(world) + PROMISED + TICK_MAX + world->slept;
	int64_t idle_from = idle_from_at_most(promises, world);

	if (idle_from != NEVER && is_past(world, idle_from + scenario->idle))
		return (struct breach){"idle longer than promised",
		                       world->now - later(world->active, world->lump) - scenario->idle};
	if (scenario->max > 0 && is_past(world, world->login + scenario->max + LATENCY))
		return (struct breach){"in session longer than max", world->now - world->login};
	if (scenario->keepalive > 0 && is_past(world, dead))
		return (struct breach){"dead peer kept longer than promised", world->now - sign_of_life_at_most(world)};
	return kept;
}

/* -- Not early --------------------------------------------------------------------------------------------------- */

/* Of work it is known at looks only how much there was. */
static int64_t told_work(const struct world *world)
{
	if (world->working != NEVER && world->now - world->scenario.idle / 10 > world->working)
		return world->now - world->scenario.idle / 10;
	return LONG_AGO;
}

struct breach promises_not_early(const struct promises *promises, const struct world *world, enum limit limit)
{
	const struct scenario *scenario = &world->scenario;
	int64_t told = later(promises->told, told_work(world));

	/* A key that came after the limit had run out may be too late, until it is read. */
	bool is_too_late = world->gap >= scenario->idle && world->next[EVENT_READING] != NEVER;

	if (limit == LIMIT_IDLE && world->now < told + scenario->idle && !is_too_late && !is_hidden(world, told))
		return (struct breach){"cut though active within the limit", world->now - told};
	if (limit == LIMIT_MAX && world->now < world->login + scenario->max)
		return (struct breach){"cut before max", world->now - world->login};
	if (limit == LIMIT_KEEPALIVE && world->now < sign_of_life(world) + window(world))
		return (struct breach){"cut though the peer lived", world->now - sign_of_life(world)};
	return kept;
}

/* -- Costs nothing ----------------------------------------------------------------------------------------------- */

/*
 * Looks are bounded: two for a window (activity moves one deadline, its end is another), each with its warnings and a second
 * look; twice in a peer's window; one for each disturbance.
 */
struct breach promises_few_looks(const struct world *world, const struct watcher *watcher)
{
	double windows = (double)(world->now - world->login) / (double)world->scenario.idle;
	double bound = (windows + 1) * 2 * (double)(2 + watcher->engine.idle_warnings.count);

	bound += (double)watcher->engine.max_warnings.count + 2 + watcher->disturbances * 3;
	if (world->scenario.keepalive > 0)
		bound += 3 + (double)(world->now - world->login) / ((world->scenario.is_data_proof ? 0.2 : 0.4) * (double)window(world));
	if (has(world, WITH_FORGING) || has(world, WITH_COMING_AND_GOING) || has(world, WITH_WORKER))
		return kept;
	if (has(world, WITH_WIRE) && !has(world, WITH_INPUT_ONLY))
		bound += (windows + 1) * (has(world, WITH_CHANNEL) ? 200 : 60);
	if (watcher->looks > bound)
		return (struct breach){"too many looks", watcher->looks * SECOND};
	return kept;
}

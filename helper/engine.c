/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/engine.h"

#include "common/duration.h"

static void init_warnings(struct ladder_of_warnings *warnings, const struct policy *policy, uint32_t limit)
{
	uint32_t seconds[POLICY_WARNINGS_MAX];

	*warnings = (struct ladder_of_warnings){.last_given = ENGINE_UNKNOWN};
	warnings->count = policy_warnings_for(policy, limit, seconds);
	for (size_t i = 0; i < warnings->count; i++)
		warnings->before_ns[i] = (int64_t)seconds[i] * NS_PER_SECOND;
}

void engine_init(struct engine *engine, const struct policy *policy, int64_t start)
{
	*engine = (struct engine){
		.idle = (int64_t)policy->value[OPTION_IDLE] * NS_PER_SECOND,
		.window = (int64_t)policy->value[OPTION_KEEPALIVE] * policy->value[OPTION_KEEPALIVE_COUNT] * NS_PER_SECOND,
		.max = (int64_t)policy->value[OPTION_MAX] * NS_PER_SECOND,
		.start = start,
		.active = start,
		.alive = ENGINE_UNKNOWN,
		.settled = ENGINE_NEVER,
		.forgiven = ENGINE_UNKNOWN,
		.extended = ENGINE_UNKNOWN,
	};
	/* What flows to a silent peer is counted between looks: over half the window at least (helper/peer.h). */
	if (policy->value[OPTION_KEEPALIVE_PROOF] == PROOF_DATA)
		engine->glance = engine->window / 2;
	init_warnings(&engine->idle_warnings, policy, policy->value[OPTION_IDLE]);
	init_warnings(&engine->max_warnings, policy, policy->value[OPTION_MAX]);
}

/* Not only the activity that was known then: its moment is told by each look anew, to within some milliseconds. */
bool engine_is_forgiven(const struct engine *engine)
{
	return engine->active < engine->forgiven;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t idle_deadline(const struct engine *engine)
{
	if (engine->idle == 0 || engine_is_forgiven(engine))
		return ENGINE_NEVER;
	return later(engine->active + engine->idle, engine->extended);
}

static int64_t max_deadline(const struct engine *engine)
{
	return engine->max > 0 ? later(engine->start + engine->max, engine->extended) : ENGINE_NEVER;
}

static int64_t peer_deadline(const struct engine *engine)
{
	if (engine->window == 0 || engine->alive == ENGINE_UNKNOWN)
		return ENGINE_NEVER;
	return engine->alive + engine->window + ENGINE_PEER_GRACE_NS;
}

static int64_t deadline_of(const struct engine *engine, enum limit limit)
{
	switch (limit) {
	case LIMIT_IDLE:
		return idle_deadline(engine);
	case LIMIT_KEEPALIVE:
		return engine->is_unanswered ? peer_deadline(engine) : ENGINE_NEVER;
	case LIMIT_MAX:
		return max_deadline(engine);
	case LIMIT_NONE:
		break;
	}
	return ENGINE_NEVER;
}

/* Activity after a warning takes it back: the next stretch is warned of anew. */
static void take_back_warnings(struct ladder_of_warnings *warnings, int64_t active)
{
	if (warnings->last_given != ENGINE_UNKNOWN && active > warnings->last_given) {
		warnings->given = 0;
		warnings->last_given = ENGINE_UNKNOWN;
	}
}

static void absorb(struct engine *engine, const struct sample *sample)
{
	int64_t active = sample->active == ENGINE_UNKNOWN ? sample->now : earlier(sample->active, sample->now);

	if (active > engine->active)
		engine->active = active;
	if (sample->alive == ENGINE_UNKNOWN || sample->alive > engine->alive)
		engine->alive = sample->alive;
	engine->is_unanswered = sample->is_unanswered;
	take_back_warnings(&engine->idle_warnings, engine->active);
}

/* Marks every step whose time has come; true if there was one. A late wake-up gives one warning, not three. */
static bool warning_is_due(struct ladder_of_warnings *warnings, int64_t deadline, int64_t now)
{
	size_t given = warnings->given;

	if (deadline == ENGINE_NEVER)
		return false;
	while (warnings->given < warnings->count && deadline - warnings->before_ns[warnings->given] <= now)
		warnings->given++;
	if (warnings->given == given)
		return false;
	warnings->last_given = now;
	return true;
}

static void begin_warnings(struct ladder_of_warnings *warnings, int64_t deadline, int64_t now)
{
	warnings->given = 0;
	warnings->last_given = ENGINE_UNKNOWN;
	(void)warning_is_due(warnings, deadline, now);
}

static int64_t next_warning(const struct ladder_of_warnings *warnings, int64_t deadline)
{
	if (deadline == ENGINE_NEVER || warnings->given == warnings->count)
		return ENGINE_NEVER;
	return deadline - warnings->before_ns[warnings->given];
}

/* No other limit waits for input to settle. */
static int64_t before_others(const struct engine *engine, int64_t at)
{
	return earlier(at, earlier(max_deadline(engine), deadline_of(engine, LIMIT_KEEPALIVE)));
}

/*
 * Input that has arrived but not yet been read shows on the wire first: such a deadline is looked at once more, and what
 * else wakes the watchdog before that does not shorten its time.
 */
static bool must_settle(struct engine *engine, const struct sample *sample)
{
	int64_t deadline = idle_deadline(engine);

	if (engine->settled != deadline) {
		if (sample->received == ENGINE_UNKNOWN || sample->now - sample->received >= ENGINE_SETTLE_NS)
			return false;
		engine->settled = deadline;
		engine->settle_end = before_others(engine, sample->now + ENGINE_SETTLE_NS);
	}
	return sample->now < engine->settle_end;
}

/* The limit that comes first, of `from` and those behind it. */
static enum limit find_first(const struct engine *engine, enum limit from)
{
	enum limit first = LIMIT_NONE;
	int64_t least = ENGINE_NEVER;

	for (enum limit limit = from; limit <= LIMIT_MAX; limit++) {
		if (deadline_of(engine, limit) < least) {
			least = deadline_of(engine, limit);
			first = limit;
		}
	}
	return first;
}

/* The limit that ran out first, among those that have. */
static enum limit find_expired(const struct engine *engine, enum limit from, int64_t now)
{
	enum limit first = find_first(engine, from);

	return first != LIMIT_NONE && deadline_of(engine, first) <= now ? first : LIMIT_NONE;
}

static struct verdict verdict_of(const struct engine *engine, enum action action, enum limit limit, int64_t now, int64_t wake)
{
	return (struct verdict){.action = action,
	                        .limit = limit,
	                        .left = limit == LIMIT_NONE ? 0 : engine_left(engine, limit, now),
	                        .idle = now - engine->active,
	                        .wake = wake};
}

/* When to look again while nothing has run out. */
static int64_t next_wake(const struct engine *engine, int64_t now)
{
	int64_t idle = idle_deadline(engine), max = max_deadline(engine), peer = peer_deadline(engine);
	int64_t wake = earlier(idle, max);

	if (engine->idle > 0 && engine_is_forgiven(engine))
		wake = earlier(wake, now + engine->idle);
	wake = earlier(wake, next_warning(&engine->idle_warnings, idle));
	wake = earlier(wake, next_warning(&engine->max_warnings, max));
	if (engine->glance > 0 && peer != ENGINE_NEVER)
		wake = earlier(wake, now + engine->glance);
	/* A silence without an open probe proves nothing yet: the kernel's next probe decides within a second. */
	return earlier(wake, peer <= now ? now + NS_PER_SECOND : peer);
}

struct verdict engine_step(struct engine *engine, const struct sample *sample)
{
	int64_t now = sample->now;

	absorb(engine, sample);
	enum limit expired = find_expired(engine, LIMIT_IDLE, now);
	bool is_open = expired == LIMIT_IDLE && (sample->is_unsettled || must_settle(engine, sample));
	/* The others do not wait for what may still show. */
	if (is_open)
		expired = find_expired(engine, LIMIT_IDLE + 1, now);
	if (is_open && expired == LIMIT_NONE) {
		int64_t again = sample->is_unsettled ? before_others(engine, sample->again) : engine->settle_end;
		return verdict_of(engine, ACTION_WAIT, LIMIT_NONE, now, again);
	}
	if (expired != LIMIT_NONE)
		return verdict_of(engine, ACTION_CUT, expired, now, ENGINE_NEVER);
	bool warn_idle = warning_is_due(&engine->idle_warnings, idle_deadline(engine), now);
	bool warn_max = warning_is_due(&engine->max_warnings, max_deadline(engine), now);
	int64_t wake = earlier(next_wake(engine, now), sample->again);
	if (!warn_idle && !warn_max)
		return verdict_of(engine, ACTION_WAIT, LIMIT_NONE, now, wake);
	bool is_idle_nearer = idle_deadline(engine) <= max_deadline(engine);
	enum limit limit = warn_idle && (is_idle_nearer || !warn_max) ? LIMIT_IDLE : LIMIT_MAX;
	return verdict_of(engine, ACTION_WARN, limit, now, wake);
}

void engine_forgive(struct engine *engine, enum limit limit)
{
	if (limit == LIMIT_IDLE)
		engine->forgiven = idle_deadline(engine);
	else if (limit == LIMIT_MAX)
		engine->max = 0;
	else if (limit == LIMIT_KEEPALIVE)
		engine->window = 0;
}

bool engine_extend(struct engine *engine, int64_t now, int64_t until)
{
	/* A rehearsal whose limit has passed goes on with the new one. */
	bool is_idle_moved = engine->idle > 0 && (engine_is_forgiven(engine) || idle_deadline(engine) < until);
	bool is_max_moved = max_deadline(engine) < until;

	if (!is_idle_moved && !is_max_moved)
		return false;
	engine->extended = later(engine->extended, until);
	if (is_idle_moved) {
		engine->forgiven = ENGINE_UNKNOWN;
		begin_warnings(&engine->idle_warnings, idle_deadline(engine), now);
	}
	if (is_max_moved)
		begin_warnings(&engine->max_warnings, max_deadline(engine), now);
	return true;
}

int64_t engine_left(const struct engine *engine, enum limit limit, int64_t now)
{
	int64_t deadline = deadline_of(engine, limit);

	if (deadline == ENGINE_NEVER)
		return ENGINE_NEVER;
	return deadline > now ? deadline - now : 0;
}

enum limit engine_first(const struct engine *engine)
{
	return find_first(engine, LIMIT_IDLE);
}

uint32_t limit_seconds(enum limit limit, const struct policy *policy)
{
	static const enum option_id option_of[] = {
		[LIMIT_IDLE] = OPTION_IDLE, [LIMIT_KEEPALIVE] = OPTION_KEEPALIVE, [LIMIT_MAX] = OPTION_MAX};

	return limit == LIMIT_NONE ? 0 : policy->value[option_of[limit]];
}

const char *limit_name(enum limit limit)
{
	static const char *const names[] = {[LIMIT_NONE] = "", [LIMIT_IDLE] = "idle", [LIMIT_KEEPALIVE] = "keepalive",
	                                    [LIMIT_MAX] = "max"};

	return names[limit];
}

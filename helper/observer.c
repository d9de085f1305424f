/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/observer.h"

#include "common/duration.h"
#include "helper/process_source.h"
#include "helper/stamp_clock.h"

/* Looks in the time of the idle limit while processes are to be measured; so little time between them tells nothing. */
#define WORK_LOOKS 10
#define WORK_PAUSE_MIN_NS (500 * NS_PER_MS)

/* How close looks are while stamps are suspicious: a share of the idle limit, within these. */
#define SUSPICIOUS_SHARE 64
#define SUSPICIOUS_MIN_NS NS_PER_SECOND
#define SUSPICIOUS_MAX_NS (60 * NS_PER_SECOND)

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void observer_init(struct observer *observer, const struct policy *policy, int64_t start, int64_t offset)
{
	*observer = (struct observer){
		.counted = policy->value[OPTION_ACTIVITY],
		.proof = policy->value[OPTION_KEEPALIVE_PROOF],
		.interval = policy->value[OPTION_KEEPALIVE],
		.idle = (int64_t)policy->value[OPTION_IDLE] * NS_PER_SECOND,
		.now = start,
		/* The first offset is its own predecessor: nothing has been set since. */
		.offset = {.now = offset, .before = offset},
		.work = {.worked_at = ENGINE_UNKNOWN},
		.latest = start,
		.warned = ENGINE_UNKNOWN,
		.own_output = ENGINE_UNKNOWN,
		.keeper = SOURCE_COUNT,
	};
	for (enum source source = 0; source < SOURCE_COUNT; source++)
		observer->sources.latest[source] = ENGINE_UNKNOWN;
	network_init(&observer->network, start);
}

void observer_expect_no_keepalives(struct observer *observer)
{
	observer->network.is_plain = true;
}

static bool is_auto(const struct observer *observer)
{
	return observer->counted & ACTIVITY_AUTO;
}

/* A source that does not count, or to no end, is read when there is a look and causes none. */
static bool is_sought(const struct observer *observer, enum source source)
{
	return observer->idle > 0 && activity_counts(observer->counted, source);
}

bool observer_counts_every_process(const struct observer *observer)
{
	return !is_auto(observer) && activity_counts(observer->counted, SOURCE_PROCESS);
}

struct tty_look observer_begin(struct observer *observer, int64_t wall, int64_t now, const struct wire *wire)
{
	observer->now = now;
	observer->offset = wall_offset_next(&observer->offset, wall, now);
	observer->wire = *wire;
	peer_flow_take(&observer->flow, wire, observer->interval, now);
	return (struct tty_look){
		.offset = &observer->offset,
		.now = now,
		.heard = wire->is_known ? network_heard(&observer->network, wire) : now,
		.payload = wire->is_known ? observer->network.vouched : ENGINE_UNKNOWN,
	};
}

void observer_warned(struct observer *observer)
{
	observer->warned = observer->now;
}

static struct network_look network_look(const struct observer *observer, const struct terminals_reading *terminals)
{
	return (struct network_look){
		.now = observer->now,
		.idle = observer->idle,
		.typed = terminals->input,
		.printed = terminals->output,
		.warned = observer->warned,
	};
}

bool observer_wants_sockets(const struct observer *observer, const struct terminals_reading *terminals)
{
	struct network_look look = network_look(observer, terminals);

	return is_sought(observer, SOURCE_NETWORK) && network_wants_sockets(&observer->network, &observer->wire, &look);
}

/*
 * The watchdog's own warning is output too, and hides in its bucket (stamp_clock.h) whatever is printed for eight seconds: neither
 * counts. Nor does the stamp later, if a second warning could not be written.
 */
static bool is_own_output(struct observer *observer, int64_t output)
{
	if (observer->warned == ENGINE_UNKNOWN || output == ENGINE_UNKNOWN)
		return false;
	if (output >= observer->warned && output <= observer->warned + STAMP_BUCKET_NS + STAMP_CLOCK_SLACK_NS)
		observer->own_output = later(observer->own_output, output);
	return output <= observer->own_output;
}

static void take_terminals(struct observer *observer, const struct terminals_reading *terminals)
{
	observer->sources.has_terminal = terminals->has_terminal;
	observer->sources.latest[SOURCE_INPUT] = activity_input(terminals->input, &observer->wire);
	if (!is_own_output(observer, terminals->output))
		observer->sources.latest[SOURCE_OUTPUT] = terminals->output;
	observer->has_lost_terminal |= terminals->has_lost_one;
	observer->is_news = terminals->is_forged && !observer->is_spoofed;
	observer->is_spoofed |= terminals->is_forged;
	if (terminals->is_forged || terminals->is_doubtful)
		observer->suspicious_until = observer->now + observer->idle;
}

/* Beside a terminal that nobody can read, all payload is what there is to go by. */
static int64_t payload_of(const struct observer *observer, const struct terminals_reading *terminals)
{
	bool is_told_apart = !terminals->has_terminal || terminals->input != ENGINE_UNKNOWN;

	return is_auto(observer) && is_told_apart ? observer->network.channels : observer->network.payload;
}

static void take_network(struct observer *observer, const struct terminals_reading *terminals, uint64_t switches,
                         const struct socket_hints *sockets)
{
	struct network_look look = network_look(observer, terminals);

	look.switches = switches;
	network_take(&observer->network, &observer->wire, &look, sockets);
	observer->sources.latest[SOURCE_NETWORK] = observer->wire.is_known ? payload_of(observer, terminals) : ENGINE_UNKNOWN;
}

/*
 * A terminal that went since the last look took along when it was last typed on: `exit` can have been typed just now, as far
 * as the wire allows.
 */
static void allow_lost_input(struct observer *observer)
{
	int64_t *input = &observer->sources.latest[SOURCE_INPUT];
	int64_t heard = observer->wire.is_known ? observer->network.heard : observer->now;

	if (!observer->has_lost_terminal || (observer->wire.is_known && network_is_unsettled(&observer->network)))
		return;
	observer->has_lost_terminal = false;
	*input = later(*input, heard);
}

static int64_t work_pause(const struct observer *observer)
{
	return later(observer->idle / WORK_LOOKS, WORK_PAUSE_MIN_NS);
}

static void take_work(struct observer *observer, const struct processes_reading *processes)
{
	struct work *work = &observer->work;
	int64_t elapsed = observer->now - work->read_at;
	bool is_first = work->read_at == 0;

	if (!is_first && process_worked(work->ticks, processes->cpu_ticks, elapsed, processes->ticks_per_second))
		work->worked_at = observer->now;
	else if (!is_first && elapsed < work_pause(observer))
		return;
	work->ticks = processes->cpu_ticks;
	work->read_at = observer->now;
	observer->sources.latest[SOURCE_PROCESS] = work->worked_at;
}

static int64_t next_look(const struct observer *observer, const struct processes_reading *processes)
{
	bool has_work = is_sought(observer, SOURCE_PROCESS) && (processes->has_any || !is_auto(observer));
	int64_t again = has_work ? observer->now + work_pause(observer) : ENGINE_NEVER;

	if (observer->wire.is_known && (is_sought(observer, SOURCE_NETWORK) || observer->has_lost_terminal))
		again = earlier(again, observer->network.next);
	if (observer->now < observer->suspicious_until) {
		int64_t pause = later(observer->idle / SUSPICIOUS_SHARE, SUSPICIOUS_MIN_NS);
		again = earlier(again, observer->now + earlier(pause, SUSPICIOUS_MAX_NS));
	}
	return again;
}

static int64_t find_activity(struct observer *observer)
{
	struct activity activity = activity_latest(observer->counted, &observer->sources);

	if (activity.latest > observer->latest) {
		observer->latest = activity.latest;
		observer->keeper = activity.source;
	}
	return activity.latest;
}

struct sample observer_end(struct observer *observer, const struct terminals_reading *terminals,
                           const struct processes_reading *processes, const struct socket_hints *sockets)
{
	const struct wire *wire = &observer->wire;

	take_terminals(observer, terminals);
	take_network(observer, terminals, processes->switches, sockets);
	allow_lost_input(observer);
	take_work(observer, processes);
	bool is_exchanging = is_sought(observer, SOURCE_NETWORK) && network_is_unsettled(&observer->network);
	return (struct sample){
		.now = observer->now,
		.active = find_activity(observer),
		.received = wire->is_known ? wire->received : ENGINE_UNKNOWN,
		.alive = wire->is_known ? peer_alive(wire, &observer->flow, observer->proof) : ENGINE_UNKNOWN,
		.is_unanswered = peer_is_unanswered(wire, observer->proof),
		.again = next_look(observer, processes),
		/* What the first forgery hides shows at the next look, and so does what a terminal took along. */
		.is_unsettled = is_exchanging || observer->is_news || observer->has_lost_terminal,
	};
}

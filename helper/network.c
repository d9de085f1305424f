/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/network.h"

#include "common/duration.h"
#include "helper/engine.h"
#include "helper/stamp_clock.h"

/* The wire must have been silent for two round trips and this. */
#define SILENCE_MIN_NS (INT64_C(100) * NS_PER_MS)
#define SILENCE_MAX_NS (INT64_C(500) * NS_PER_MS)
#define SILENCE_STEP_NS (INT64_C(10) * NS_PER_MS)

/* Small exchanges that never pause for so long are a conversation. */
#define UNSETTLED_MAX_NS (INT64_C(2) * NS_PER_SECOND)

/* A client widens its window, with a message of the size of a key, for 33 kB of output or more (measured). */
#define ADJUST_MIN 16384

/* Looks in the time of the idle limit: while data move, and while nothing does. */
#define LOOKS_BUSY 10
#define LOOKS_SILENT 5

/* Keepalives are at least a second apart: no shorter stretch is needed to see one by itself. */
#define PAUSE_MIN_NS (INT64_C(300) * NS_PER_MS)

/* Keepalives leave silences of two pauses at the most once they are told one by one: after one of so many there are none. */
#define PAUSES_SILENT 4

/* So many stretches, each with room for one exchange, have shown keepalives if there are any. */
#define UNSURE_STRETCHES 8

/* A client of OpenSSH 9.5 or newer goes on sending for so long after a key (ObscureKeystrokeTiming, ssh_config(5)). */
#define CHAFF_NS (INT64_C(3) * NS_PER_SECOND)

/* What warnings on the terminals of a session come to on the wire. */
#define WARNINGS_MAX 2048

/* Of so many context switches for a segment some may be its reader's; a process that wakes more often does so by itself. */
#define SWITCHES_PER_SEGMENT 4

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void network_init(struct network *network, int64_t now)
{
	*network = (struct network){
		.stretch = now,
		.answered = ENGINE_UNKNOWN,
		.unsettled = ENGINE_NEVER,
		.payload = now,
		.channels = now,
		.unsure_at = ENGINE_UNKNOWN,
		.heard = now,
		.vouched = ENGINE_UNKNOWN,
		.next = ENGINE_NEVER,
	};
}

static struct traffic moved_since(const struct network *network, const struct wire *wire)
{
	return traffic_between(&network->counted, &wire->moved);
}

static bool is_nothing(const struct traffic *moved)
{
	return moved->in_bytes == 0 && moved->out_bytes == 0;
}

static int64_t silence_needed(const struct wire *wire)
{
	return earlier(SILENCE_MIN_NS + 2 * wire->round_trip, SILENCE_MAX_NS);
}

/* What the terminals account for in this stretch: their stamps allow no less. */
struct accounts {
	bool is_typed, is_printed, is_warned;
};

/* Output that the stamps allow for no longer than the bucket of a warning is that warning. */
static bool is_own(const struct network *network, const struct network_look *look)
{
	return look->warned >= network->stretch && look->printed <= look->warned + STAMP_BUCKET_NS + STAMP_CLOCK_SLACK_NS;
}

/* Much output makes the client widen its window: a look between the two parts them. */
static bool is_answer(const struct network *network, const struct wire *wire)
{
	return network->answered != ENGINE_UNKNOWN && wire->received >= network->stretch && wire->received <= network->answered;
}

static struct accounts account_for(const struct network *network, const struct wire *wire, const struct network_look *look)
{
	bool is_printed = look->printed != ENGINE_UNKNOWN && look->printed >= network->stretch;

	return (struct accounts){
		.is_typed = look->typed != ENGINE_UNKNOWN && look->typed >= network->stretch,
		.is_printed = (is_printed && !is_own(network, look)) || is_answer(network, wire),
		.is_warned = is_printed && is_own(network, look),
	};
}

bool network_wants_sockets(const struct network *network, const struct wire *wire, const struct network_look *look)
{
	struct traffic moved = moved_since(network, wire);

	if (network->is_plain)
		return wire->is_known;
	/* Beside a terminal that prints, only what came in has to be small. */
	if (!wire->is_known || moved.in_bytes == 0 || moved.in_bytes > moved.in_segments * TRAFFIC_KEEPALIVE_MAX)
		return false;
	if (account_for(network, wire, look).is_typed && wire->received <= look->typed)
		return false;
	return look->now - peer_payload(wire) >= silence_needed(wire) && !traffic_is_certain(&network->sizes, &moved);
}

static struct traffic_hints make_hints(const struct network *network, const struct traffic *moved, const struct wire *wire,
                                       const struct network_look *look, const struct socket_hints *sockets)
{
	uint64_t woken = look->switches > network->switches ? look->switches - network->switches : 0;
	int64_t apart = wire->received - wire->sent;

	return (struct traffic_hints){
		.is_worked = woken > 0 && woken <= SWITCHES_PER_SEGMENT * (moved->in_segments + moved->out_segments),
		/* What the connection sent before this stretch tells nothing of it. */
		.is_relayed = sockets->is_sent_together || (sockets->is_received_together && moved->out_bytes > 0),
		.is_elsewhere = sockets->is_any,
		.is_apart = apart > silence_needed(wire) || -apart > silence_needed(wire),
	};
}

/*
 * Beside a terminal in use only what went on to a process or a socket is told apart. What came
 * after the typing may be keepalives, as far as this connection has any.
 */
static enum traffic_kind judge_beside_terminal(const struct network *network, const struct traffic *moved, const struct wire *wire,
                                               const struct network_look *look, const struct traffic_hints *hints,
                                               const struct socket_hints *sockets)
{
	if (hints->is_worked || sockets->is_sent_together)
		return TRAFFIC_PAYLOAD;
	if (moved->in_bytes == 0)
		return TRAFFIC_NONE;
	if (look->typed == ENGINE_UNKNOWN || look->typed < network->stretch)
		return moved->in_bytes > moved->in_segments * TRAFFIC_KEEPALIVE_MAX ? TRAFFIC_PAYLOAD : TRAFFIC_NONE;
	/* What is printed after the typing makes the client widen its window. */
	bool is_after = look->printed <= look->typed && wire->received > look->typed + CHAFF_NS;
	return !network->sizes.is_known && is_after ? TRAFFIC_UNSURE : TRAFFIC_NONE;
}

static void note_payload(struct network *network, const struct traffic *moved, const struct wire *wire)
{
	network->payload = later(network->payload, peer_payload(wire));
	if (moved->in_bytes > 0)
		network->heard = later(network->heard, wire->received);
}

/* A warning has gone out: what else has is not told apart from it. */
static enum traffic_kind judge_beside_warning(const struct network *network, const struct traffic *moved,
                                              const struct traffic_hints *hints)
{
	const struct keepalive_sizes *sizes = &network->sizes;
	bool is_explained = sizes->is_known && moved->in_bytes >= moved->in_segments * sizes->in_min &&
	                    moved->in_bytes <= moved->in_segments * sizes->in_max;

	if (moved->in_bytes == 0 || (is_explained && sizes->in_min == sizes->in_max))
		return TRAFFIC_NONE;
	if (hints->is_worked || hints->is_relayed || moved->in_bytes > moved->in_segments * TRAFFIC_KEEPALIVE_MAX)
		return TRAFFIC_PAYLOAD;
	/*
	 * What was printed just before, or is more than warnings come to, makes the client widen its window; a lone segment may be
	 * the first of its keepalives.
	 */
	if (is_explained || network->is_torn || moved->out_bytes > WARNINGS_MAX || (!sizes->is_known && moved->in_segments == 1))
		return TRAFFIC_NONE;
	return sizes->is_known ? TRAFFIC_PAYLOAD : TRAFFIC_UNSURE;
}

/* What a torn exchange of a known size has left for this stretch is taken from it. */
static struct traffic without_rest(const struct network *network, const struct traffic *moved)
{
	const struct keepalive_sizes *sizes = &network->sizes;
	struct traffic rest = *moved;

	if (!network->is_torn || !sizes->is_known)
		return rest;
	if (moved->in_segments == moved->out_segments + 1 && moved->in_bytes >= sizes->in_max) {
		rest.in_segments--;
		rest.in_bytes -= sizes->in_max;
	} else if (moved->out_segments == moved->in_segments + 1 && moved->out_bytes >= sizes->out_max) {
		rest.out_segments--;
		rest.out_bytes -= sizes->out_max;
	}
	return is_nothing(&rest) || traffic_is_explained(sizes, &rest) ? rest : *moved;
}

/*
 * What a terminal accounts for is its payload only if its stamps are true: that they are, the wire confirms with what no keepalive
 * can be, nor the answer to much output.
 */
static void note_vouched(struct network *network, const struct traffic *moved, const struct wire *wire)
{
	const struct keepalive_sizes *sizes = &network->sizes;
	/* Of the client's side alone: what terminals print stands in the sums of the other. */
	bool is_explained = !sizes->is_known || (moved->in_bytes >= moved->in_segments * sizes->in_min &&
	                                         moved->in_bytes <= moved->in_segments * sizes->in_max);

	if (moved->in_bytes > 0 && moved->out_bytes < ADJUST_MIN && !is_explained)
		network->vouched = later(network->vouched, wire->received);
}

static void note_unsure(struct network *network, const struct traffic *moved, int64_t at)
{
	if (network->unsure_at == ENGINE_UNKNOWN)
		network->unsure_for = UNSURE_STRETCHES;
	network->unsure.in_bytes += moved->in_bytes;
	network->unsure.in_segments += moved->in_segments;
	network->unsure.out_bytes += moved->out_bytes;
	network->unsure.out_segments += moved->out_segments;
	network->unsure_at = later(network->unsure_at, at);
}

static enum traffic_kind judge_with_terminal(struct network *network, const struct traffic *moved, const struct wire *wire,
                                             const struct network_look *look, const struct traffic_hints *hints,
                                             const struct socket_hints *sockets)
{
	static const struct traffic no_sums = {0};
	struct accounts accounts = account_for(network, wire, look);
	bool is_own_only = accounts.is_warned && !accounts.is_typed;
	enum traffic_kind kind = is_own_only ? judge_beside_warning(network, moved, hints)
	                                     : judge_beside_terminal(network, moved, wire, look, hints, sockets);

	/* A warning on its way to the client is nobody's activity. */
	if (!is_own_only || kind != TRAFFIC_NONE || moved->out_bytes > WARNINGS_MAX)
		note_payload(network, moved, wire);
	note_vouched(network, moved, wire);
	if (kind == TRAFFIC_PAYLOAD)
		network->channels = later(network->channels, moved->in_bytes > 0 ? wire->received : wire->sent);
	if (kind == TRAFFIC_UNSURE)
		note_unsure(network, &no_sums, wire->received);
	return kind == TRAFFIC_UNSURE ? kind : TRAFFIC_PAYLOAD;
}

static enum traffic_kind judge(struct network *network, const struct traffic *moved, const struct wire *wire,
                               const struct network_look *look, const struct socket_hints *sockets)
{
	struct traffic_hints hints = make_hints(network, moved, wire, look, sockets);
	struct accounts accounts = account_for(network, wire, look);
	struct traffic whole = without_rest(network, moved);

	if (is_nothing(moved))
		return TRAFFIC_NONE;
	if (accounts.is_typed || accounts.is_printed || accounts.is_warned)
		return judge_with_terminal(network, moved, wire, look, &hints, sockets);
	if (is_nothing(&whole))
		return TRAFFIC_KEEPALIVES;
	/* Sizes that are known explain nothing while a socket moves whose messages can be of the same. */
	bool is_open = !traffic_is_explained(&network->sizes, &whole);
	enum traffic_kind kind = traffic_judge(&network->sizes, &whole, &hints);
	if (kind == TRAFFIC_UNSURE && is_open) {
		note_unsure(network, moved, peer_payload(wire));
		network->is_unsure_worked |= hints.is_worked;
	} else if (kind != TRAFFIC_KEEPALIVES) {
		note_payload(network, moved, wire);
		note_vouched(network, moved, wire);
		network->channels = network->payload;
	}
	return kind;
}

static bool is_rarer(const struct network *network, enum traffic_kind kind, const struct wire *wire,
                     const struct network_look *look, const struct socket_hints *sockets)
{
	if (kind == TRAFFIC_NONE)
		return look->now - peer_payload(wire) >= PAUSES_SILENT * network->pause;
	return kind == TRAFFIC_PAYLOAD || !sockets->is_any;
}

/*
 * After a stretch that held too much to tell, looks are half as far apart as its exchanges were, so that one holds
 * one. When they are known, and nothing else moves that they could be confused with, looks become rarer again, and so they
 * do from login on: a connection's first keepalive is then in a stretch without a second one, and known at once.
 */
static void pace(struct network *network, enum traffic_kind kind, const struct traffic *moved, const struct wire *wire,
                 const struct network_look *look, const struct socket_hints *sockets)
{
	int64_t usual = later(look->idle / LOOKS_BUSY, PAUSE_MIN_NS);
	bool is_pending = network->unsure_at != ENGINE_UNKNOWN;

	/* No longer than half a usual stretch: this one may have held a suspend. */
	if (kind == TRAFFIC_UNSURE)
		network->pause = later(earlier(look->now - network->stretch, usual) / (int64_t)(2 * moved->in_segments + 1), PAUSE_MIN_NS);
	else if (network->pause == 0)
		network->pause = PAUSE_MIN_NS;
	else if (!is_pending && is_rarer(network, kind, wire, look, sockets))
		network->pause *= 2;
	network->pause = earlier(network->pause, usual);
	bool is_quiet = kind == TRAFFIC_NONE && !is_pending && network->pause == usual;
	int64_t pause = is_quiet ? later(look->idle / LOOKS_SILENT, usual) : network->pause;
	network->next = look->idle > 0 ? look->now + pause : ENGINE_NEVER;
}

static bool is_unsure_explained(const struct network *network)
{
	if (network->unsure.in_segments == 0)
		return network->sizes.is_known;
	if (network->is_unsure_worked)
		return traffic_is_certain(&network->sizes, &network->unsure);
	return traffic_is_explained(&network->sizes, &network->unsure);
}

/* What was not sure is nothing once keepalives are known that explain it, and payload when enough stretches have shown none. */
static void settle_unsure(struct network *network)
{
	if (network->unsure_at == ENGINE_UNKNOWN)
		return;
	bool is_explained = is_unsure_explained(network);
	if (!is_explained && network->unsure_for-- > 0)
		return;
	if (!is_explained) {
		network->payload = later(network->payload, network->unsure_at);
		network->channels = later(network->channels, network->unsure_at);
		network->heard = later(network->heard, network->unsure_at);
	}
	network->unsure = (struct traffic){0};
	network->unsure_at = ENGINE_UNKNOWN;
	network->is_unsure_worked = false;
}

/* True when the stretch is not to end here. */
static bool is_in_exchange(struct network *network, const struct traffic *moved, const struct wire *wire,
                           const struct network_look *look)
{
	int64_t needed = silence_needed(wire);
	struct accounts accounts = account_for(network, wire, look);
	/* A program that prints on does not pause for a warning. */
	bool is_terminals = accounts.is_typed || accounts.is_printed || (accounts.is_warned && moved->in_bytes == 0);

	if (look->now - peer_payload(wire) >= needed || !traffic_is_small(moved) || is_terminals)
		return false;
	if (network->unsettled == ENGINE_NEVER)
		network->unsettled = look->now;
	if (look->now - network->unsettled >= UNSETTLED_MAX_NS)
		return false;
	/* Not later: the next keepalive may be a second away. */
	network->next = later(peer_payload(wire) + needed, look->now + SILENCE_STEP_NS);
	return true;
}

int64_t network_heard(const struct network *network, const struct wire *wire)
{
	struct traffic moved = moved_since(network, wire);

	if (moved.in_bytes == 0 || traffic_is_certain(&network->sizes, &moved))
		return network->heard;
	return wire->received;
}

bool network_is_unsettled(const struct network *network)
{
	return network->unsettled != ENGINE_NEVER || network->unsure_at != ENGINE_UNKNOWN;
}

static bool is_conversing(const struct network *network, const struct wire *wire, const struct network_look *look)
{
	if (network->unsettled == ENGINE_NEVER || look->now - network->unsettled < UNSETTLED_MAX_NS)
		return false;
	return look->now - peer_payload(wire) < silence_needed(wire);
}

/* Its moments are told to the tick: nothing is gained by looking before the limit does. A terminal has stamps of its own. */
static void take_plain(struct network *network, const struct traffic *moved, const struct wire *wire,
                       const struct network_look *look, const struct socket_hints *sockets)
{
	bool has_terminal = look->typed != ENGINE_UNKNOWN || look->printed != ENGINE_UNKNOWN;

	if (!is_nothing(moved))
		note_payload(network, moved, wire);
	network->payload = later(network->payload, sockets->transferred);
	network->channels = later(network->channels, has_terminal ? sockets->transferred : network->payload);
	network->counted = wire->moved;
	network->next = ENGINE_NEVER;
}

void network_take(struct network *network, const struct wire *wire, const struct network_look *look,
                  const struct socket_hints *sockets)
{
	struct traffic moved = moved_since(network, wire);

	if (wire->is_known && network->is_plain) {
		take_plain(network, &moved, wire, look, sockets);
		return;
	}
	if (!wire->is_known || is_in_exchange(network, &moved, wire, look))
		return;
	bool is_conversation = is_conversing(network, wire, look);
	bool is_printed = account_for(network, wire, look).is_printed;
	enum traffic_kind kind = judge(network, &moved, wire, look, sockets);
	if (is_conversation) {
		note_payload(network, &moved, wire);
		network->channels = later(network->channels, peer_payload(wire));
	}
	pace(network, kind, &moved, wire, look, sockets);
	settle_unsure(network);
	network->unsettled = ENGINE_NEVER;
	network->is_torn = look->now - peer_payload(wire) < silence_needed(wire);
	network->answered = is_printed ? wire->sent + silence_needed(wire) : ENGINE_UNKNOWN;
	network->counted = wire->moved;
	network->switches = look->switches;
	network->stretch = look->now;
}

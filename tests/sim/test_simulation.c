/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The watchdog's judgement in simulated sessions: what it is told by stamps and ages, against what really happened.
 *
 * IDLETIMEOUT_SEED=N repeats the scenarios of a run; a failure prints the seed that makes its scenario the first.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "helper/activity.h"
#include "helper/engine.h"
#include "helper/peer.h"
#include "helper/tty_clock.h"
#include "tests/sim/world.h"
#include "tests/unit/unit.h"

/* Scenarios of each kind. */
#define RUNS 700

/* The promises: after the limit, and more when the client's own data keep the wire from telling when input ended. */
#define PROMISED SECOND
#define STAMP_QUANTUM (8 * SECOND)

/* As helper/tcp.c rounds ages of TCP_INFO. */
#define TICK_MAX (10 * MILLISECOND)

/* A process is scheduled within this of its timer. */
#define LATENCY (2 * MILLISECOND)

struct watcher {
	struct policy policy;
	struct engine engine;
	struct wall_offset offset;
	struct tty_clock clocks[TERMINALS_MAX];
	int64_t wake;
	unsigned looks, disturbances;
};

struct tally {
	uint64_t runs, cuts, looks;
	double windows;
};

static uint64_t first_seed;

/* -- What the watchdog sees -------------------------------------------------------------------------------------- */

static int64_t moment(const struct world *world, int64_t stamp)
{
	int64_t at = world->now - world_age_ms(world, stamp) * MILLISECOND + TICK_MAX;

	return at < world->now ? at : world->now;
}

static struct wire see_wire(const struct world *world)
{
	if (!(world->scenario.with & WITH_WIRE))
		return (struct wire){.is_known = false};
	return (struct wire){
		.is_known = true,
		.is_closed = world->is_closed,
		.unanswered = world->probes + world->retransmits,
		.received = moment(world, world->received),
		.sent = moment(world, world->sent),
		.acked = moment(world, world->acked),
	};
}

static int64_t see_terminals(struct watcher *watcher, const struct world *world)
{
	int64_t latest = ENGINE_UNKNOWN;

	for (size_t i = 0; i < TERMINALS_MAX; i++) {
		if (!world->terminals[i].is_open) {
			watcher->clocks[i] = (struct tty_clock){.device = 0};
			continue;
		}
		int64_t typed = tty_clock_take(&watcher->clocks[i], world->terminals[i].stamp, &watcher->offset, world->now);
		latest = typed > latest ? typed : latest;
	}
	return latest;
}

static struct verdict look(struct watcher *watcher, const struct world *world)
{
	struct wire wire = see_wire(world);
	uint32_t proof = watcher->policy.value[OPTION_KEEPALIVE_PROOF];

	watcher->looks++;
	watcher->offset = wall_offset_next(&watcher->offset, world->now + world->offset, world->now);
	int64_t typed = see_terminals(watcher, world);
	struct sample sample = {
		.now = world->now,
		.active = activity_latest(ACTIVITY_AUTO, typed, world_count_terminals(world) > 0, &wire),
		.received = wire.is_known ? wire.received : ENGINE_UNKNOWN,
		.alive = wire.is_known ? peer_alive(&wire, proof) : ENGINE_UNKNOWN,
		.is_unanswered = peer_is_unanswered(&wire, proof),
	};
	return engine_step(&watcher->engine, &sample);
}

/* -- What was promised ------------------------------------------------------------------------------------------- */

static void broken(const struct world *world, const char *promise, int64_t value)
{
	(void)fprintf(stderr, "\nIDLETIMEOUT_SEED=%" PRIu64 " repeats this scenario first:\n", world->scenario.seed);
	world_print(world, stderr);
	fail_msg("%s at %.6f s: %.6f s", promise, (double)(world->now - world->login) / 1e9, (double)value / 1e9);
}

static int64_t window(const struct world *world)
{
	return (int64_t)world->scenario.keepalive * world->scenario.count * SECOND;
}

static int64_t sign_of_life(const struct world *world)
{
	return world->scenario.is_data_proof ? world->heard : world->alive;
}

/* The latest moment that a session can be idle from, as far as can be known, with what is promised on top. */
static int64_t idle_from_at_most(const struct world *world)
{
	int64_t stamped = world->possible > world->active ? world->possible : world->active;

	/* Ages of TCP do not count time asleep, and payload is told by nothing else. */
	if (world_count_terminals(world) == 0)
		return world->active + world->slept + PROMISED;
	if (world->scenario.with & WITH_COMING_AND_GOING)
		stamped += world->slept;
	else if (world->is_quiet)
		return world->active + PROMISED;
	else if (!(world->scenario.with & (WITH_STEPS | WITH_SUSPEND)))
		return world->active + STAMP_QUANTUM + PROMISED;
	return stamped + PROMISED;
}

/* After sleep the watchdog is as late as the machine. */
static bool is_past(const struct world *world, int64_t deadline)
{
	return world->now > deadline && world->now > world->resumed + PROMISED;
}

static void check_not_late(const struct world *world)
{
	const struct scenario *scenario = &world->scenario;
	int64_t dead = sign_of_life(world) + window(world) + PROMISED + TICK_MAX + world->slept;

	if (is_past(world, idle_from_at_most(world) + scenario->idle))
		broken(world, "idle longer than promised", world->now - world->active);
	if (scenario->max > 0 && is_past(world, world->login + scenario->max + LATENCY))
		broken(world, "in session longer than max", world->now - world->login);
	if (scenario->keepalive > 0 && is_past(world, dead))
		broken(world, "dead peer kept longer than promised", world->now - sign_of_life(world));
}

static void check_not_early(const struct world *world, const struct verdict *verdict)
{
	const struct scenario *scenario = &world->scenario;

	/* A key that came after the limit had run out may be too late, until it is read. */
	bool is_too_late = world->gap >= scenario->idle && world->next[SOURCE_READING] != NEVER;

	if (verdict->limit == LIMIT_IDLE && world->now < world->active + scenario->idle && !is_too_late)
		broken(world, "cut though active within the limit", world->now - world->active);
	if (verdict->limit == LIMIT_MAX && world->now < world->login + scenario->max)
		broken(world, "cut before max", world->now - world->login);
	if (verdict->limit == LIMIT_KEEPALIVE && world->now < sign_of_life(world) + window(world))
		broken(world, "cut though the peer lived", world->now - sign_of_life(world));
}

/*
 * Looks are bounded: two for a window (activity moves one deadline, its end is another), each with its warnings and a second
 * look; twice in a peer's window; one for each disturbance.
 */
static void check_looks(const struct world *world, const struct watcher *watcher)
{
	double windows = (double)(world->now - world->login) / (double)world->scenario.idle;
	double bound = (windows + 1) * 2 * (double)(2 + watcher->engine.idle_warnings.count);

	bound += (double)watcher->engine.max_warnings.count + 2 + watcher->disturbances * 3;
	if (world->scenario.keepalive > 0)
		bound += 3 + (double)(world->now - world->login) / (0.4 * (double)window(world));
	if (watcher->looks > bound)
		broken(world, "too many looks", watcher->looks * SECOND);
}

/* -- One session ------------------------------------------------------------------------------------------------- */

static void begin(struct watcher *watcher, const struct world *world)
{
	const struct scenario *scenario = &world->scenario;

	*watcher = (struct watcher){.wake = world->now, .offset = {.now = world->offset}};
	policy_init(&watcher->policy);
	watcher->policy.value[OPTION_IDLE] = (uint32_t)(scenario->idle / SECOND);
	watcher->policy.value[OPTION_MAX] = (uint32_t)(scenario->max / SECOND);
	watcher->policy.value[OPTION_KEEPALIVE] = scenario->keepalive;
	watcher->policy.value[OPTION_KEEPALIVE_COUNT] = scenario->count;
	watcher->policy.value[OPTION_KEEPALIVE_PROOF] = scenario->is_data_proof ? PROOF_DATA : PROOF_TCP;
	engine_init(&watcher->engine, &watcher->policy, world->login);
}

static struct kernel_probing probing_of(const struct scenario *scenario)
{
	if (scenario->keepalive == 0)
		return (struct kernel_probing){.rto_max = 120 * SECOND};
	struct probing probing = peer_probing(scenario->keepalive, scenario->count);
	return (struct kernel_probing){.idle = probing.idle_s * SECOND,
	                               .interval = probing.interval_s * SECOND,
	                               .rto_max = probing.rto_max_ms * MILLISECOND,
	                               .count = (unsigned)probing.count};
}

/* Looks and plans the next look; true when the session is cut. */
static bool act(struct watcher *watcher, struct world *world)
{
	struct verdict verdict = look(watcher, world);

	world_note(world, verdict.action == ACTION_CUT ? "cut" : verdict.action == ACTION_WARN ? "warned" : "looked", verdict.idle);
	watcher->wake = verdict.wake == ENGINE_NEVER ? NEVER : verdict.wake + world_draw(world, 0, LATENCY);
	if (verdict.action != ACTION_CUT)
		return false;
	check_not_early(world, &verdict);
	return true;
}

static bool live(struct watcher *watcher, struct world *world)
{
	while (world->now < world->login + world->scenario.length) {
		if (world->now >= watcher->wake && act(watcher, world))
			return true;
		world_advance(world, watcher->wake);
		check_not_late(world);
		if (world->is_disturbed) {
			watcher->wake = world->now;
			watcher->disturbances++;
		}
		world->is_disturbed = false;
	}
	return false;
}

static void run(uint64_t seed, unsigned with, struct tally *tally)
{
	struct scenario scenario = scenario_draw(seed, with);
	struct kernel_probing probing = probing_of(&scenario);
	struct watcher watcher;
	struct world world;

	world_begin(&world, &scenario, &probing);
	begin(&watcher, &world);
	tally->cuts += live(&watcher, &world);
	check_looks(&world, &watcher);
	tally->runs++;
	tally->looks += watcher.looks;
	int64_t shortest = scenario.keepalive > 0 && window(&world) < scenario.idle ? window(&world) : scenario.idle;
	tally->windows += (double)(world.now - world.login) / (double)shortest;
}

static void run_all(const char *name, unsigned with)
{
	struct tally tally = {.runs = 0};

	for (uint64_t i = 0; i < RUNS; i++)
		run(first_seed + i, with, &tally);
	print_message("%s: %" PRIu64 " sessions, %" PRIu64 " cut, %.2f wake-ups in the shortest limit's time\n", name, tally.runs,
	              tally.cuts, (double)tally.looks / tally.windows);
}

/* -- Kinds ------------------------------------------------------------------------------------------------------- */

#define BUSY_WIRE (WITH_WIRE | WITH_KEEPALIVES | WITH_OUTPUT)

static void quiet_wire(void **state)
{
	(void)state;
	run_all("quiet wire", WITH_WIRE | WITH_OUTPUT);
}

static void client_keepalives(void **state)
{
	(void)state;
	run_all("client keepalives", BUSY_WIRE);
}

static void console(void **state)
{
	(void)state;
	run_all("console", 0);
}

static void wall_clock_set_on_a_console(void **state)
{
	(void)state;
	run_all("console, wall clock set", WITH_STEPS);
}

static void wall_clock_set_on_a_wire(void **state)
{
	(void)state;
	run_all("wall clock set", BUSY_WIRE | WITH_STEPS);
}

static void suspended_machine(void **state)
{
	(void)state;
	run_all("suspend", BUSY_WIRE | WITH_SUSPEND);
	run_all("console, suspend and steps", WITH_SUSPEND | WITH_STEPS);
}

static void terminals_coming_and_going(void **state)
{
	(void)state;
	run_all("terminals", WITH_WIRE | WITH_OUTPUT | WITH_COMING_AND_GOING);
	run_all("terminals, keepalives, steps", BUSY_WIRE | WITH_COMING_AND_GOING | WITH_STEPS);
}

static void session_without_terminal(void **state)
{
	(void)state;
	run_all("no terminal", WITH_WIRE | WITH_OUTPUT | WITHOUT_TERMINAL);
	run_all("no terminal, steps", WITH_WIRE | WITH_OUTPUT | WITHOUT_TERMINAL | WITH_STEPS);
}

static void vanishing_peer(void **state)
{
	(void)state;
	run_all("vanishing peer", WITH_WIRE | WITH_VANISHING);
	run_all("vanishing peer, busy", BUSY_WIRE | WITH_VANISHING);
	run_all("vanishing peer, suspend", BUSY_WIRE | WITH_VANISHING | WITH_SUSPEND);
}

static void peer_that_comes_back(void **state)
{
	(void)state;
	run_all("returning peer", WITH_WIRE | WITH_VANISHING | WITH_RETURN);
	run_all("returning peer, busy", BUSY_WIRE | WITH_VANISHING | WITH_RETURN);
}

static void everything_at_once(void **state)
{
	(void)state;
	run_all("everything", BUSY_WIRE | WITH_STEPS | WITH_SUSPEND | WITH_COMING_AND_GOING | WITH_VANISHING | WITH_RETURN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_wire),
		cmocka_unit_test(client_keepalives),
		cmocka_unit_test(console),
		cmocka_unit_test(wall_clock_set_on_a_console),
		cmocka_unit_test(wall_clock_set_on_a_wire),
		cmocka_unit_test(suspended_machine),
		cmocka_unit_test(terminals_coming_and_going),
		cmocka_unit_test(session_without_terminal),
		cmocka_unit_test(vanishing_peer),
		cmocka_unit_test(peer_that_comes_back),
		cmocka_unit_test(everything_at_once),
	};
	const char *seed = getenv("IDLETIMEOUT_SEED");

	first_seed = seed != NULL ? strtoull(seed, NULL, 0) : (uint64_t)clock_wall_ns();
	print_message("IDLETIMEOUT_SEED=%" PRIu64 "\n", first_seed);
	return cmocka_run_group_tests_name("simulation", tests, NULL, NULL);
}

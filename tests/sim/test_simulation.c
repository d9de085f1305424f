/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The watchdog's judgement in simulated sessions: what it is told by stamps, counters and ages, against what really happened.
 *
 * IDLETIMEOUT_SEED=N repeats the scenarios of a run; a failure prints the seed that makes its scenario the first.
 * IDLETIMEOUT_RUNS=N lives through so many sessions of each kind.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "tests/fault/row.h"
#include "tests/sim/session.h"
#include "tests/unit/unit.h"

/* Sessions of each kind. */
#define RUNS 1200

struct tally {
	uint64_t sessions, cuts, looks;
	uint64_t broken, early, borne;
	double windows;
};

static uint64_t first_seed, runs = RUNS;

/* The time of the shortest limit is what looks are counted by. */
static void add(struct tally *tally, const struct session *session)
{
	const struct scenario *scenario = &session->scenario;
	int64_t window = (int64_t)scenario->keepalive * scenario->count * SECOND;
	int64_t shortest = scenario->keepalive > 0 && window < scenario->idle ? window : scenario->idle;

	tally->sessions++;
	tally->cuts += session->is_cut;
	tally->looks += session->watcher.looks;
	tally->windows += (double)(session->world.now - session->world.login) / (double)shortest;
}

static void tell(const struct session *session, const struct breach *breach)
{
	const struct world *world = &session->world;

	(void)fprintf(stderr, "\nIDLETIMEOUT_SEED=%" PRIu64 " repeats this scenario first:\n", session->scenario.seed);
	world_print(world, stderr);
	(void)fprintf(stderr, "%s at %.6f s: %.6f s\n", breach->promise, (double)(world->now - world->login) / 1e9,
	              (double)breach->value / 1e9);
}

static void run(uint64_t seed, unsigned with, struct tally *tally)
{
	static struct session session;
	struct breach breach = session_live(&session, seed, with);

	add(tally, &session);
	if (breach.promise == NULL)
		return;
	tally->broken++;
	tally->early += strncmp(breach.promise, "cut ", 4) == 0;
	if (tally->broken > tally->borne)
		tell(&session, &breach);
}

/* Of clocks that are set, by up to a year, and machines that sleep. */
static void add_row(const char *name, const struct tally *tally)
{
	char expected[64], observed[128];

	(void)snprintf(expected, sizeof expected, "no cut too early or too late; %" PRIu64 " may be", tally->borne);
	(void)snprintf(observed, sizeof observed, "%" PRIu64 " sessions, %" PRIu64 " cut, %" PRIu64 " too early, %" PRIu64 " too late",
	               tally->sessions, tally->cuts, tally->early, tally->broken - tally->early);
	row_add("Clocks: simulated sessions while the wall clock is set by up to a year, or the machine sleeps", name, expected,
	        observed, "sim/test_simulation");
}

/* At most `borne` sessions may be worse than was promised. */
static void run_with(const char *name, unsigned with, uint64_t borne)
{
	struct tally tally = {.borne = borne};

	for (uint64_t i = 0; i < runs; i++)
		run(first_seed + i, with, &tally);
	print_message("%s: %" PRIu64 " sessions, %" PRIu64 " cut, %.2f wake-ups in the shortest limit's time, %" PRIu64 " broken\n",
	              name, tally.sessions, tally.cuts, (double)tally.looks / tally.windows, tally.broken);
	assert_true(tally.broken <= borne);
	if (with & (WITH_STEPS | WITH_SUSPEND))
		add_row(name, &tally);
}

static void run_all(const char *name, unsigned with)
{
	run_with(name, with, 0);
}

/*
 * Where sums of bytes are all there is to tell two things apart, chance makes some pairs look like a third: one session in fifty
 * may go wrong, and with few sessions two.
 */
static void run_most(const char *name, unsigned with)
{
	run_with(name, with, runs / 50 + 2);
}

/* -- Kinds ------------------------------------------------------------------------------------------------------- */

#define BUSY_WIRE (WITH_WIRE | WITH_KEEPALIVES | WITH_OUTPUT)
#define NO_TERMINAL (WITH_WIRE | WITHOUT_TERMINAL)

static void quiet_wire(void **state)
{
	(void)state;
	run_all("quiet wire", WITH_WIRE | WITH_OUTPUT);
	run_all("quiet wire, input only", WITH_WIRE | WITH_OUTPUT | WITH_INPUT_ONLY);
}

static void keepalives(void **state)
{
	(void)state;
	run_most("keepalives", WITH_WIRE | WITH_KEEPALIVES);
	run_most("keepalives, output", BUSY_WIRE);
	run_most("keepalives, new keys", WITH_WIRE | WITH_KEEPALIVES | WITH_REKEYING);
	run_all("keepalives, input only", BUSY_WIRE | WITH_INPUT_ONLY);
}

static void console(void **state)
{
	(void)state;
	run_all("console", 0);
	run_all("console, steps", WITH_STEPS);
	run_all("console, suspend and steps", WITH_SUSPEND | WITH_STEPS);
}

static void wall_clock_set_on_a_wire(void **state)
{
	(void)state;
	run_most("steps, quiet wire", WITH_WIRE | WITH_OUTPUT | WITH_STEPS);
	run_most("steps", BUSY_WIRE | WITH_STEPS);
}

static void suspended_machine(void **state)
{
	(void)state;
	run_most("suspend, quiet wire", WITH_WIRE | WITH_OUTPUT | WITH_SUSPEND);
	run_most("suspend", BUSY_WIRE | WITH_SUSPEND);
	run_most("suspend, channels", NO_TERMINAL | WITH_KEEPALIVES | WITH_CHANNEL | WITH_SUSPEND);
}

static void terminals_coming_and_going(void **state)
{
	(void)state;
	run_most("terminals", WITH_WIRE | WITH_OUTPUT | WITH_COMING_AND_GOING);
	run_most("terminals, keepalives, steps", BUSY_WIRE | WITH_COMING_AND_GOING | WITH_STEPS);
}

static void sessions_without_terminal(void **state)
{
	(void)state;
	run_all("no terminal", NO_TERMINAL);
	run_most("no terminal, keepalives", NO_TERMINAL | WITH_KEEPALIVES);
	run_most("no terminal, keepalives, new keys", NO_TERMINAL | WITH_KEEPALIVES | WITH_REKEYING);
	run_most("work", NO_TERMINAL | WITH_WORKER);
}

static void channels(void **state)
{
	(void)state;
	run_most("channels", NO_TERMINAL | WITH_CHANNEL);
	run_most("channels, steps", NO_TERMINAL | WITH_CHANNEL | WITH_STEPS);
	run_most("channels, keepalives", NO_TERMINAL | WITH_CHANNEL | WITH_KEEPALIVES);
}

static void channels_beside_a_terminal(void **state)
{
	(void)state;
	run_most("channels beside a terminal", WITH_WIRE | WITH_CHANNEL);
	run_most("channels beside output", WITH_WIRE | WITH_OUTPUT | WITH_CHANNEL);
	run_most("channels beside a terminal, keepalives", WITH_WIRE | WITH_KEEPALIVES | WITH_CHANNEL);
	run_most("channels beside output, keepalives", BUSY_WIRE | WITH_CHANNEL);
}

static void forged_stamps(void **state)
{
	(void)state;
	run_most("forger", WITH_WIRE | WITH_FORGING);
	/* Keepalives of other ciphers than the first can be what a key is: a forger finds some that vouch for him. */
	run_with("forger, keepalives, output", BUSY_WIRE | WITH_FORGING, runs / 100 + 2);
	run_most("forger, steps", WITH_WIRE | WITH_OUTPUT | WITH_FORGING | WITH_STEPS);
}

static void one_forgery(void **state)
{
	(void)state;
	run_most("one forgery", WITH_WIRE | WITH_FORGING | WITH_ONE_FORGERY);
	run_most("one forgery, modes", WITH_WIRE | WITH_OUTPUT | WITH_FORGING | WITH_ONE_FORGERY | WITH_MODES);
	run_most("one forgery, modes, keepalives", BUSY_WIRE | WITH_FORGING | WITH_ONE_FORGERY | WITH_MODES);
}

static void vanishing_peer(void **state)
{
	(void)state;
	run_all("vanishing peer", WITH_WIRE | WITH_VANISHING);
	run_most("vanishing peer, busy", BUSY_WIRE | WITH_VANISHING);
	run_most("vanishing peer, suspend", BUSY_WIRE | WITH_VANISHING | WITH_SUSPEND);
}

static void peer_that_comes_back(void **state)
{
	(void)state;
	run_all("returning peer", WITH_WIRE | WITH_VANISHING | WITH_RETURN);
	run_most("returning peer, busy", BUSY_WIRE | WITH_VANISHING | WITH_RETURN);
}

static void everything_at_once(void **state)
{
	(void)state;
	run_most("everything", BUSY_WIRE | WITH_STEPS | WITH_SUSPEND | WITH_COMING_AND_GOING | WITH_VANISHING | WITH_RETURN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_wire),
		cmocka_unit_test(keepalives),
		cmocka_unit_test(console),
		cmocka_unit_test(wall_clock_set_on_a_wire),
		cmocka_unit_test(suspended_machine),
		cmocka_unit_test(terminals_coming_and_going),
		cmocka_unit_test(sessions_without_terminal),
		cmocka_unit_test(channels),
		cmocka_unit_test(channels_beside_a_terminal),
		cmocka_unit_test(forged_stamps),
		cmocka_unit_test(one_forgery),
		cmocka_unit_test(vanishing_peer),
		cmocka_unit_test(peer_that_comes_back),
		cmocka_unit_test(everything_at_once),
	};
	const char *seed = getenv("IDLETIMEOUT_SEED"), *more = getenv("IDLETIMEOUT_RUNS");

	first_seed = seed != NULL ? strtoull(seed, NULL, 0) : (uint64_t)clock_wall_ns();
	runs = more != NULL ? strtoull(more, NULL, 0) : RUNS;
	print_message("IDLETIMEOUT_SEED=%" PRIu64 "\n", first_seed);
	return cmocka_run_group_tests_name("simulation", tests, NULL, NULL);
}

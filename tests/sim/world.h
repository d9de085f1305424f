/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A model of what a session lives in: people who type, terminals and TCP as the kernel shows them, what ssh clients send
 * over it, channels without a terminal, programs that set stamps by hand, clocks that are set.
 *
 * It knows the truth, which the watchdog has to infer, and uses nothing of the watchdog's. Time is CLOCK_BOOTTIME in
 * nanoseconds and moves from event to event. What is not in this world: a terminal that is typed on and closed while others
 * stay open and untouched, all between two looks. Its stamp is gone when the watchdog looks.
 */
#ifndef IDLETIMEOUT_TESTS_WORLD_H
#define IDLETIMEOUT_TESTS_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/sim/scenario.h"

/* Moments that never come, and that were before everything. */
#define NEVER INT64_MAX
#define LONG_AGO (INT64_MIN / 2)

#define TERMINALS_MAX 4

/* Of a second, as the kernel counts CPU time. */
#define CPU_TICKS 100

/* How the kernel probes: of this world, as the watchdog has set it. */
struct kernel_probing {
	int64_t idle, interval, rto_max;
	unsigned count;
};

enum event {
	EVENT_TYPING,
	EVENT_READING, /* the terminal's reader */
	EVENT_CHAFF,   /* the client goes on after a key */
	EVENT_CLIENT,  /* the client's own keepalives */
	EVENT_SERVER,  /* those of the server */
	EVENT_ANSWER,  /* the server's side has something to send */
	EVENT_REPLY,   /* the client's side has */
	EVENT_OUTPUT,  /* of a terminal */
	EVENT_CHANNEL, /* a channel without a terminal moves */
	EVENT_SERVICE, /* what is behind it has its answer */
	EVENT_WORK,    /* it begins to use the CPU, or ends */
	EVENT_REKEYING,
	EVENT_FORGING,
	EVENT_MODE, /* mesg(1) */
	EVENT_ACK,   /* on its way from the peer */
	EVENT_TIMER, /* of TCP: probes, retransmissions */
	EVENT_STEP,
	EVENT_SUSPEND,
	EVENT_TERMINAL,
	EVENT_REACH, /* the peer goes or comes back */
	EVENT_COUNT
};

/* Stamps are wall clock, nanoseconds. */
struct terminal {
	bool is_open;
	int64_t access, modified, change;
};

/* Bytes and segments with data, of one direction. */
struct flow {
	uint64_t bytes, segments;
};

#define TRACE_SIZE 60

struct trace {
	int64_t at, value;
	const char *what;
};

struct world {
	struct scenario scenario;
	uint64_t random;
	int64_t now, login;
	int64_t offset;  /* wall clock minus CLOCK_BOOTTIME */
	int64_t coarse;  /* when the coarse clock was last brought up to date, beside ticks */
	int64_t slept;   /* in all */
	int64_t resumed; /* when the machine last woke up */
	int64_t next[EVENT_COUNT];
	struct terminal terminals[TERMINALS_MAX];
	size_t typing_on, burst_left;

	struct kernel_probing probing;
	int64_t received, sent, acked; /* TCP's own stamps: ticks awake */
	struct flow in, out;           /* TCP's own counters */
	struct flow answer, reply;     /* about to be sent, by the server's side and by the client's */
	uint64_t unadjusted;           /* bytes printed since the client last widened the window */
	int64_t rto;
	unsigned probes, retransmits, chaff;
	bool is_outstanding, is_closed, is_reachable, is_ping_held, is_odd;

	int64_t socket_sent, socket_received; /* a TCP socket of the user's, in ticks awake; LONG_AGO: there is none */
	uint64_t switches;                    /* of the workers */
	int64_t worked;                       /* CPU time of the workers, ns, until `working` */
	int64_t working;                      /* since when one works; NEVER: none does */

	/* The truth. */
	int64_t active;  /* a person typed, or a channel without terminal moved */
	int64_t gap;     /* between `active` and the activity before */
	int64_t typed;   /* the last key */
	int64_t moved;   /* the last payload of a channel */
	bool is_answer;  /* that was an answer */
	int64_t printed; /* the last output of a terminal, warnings as well */
	int64_t lump;    /* the last that has to be taken for payload and is none: new keys */
	int64_t alive;   /* the peer showed life */
	int64_t heard;   /* data came from the peer */
	bool is_quiet;   /* no data came from the client since `active` */
	int64_t adjusted; /* the client widened its window */
	int64_t forged_first, forged_last; /* NEVER: not yet */
	int64_t forged_access;             /* what the last one set */
	/* The latest input that the stamps cannot rule out: when the wall clock last showed a time of a stamp's bucket. */
	int64_t possible;
	bool is_disturbed; /* something wakes the watchdog: a step, the end of sleep, a hang-up */

	struct trace trace[TRACE_SIZE];
	size_t traced;
};

void world_begin(struct world *world, const struct scenario *scenario, const struct kernel_probing *probing);

/* When something happens next. */
int64_t world_next(const struct world *world);

/* Lets time pass until `until`, with whatever happens on the way; stops early when something wakes the watchdog. */
void world_advance(struct world *world, int64_t until);

/* What the watchdog can see. */
size_t world_count_terminals(const struct world *world);
uint32_t world_age_ms(const struct world *world, int64_t stamp);
uint64_t world_cpu_ticks(const struct world *world);
uint64_t world_switches(const struct world *world);
bool world_has_workers(const struct world *world);

/* What the watchdog does: writes a line to every terminal. */
void world_warn(struct world *world);

void world_note(struct world *world, const char *what, int64_t value);
void world_print(const struct world *world, FILE *out);

/* Evenly from low to high. */
int64_t world_draw(struct world *world, int64_t low, int64_t high);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A model of what a session lives in: people who type, terminals and TCP as the kernel shows them, clocks that are set.
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

#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)

/* Moments that never come. */
#define NEVER INT64_MAX

#define TERMINALS_MAX 4

/* What may happen in a scenario. */
enum {
	WITH_WIRE = 1 << 0,       /* ssh; else a console, which has one terminal */
	WITH_KEEPALIVES = 1 << 1, /* the client sends small data of its own */
	WITH_OUTPUT = 1 << 2,
	WITH_STEPS = 1 << 3,   /* the wall clock is set */
	WITH_SUSPEND = 1 << 4, /* the machine sleeps */
	WITH_COMING_AND_GOING = 1 << 5,
	WITHOUT_TERMINAL = 1 << 6,
	WITH_VANISHING = 1 << 7,
	WITH_RETURN = 1 << 8 /* the vanished peer comes back */
};

enum typing { TYPING_NEVER, TYPING_RANDOM, TYPING_BURSTS, TYPING_LAST_MOMENT };

struct scenario {
	uint64_t seed;
	unsigned with;
	enum typing typing;
	int64_t idle, max;              /* limits, ns; 0: none */
	int64_t typing_mean;            /* of random typing */
	int64_t typing_ends;            /* when the person leaves, after login */
	int64_t length;                 /* what is simulated after login, at most */
	int64_t tick;                   /* 4 or 10 ms */
	int64_t client_interval;        /* of client keepalives, at most */
	int64_t output_mean;            /* between two outputs */
	int64_t round_trip, read_delay; /* of a segment; from the wire to the reading of the terminal, at most */
	uint32_t keepalive, count;      /* policy, seconds; keepalive 0: off */
	bool is_data_proof;
};

/* How the kernel probes: of this world, as the watchdog has set it. */
struct kernel_probing {
	int64_t idle, interval, rto_max;
	unsigned count;
};

enum source {
	SOURCE_TYPING,
	SOURCE_READING, /* the terminal's reader */
	SOURCE_CLIENT,  /* keepalives of the client */
	SOURCE_OUTPUT,
	SOURCE_ACK,   /* on its way from the peer */
	SOURCE_TIMER, /* of TCP: probes, retransmissions */
	SOURCE_STEP,
	SOURCE_SUSPEND,
	SOURCE_TERMINAL,
	SOURCE_REACH, /* the peer goes or comes back */
	SOURCE_COUNT
};

struct terminal {
	bool is_open;
	int64_t stamp; /* st_atime, wall clock seconds */
};

#define TRACE_SIZE 40

struct trace {
	int64_t at, value;
	const char *what;
};

struct world {
	struct scenario scenario;
	uint64_t random;
	int64_t now, login;
	int64_t offset;    /* wall clock minus CLOCK_BOOTTIME */
	int64_t coarse;    /* when the coarse clock was last brought up to date, beside ticks */
	int64_t slept;     /* in all */
	int64_t resumed;   /* when the machine last woke up */
	int64_t next[SOURCE_COUNT];
	struct terminal terminals[TERMINALS_MAX];
	size_t typing_on, burst_left;

	struct kernel_probing probing;
	int64_t received, sent, acked; /* TCP's own stamps: ticks awake */
	int64_t rto;
	unsigned probes, retransmits;
	bool is_outstanding, is_closed, is_reachable;

	/* The truth. */
	int64_t active;  /* a person typed, or a transfer of a session without terminal moved */
	int64_t gap;     /* between `active` and the activity before */
	int64_t payload; /* data moved, in either direction */
	int64_t alive;   /* the peer showed life */
	int64_t heard;   /* data came from the peer */
	bool is_quiet;   /* no data came from the client since `active` */
	/* The latest input that the stamps cannot rule out: when the wall clock last showed a time of a stamp's bucket. */
	int64_t possible;
	bool is_disturbed; /* something wakes the watchdog: a step, the end of sleep, a hang-up */

	struct trace trace[TRACE_SIZE];
	size_t traced;
};

/* Draws a scenario of the given kind. */
struct scenario scenario_draw(uint64_t seed, unsigned with);
void scenario_print(const struct scenario *scenario, FILE *out);

void world_begin(struct world *world, const struct scenario *scenario, const struct kernel_probing *probing);

/* When something happens next. */
int64_t world_next(const struct world *world);

/* Lets time pass until `until`, with whatever happens on the way; stops early when something wakes the watchdog. */
void world_advance(struct world *world, int64_t until);

/* What the watchdog can see. */
size_t world_count_terminals(const struct world *world);
uint32_t world_age_ms(const struct world *world, int64_t stamp);

void world_note(struct world *world, const char *what, int64_t value);
void world_print(const struct world *world, FILE *out);

/* Evenly from low to high. */
int64_t world_draw(struct world *world, int64_t low, int64_t high);

#endif

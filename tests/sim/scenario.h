/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a simulated session is like: drawn once, from a seed.
 */
#ifndef IDLETIMEOUT_TESTS_SCENARIO_H
#define IDLETIMEOUT_TESTS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/sim/ssh.h"

#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)

/* What may happen in a scenario. */
enum {
	WITH_WIRE = 1 << 0,       /* ssh; else a console, which has one terminal */
	WITH_KEEPALIVES = 1 << 1, /* the client or the server sends small data of its own */
	WITH_OUTPUT = 1 << 2,     /* terminals are printed on */
	WITH_STEPS = 1 << 3,      /* the wall clock is set */
	WITH_SUSPEND = 1 << 4,    /* the machine sleeps */
	WITH_COMING_AND_GOING = 1 << 5,
	WITHOUT_TERMINAL = 1 << 6,
	WITH_VANISHING = 1 << 7,
	WITH_RETURN = 1 << 8,   /* the vanished peer comes back */
	WITH_CHANNEL = 1 << 9,  /* commands, transfers, forwards: something without a terminal */
	WITH_WORKER = 1 << 10,  /* a command that uses the CPU, or wakes up by itself */
	WITH_FORGING = 1 << 11, /* a program of the user sets stamps */
	WITH_ONE_FORGERY = 1 << 12,
	WITH_MODES = 1 << 13, /* mesg(1) */
	WITH_REKEYING = 1 << 14,
	WITH_INPUT_ONLY = 1 << 15 /* activity=input */
};

enum typing { TYPING_NEVER, TYPING_RANDOM, TYPING_BURSTS, TYPING_LAST_MOMENT };

/* What keeps the connection alive, other than people. */
enum keepalives {
	KEEPALIVES_OF_CLIENT, /* ServerAliveInterval */
	KEEPALIVES_OF_SERVER, /* ClientAliveInterval */
	KEEPALIVES_OF_BOTH,
	KEEPALIVES_UNANSWERED, /* PuTTY's */
	KEEPALIVES_COMPRESSED, /* of sizes that change a little */
	KEEPALIVES_COUNT
};

/* What is behind a channel without a terminal. */
enum behind { BEHIND_PROCESS, BEHIND_TCP, BEHIND_UNIX };

/* Which way it moves. */
enum way {
	WAY_REQUESTS,
	WAY_IN,
	WAY_OUT,
	WAY_COMMANDS /* each a channel of its own, as over a shared connection: nothing is left of it afterwards */
};

enum pace { PACE_RANDOM, PACE_REGULAR };

/* What a forger sets an access time to. */
enum forgery { FORGERY_NOW, FORGERY_WHOLE_NOW, FORGERY_PAST, FORGERY_FUTURE, FORGERY_PARTS, FORGERY_ANY };

struct channel {
	enum behind behind;
	enum way way;
	enum pace pace;
	int64_t mean;             /* between two requests; of a regular pace exactly that */
	int64_t begins, ends;     /* after login */
	int64_t thinking;         /* until the answer, at most */
	int64_t request, answer;  /* bytes of payload; 0: another one each time */
	uint32_t wakes;           /* voluntary switches of a process for a request, at most */
};

struct worker {
	int64_t share;  /* of a CPU while it works, per mille; 0: it does not */
	int64_t phase;  /* of work, or of rest, at most */
	int64_t ends;   /* of the last phase, after login */
	int64_t wakes;  /* between two wake-ups of its own; 0: none */
};

struct scenario {
	uint64_t seed;
	unsigned with;
	enum typing typing;
	int64_t idle, max;              /* limits, ns; 0: none */
	int64_t typing_mean;            /* of random typing */
	int64_t typing_ends;            /* when the person leaves, after login */
	int64_t length;                 /* what is simulated after login, at most */
	int64_t tick;                   /* 4 or 10 ms */
	int64_t client_interval;        /* of keepalives */
	int64_t output_mean;            /* between two outputs */
	int64_t output_bytes;           /* of one, at most */
	int64_t round_trip, read_delay; /* of a segment; from the wire to the reading of the terminal, at most */
	uint32_t keepalive, count;      /* policy, seconds; keepalive 0: off */
	bool is_data_proof;

	const struct ssh_cipher *cipher;
	enum keepalives keepalives;
	bool has_chaff;
	struct channel channel;
	struct worker worker;
	enum forgery forgery;
	int64_t forging_interval, forging_begins, forging_ends; /* interval 0: once */
	int64_t mode_mean, rekeying_mean;
};

/* Draws a scenario of the given kind. */
struct scenario scenario_draw(uint64_t seed, unsigned with);
void scenario_print(const struct scenario *scenario, FILE *out);

/* Evenly from low to high; the state is moved on. */
int64_t random_draw(uint64_t *state, int64_t low, int64_t high);

#endif

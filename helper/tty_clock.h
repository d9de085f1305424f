/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the stamps of one terminal tell: when somebody typed on it, when something was printed on it, and whether the kernel or
 * a hand has set them.
 *
 * Pure. Anybody who owns a terminal can set its stamps to what he likes, but not without moving its change time, which
 * reading and writing leave alone (drivers/tty/tty_io.c, tty_update_time; utimensat(2)). So an access time that moves
 * alone is input. One that moved together with the change time may be both, typing and a change of mode (mesg(1)), or a
 * forgery: what the kernel would never write is one for certain, and what it could have written is believed twice in a row, and
 * as often as the client is known to have sent something then.
 */
#ifndef IDLETIMEOUT_HELPER_TTY_CLOCK_H
#define IDLETIMEOUT_HELPER_TTY_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/stamp_clock.h"

/* Doubtful stamps in a row, with no input among them that is beyond doubt, before they are taken for forged. */
#define TTY_DOUBTS_MAX 3

/* A time of stat(2): wall clock. */
struct tty_time {
	int64_t s;
	int64_t ns;
};

struct tty_stamps {
	struct tty_time access, change;
	int64_t modified_s;
};

enum tty_trust {
	TTY_TRUSTED,
	TTY_DOUBTFUL, /* input, or a hand: worth a closer look */
	TTY_FORGED
};

/* The circumstances of a look. All but the offset CLOCK_BOOTTIME, nanoseconds. */
struct tty_look {
	const struct wall_offset *offset;
	int64_t now;
	int64_t heard; /* nothing can have been typed after this that a forged stamp hides; `now` when nothing tells */
	int64_t payload; /* the client last sent what no keepalive can be; ENGINE_UNKNOWN when nothing tells */
};

struct tty_clock {
	uint32_t device; /* which terminal; 0: none */
	uint64_t since;  /* whose processes are there since then: a number that is used anew is another terminal */
	bool is_seen;
	bool is_forged;               /* the access time that is there now was set by hand: it stands for nothing */
	unsigned doubts, forgeries;   /* doubtful looks in a row; forged ones in all */
	int64_t doubtful_at;          /* the last doubtful stamp, CLOCK_BOOTTIME */
	int64_t hidden_until;         /* the first forgery may hide input until then, CLOCK_BOOTTIME; 0: there was none */
	struct tty_time access, change; /* as last seen */
	bool is_fresh;                /* the change time was of the moment of the last look */
	int64_t looked_s;             /* wall clock of the last look */
	struct stamp_clock input, output;
};

/*
 * Takes the stamps as they are at this look; tty_clock_input() and tty_clock_output() tell what follows. A forged stamp leaves
 * the latest input where it was, at the last that was believed. Only the first forgery is allowed to have hidden what was typed
 * about its time, as far as look->heard has it.
 */
enum tty_trust tty_clock_take(struct tty_clock *clock, const struct tty_stamps *stamps, const struct tty_look *look);

/* The latest possible input and output; INT64_MIN (ENGINE_UNKNOWN) when none is known. */
int64_t tty_clock_input(const struct tty_clock *clock);
int64_t tty_clock_output(const struct tty_clock *clock);

#endif

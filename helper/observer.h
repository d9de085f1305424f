/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From what a look finds to a sample for the engine: brings the sources together and says when to look again.
 *
 * Pure; look.c finds, and the simulation finds in a world of its own. A look goes through it in three steps, because
 * what is found first decides what else to ask for. All times CLOCK_BOOTTIME, nanoseconds.
 */
#ifndef IDLETIMEOUT_HELPER_OBSERVER_H
#define IDLETIMEOUT_HELPER_OBSERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/policy.h"
#include "helper/activity.h"
#include "helper/engine.h"
#include "helper/network.h"
#include "helper/peer.h"
#include "helper/tty_clock.h"

/* What all terminals tell together. */
struct terminals_reading {
	bool has_terminal; /* though its stamps may be unreadable */
	bool has_lost_one; /* one that was there at the last look is gone, and with it the time of its last input */
	int64_t input;     /* the latest that the least idle of them allows; ENGINE_UNKNOWN: there is none, or none could be read */
	int64_t output;    /* likewise */
	bool is_doubtful;  /* one has stamps that may be forged */
	bool is_forged;    /* one has newly forged stamps */
};

/* What the processes without a terminal have used since they began. */
struct processes_reading {
	uint64_t cpu_ticks, switches;
	bool has_any;
	long ticks_per_second;
};

/* CPU time: when it was last read, and when it last had grown like that of work. */
struct work {
	uint64_t ticks;
	int64_t read_at;   /* 0: not yet */
	int64_t worked_at; /* ENGINE_UNKNOWN: never */
};

struct observer {
	uint32_t counted; /* bits of activity= */
	uint32_t proof;   /* of keepalive_proof= */
	uint32_t interval; /* of keepalive=, seconds; 0: off */
	int64_t idle;     /* limit; 0: none */
	int64_t now;      /* of the present look, or the last */
	struct wall_offset offset;
	struct wire wire;
	struct peer_flow flow;
	struct network network;
	struct work work;
	struct sources sources;
	int64_t warned;           /* when the watchdog last wrote to the terminals; ENGINE_UNKNOWN: never */
	int64_t own_output;       /* the latest output that its warnings account for; ENGINE_UNKNOWN: none */
	int64_t latest;           /* activity of all looks */
	enum source keeper;       /* the source that saw it; SOURCE_COUNT: none since login */
	int64_t suspicious_until; /* looks are closer until then: stamps of a terminal may be forged */
	bool has_lost_terminal;   /* and what came from the client about that time is not judged yet */
	bool is_spoofed;          /* they were, at least once */
	bool is_news;             /* in this look for the first time */
};

/* Starts at login, which was at `start`, with the wall clock `offset` ahead of CLOCK_BOOTTIME. */
void observer_init(struct observer *observer, const struct policy *policy, int64_t start, int64_t offset);

/* The connection is not of ssh: all that moves there, and over others that belong to it, is payload. */
void observer_expect_no_keepalives(struct observer *observer);

/* Begins a look at `now`, when the wall clock shows `wall`. Returns what is to be known for reading terminals. */
struct tty_look observer_begin(struct observer *observer, int64_t wall, int64_t now, const struct wire *wire);

/* Whether to ask for the sockets of the user in this look. */
bool observer_wants_sockets(const struct observer *observer, const struct terminals_reading *terminals);

/* Ends the look. */
struct sample observer_end(struct observer *observer, const struct terminals_reading *terminals,
                           const struct processes_reading *processes, const struct socket_hints *sockets);

/* The watchdog has written to the terminals after the last look: the traces of that, there and on the wire, are nobody's activity. */
void observer_warned(struct observer *observer);

/* Whether processes with a terminal are to be counted as well: they are where activity= names them. */
bool observer_counts_every_process(const struct observer *observer);

#endif

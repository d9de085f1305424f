/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What moved over the connection between two looks: keepalives, or payload?
 *
 * Pure. Nothing in a counter says which, and every client sends keepalives of its own kind and size. Three things tell them
 * apart: a keepalive is one small segment, answered by one small segment or by none; those of a connection are of the same
 * size, or nearly (compression); and the one end they have here is the login service itself, while payload goes on to
 * a process of the session or to a socket of its user, which then moves at the same time. What may be either is
 * payload, until it has been seen alone.
 */
#ifndef IDLETIMEOUT_HELPER_TRAFFIC_H
#define IDLETIMEOUT_HELPER_TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The largest keepalive on the wire: OpenSSH's request for a channel (31 bytes, RFC 4253 section 6) with the longest
 * integrity code (hmac-sha2-512) is 112 bytes.
 */
#define TRAFFIC_KEEPALIVE_MAX 128

/* Bytes and segments with data, since the connection was made or between two looks. */
struct traffic {
	uint64_t in_bytes, in_segments;
	uint64_t out_bytes, out_segments;
};

/*
 * OpenSSH's question and answer under its first cipher, chacha20-poly1305: 27 bytes and 1 byte (RFC 4254 section 4) make packets
 * of 52 and 28, and no packet of 28 bytes holds data under that cipher, nor is one of 52 possible where one can.
 */
#define TRAFFIC_CHACHA_QUESTION 52
#define TRAFFIC_CHACHA_ANSWER 28

/* The sizes of segments that keepalives of this connection have had. */
struct keepalive_sizes {
	bool is_known;
	uint64_t in_min, in_max;
	uint64_t out_min, out_max; /* 0: not answered */
	uint64_t in_other, out_other; /* of an exchange of other sizes, seen once */
};

/* Who on this machine moved along with it. */
struct traffic_hints {
	bool is_worked;    /* processes of the session woke about as often as segments came */
	bool is_relayed;   /* a socket of the user moved together with the last segment */
	bool is_elsewhere; /* a socket of the user moved at another moment */
	bool is_apart;     /* the last segments of both directions were too far apart to be question and answer */
};

enum traffic_kind { TRAFFIC_NONE, TRAFFIC_KEEPALIVES, TRAFFIC_PAYLOAD, TRAFFIC_UNSURE };

/* What moved from `before` to `after`; counters never go back. */
struct traffic traffic_between(const struct traffic *before, const struct traffic *after);

/* Whether it is small enough for hints to matter. */
bool traffic_is_small(const struct traffic *traffic);

/* Whether it can be nothing but keepalives of sizes known by now. */
bool traffic_is_explained(const struct keepalive_sizes *sizes, const struct traffic *traffic);

/* Whether it is keepalives by its sizes alone: no hint changes that. */
bool traffic_is_certain(const struct keepalive_sizes *sizes, const struct traffic *traffic);

/*
 * Judges what moved in a stretch that began and ended in silence, so that questions and answers are complete. TRAFFIC_UNSURE:
 * more than one exchange, of sizes not seen yet, or while another socket moved; a shorter stretch would tell. What is found to be keepalives is
 * learnt in `sizes`.
 */
enum traffic_kind traffic_judge(struct keepalive_sizes *sizes, const struct traffic *traffic, const struct traffic_hints *hints);

#endif

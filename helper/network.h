/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The network source: when payload last moved over the connection, keepalives excepted.
 *
 * Pure. The connection's counters are sums: they are taken at looks, a tenth of the idle limit apart, and what moved between two
 * looks is judged as one stretch (traffic.h). A stretch ends in silence, so that an exchange is not torn apart; a look
 * that comes in the middle of one is repeated a moment later. While a terminal of the session is typed or printed
 * on, what moves is taken for the terminal's, unless a hint says otherwise: what else moves over the connection (commands,
 * transfers, forwarded ports) is the channels' payload. All times CLOCK_BOOTTIME, nanoseconds.
 *
 * That is ssh. A protocol without keepalives is taken at its word: all that moves is payload, and so is what moves over the
 * connections that it has beside this one (FTP).
 */
#ifndef IDLETIMEOUT_HELPER_NETWORK_H
#define IDLETIMEOUT_HELPER_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/peer.h"
#include "helper/traffic.h"

struct network {
	bool is_plain;             /* the protocol has no keepalives */
	struct keepalive_sizes sizes;
	struct traffic counted;    /* counters at the end of the last stretch */
	uint64_t switches;         /* of the processes without a terminal, likewise */
	int64_t stretch;           /* when the present stretch began */
	bool is_torn;              /* the last stretch may have ended between a question and its answer */
	int64_t answered;          /* until when the client may still answer what terminals printed in it; ENGINE_UNKNOWN: nothing */
	int64_t unsettled;         /* since when looks have found exchanges going on; ENGINE_NEVER: not so */
	int64_t payload, channels; /* the latest of all payload, and of what is not the terminals' */
	int64_t heard;             /* the latest data from the client that are not keepalives */
	int64_t vouched;           /* the latest of those that no keepalive can be; ENGINE_UNKNOWN: none yet */
	int64_t next;              /* when to look again; ENGINE_NEVER: no need */
	struct traffic unsure;     /* moved in stretches that could not be judged; may be all zero */
	int64_t unsure_at;         /* when it last did; ENGINE_UNKNOWN: there is none */
	unsigned unsure_for;       /* stretches until that is taken for payload */
	bool is_unsure_worked;     /* processes woke with it: only keepalives beyond doubt explain that */
	int64_t pause;             /* to the next look; shorter than usual where exchanges have to be seen one by one */
};

/* What a look has found beside the counters. */
struct network_look {
	int64_t now;
	int64_t idle;           /* the idle limit, nanoseconds; 0: none, and no looks are asked for */
	int64_t typed, printed; /* the latest input and output of terminals; ENGINE_UNKNOWN: no terminal */
	int64_t warned;         /* when the watchdog itself last wrote to them; ENGINE_UNKNOWN: never */
	uint64_t switches;      /* voluntary context switches of the processes without a terminal */
};

/* What the sockets of the user did, other than those of the login service. */
struct socket_hints {
	bool is_sent_together;     /* one sent at the moment at which the connection last received */
	bool is_received_together; /* one received at the moment at which the connection last sent */
	bool is_any;               /* one moved since the stretch began */
	int64_t transferred;       /* the latest on a connection of the session beside its first; 0: none has moved */
};

/* Starts at login: logging in is payload. */
void network_init(struct network *network, int64_t now);

/* Whether the sockets of the user would help to judge the present stretch; the kernel is asked for no others. */
bool network_wants_sockets(const struct network *network, const struct wire *wire, const struct network_look *look);

/*
 * The latest data from the client that are not keepalives for certain, those of the present stretch included: a lone key can be
 * taken for one.
 */
int64_t network_heard(const struct network *network, const struct wire *wire);

/* Whether payload may have moved that is yet to be judged, at network->next. */
bool network_is_unsettled(const struct network *network);

/*
 * Takes the connection's counters as of this look. `sockets` may be all false when they were not wanted. While an exchange is
 * going on nothing is judged; what cannot be judged is looked at more closely.
 */
void network_take(struct network *network, const struct wire *wire, const struct network_look *look,
                  const struct socket_hints *sockets);

#endif

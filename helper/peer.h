/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the wire tells: is the peer alive, when did data last move.
 *
 * Pure. tcp.h fills a `struct wire` from TCP_INFO; the judgement is here. The age of the last acknowledgement is the
 * measure, not an error code: sshd may have read the error first, and a peer that vanished while data was on its way
 * shows as EHOSTUNREACH.
 */
#ifndef IDLETIMEOUT_HELPER_PEER_H
#define IDLETIMEOUT_HELPER_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/traffic.h"

/* All times CLOCK_BOOTTIME, nanoseconds; rounded to later by the resolution of the source. */
struct wire {
	bool is_known;         /* there is a TCP connection and it could be read */
	bool is_closed;        /* the kernel has given the connection up, or it was reset */
	bool is_window_closed; /* the peer takes no data now; its acknowledgements of probes may be spaced out */
	uint32_t unanswered;   /* keepalive or window probes and retransmissions out without an answer */
	int64_t received;      /* last data from the peer; keepalive probes carry none */
	int64_t sent;          /* last data to the peer */
	int64_t acked;         /* last acknowledgement from the peer */
	int64_t round_trip;    /* smoothed; 0: not measured yet */
	struct traffic moved;  /* since the connection was made; sshd sends each small message in a segment of its own */
	uint64_t bytes_acked;  /* likewise */
};

/* The socket options that make the kernel probe a silent peer, in the units of tcp(7). */
struct probing {
	int idle_s, interval_s, count;
	int rto_max_ms; /* longest pause between retransmissions */
};

/*
 * Probes for a limit of `interval` seconds times `count`. The first leaves after `interval` of silence, further ones twice as
 * often, so that a peer which comes back is noticed before it is given up; the kernel itself gives up only after the limit.
 */
struct probing peer_probing(uint32_t interval, uint32_t count);

/*
 * What PROOF_DATA has to remember: a living client need not send anything while output flows to it. ssh from 9.5 asks
 * whether the server lives only after ServerAliveInterval without data from it (clientloop.c, client_process_net_input),
 * and sshd before 9.5 asks its client only after ClientAliveInterval without output (measured on 9.2). So output that the
 * peer takes is a sign of life, unless it can be nothing but such questions, which a frozen client leaves unanswered:
 * those are small and few.
 */
struct peer_flow {
	bool is_begun;
	/* All times here are told from the last data received on: what TCP counts leaves out time asleep. */
	uint64_t bytes_received;
	int64_t silence; /* until the look at which these were read: */
	uint64_t messages;
	uint64_t bytes_acked;
	int64_t taken; /* until output was last taken; 0: none was */
};

/* Takes in the wire as of `now`, under keepalive=`interval` seconds. Any number of looks may come in between. */
void peer_flow_take(struct peer_flow *flow, const struct wire *wire, uint32_t interval, int64_t now);

/* The last sign of life that counts under `proof` (PROOF_TCP, PROOF_DATA). */
int64_t peer_alive(const struct wire *wire, const struct peer_flow *flow, uint32_t proof);

/* Whether silence means death: something was asked and not answered, or data alone is the proof. */
bool peer_is_unanswered(const struct wire *wire, uint32_t proof);

/* Whether the peer's kernel, or a proxy, still answers for it; of one that is dead by its data. */
bool peer_is_answered_for(const struct wire *wire, uint32_t interval, int64_t now);

/* Last payload in either direction. */
int64_t peer_payload(const struct wire *wire);

#endif

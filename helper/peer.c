/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/peer.h"

#include "common/duration.h"
#include "common/policy.h"

/* Bounds of the kernel: MAX_TCP_KEEPCNT, and TCP_RTO_MAX_MS's 1 s to 120 s (net/ipv4/tcp.c). */
#define KEEPCNT_MAX 127
#define RTO_MAX_LOW_MS 1000
#define RTO_MAX_HIGH_MS 120000

/* Seconds that the kernel waits beyond the limit before it gives the connection up by itself. */
#define KERNEL_MARGIN 2

/*
 * The kernel ends a connection after 15 retransmissions (tcp_retries2), measured as 12 to 15 times the longest pause: at
 * an eighth of the limit it never comes first, and a peer that is back has eight chances to say so.
 */
#define RTO_SHARE 8

/* sshd's question to its client, with any cipher (measured: 52 to 112 bytes). */
#define QUESTION_SIZE 128

static int64_t clamp(int64_t number, int64_t low, int64_t high)
{
	return number < low ? low : number > high ? high : number;
}

static int64_t probes_for(int64_t seconds, int64_t spacing)
{
	return (seconds + spacing - 1) / spacing;
}

struct probing peer_probing(uint32_t interval, uint32_t count)
{
	int64_t window = (int64_t)interval * count;
	int64_t half = clamp(interval / 2, 1, interval);
	int64_t idle = count == 1 ? half : interval;
	int64_t probed = window + KERNEL_MARGIN - idle;
	/* Half an interval apart, they may have to be more than the kernel allows. */
	int64_t spacing = probes_for(probed, half) <= KEEPCNT_MAX ? half : interval;

	return (struct probing){
		.idle_s = (int)idle,
		.interval_s = (int)spacing,
		.count = (int)clamp(probes_for(probed, spacing), 1, KEEPCNT_MAX),
		.rto_max_ms = (int)clamp(window * 1000 / RTO_SHARE, RTO_MAX_LOW_MS, RTO_MAX_HIGH_MS),
	};
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void begin_flow(struct peer_flow *flow, const struct wire *wire, int64_t silence, int64_t taken)
{
	*flow = (struct peer_flow){.is_begun = true,
	                           .bytes_received = wire->moved.in_bytes,
	                           .silence = silence,
	                           .messages = wire->moved.out_segments,
	                           .bytes_acked = wire->bytes_acked,
	                           .taken = taken};
}

/* The manual asks for a ClientAliveInterval of the same length: no more questions than that can have been sent. */
static bool is_output(const struct peer_flow *flow, const struct wire *wire, uint32_t interval, int64_t silence)
{
	int64_t span = later(0, silence - flow->silence);
	uint64_t questions = (uint64_t)(span / ((int64_t)interval * NS_PER_SECOND)) + 1;

	return wire->moved.out_segments - flow->messages > questions || wire->bytes_acked - flow->bytes_acked > questions * QUESTION_SIZE;
}

void peer_flow_take(struct peer_flow *flow, const struct wire *wire, uint32_t interval, int64_t now)
{
	int64_t silence = now - wire->received;

	if (!wire->is_known || interval == 0)
		return;
	if (!flow->is_begun || wire->moved.in_bytes != flow->bytes_received) {
		begin_flow(flow, wire, silence, 0);
		return;
	}
	/* A peer that takes no more output is one that does not read. */
	if (wire->is_window_closed || !is_output(flow, wire, interval, silence))
		return;
	/* What was sent last was taken, unless no acknowledgement has come since. */
	begin_flow(flow, wire, silence, later(flow->taken, earlier(wire->sent, wire->acked) - wire->received));
}

int64_t peer_alive(const struct wire *wire, const struct peer_flow *flow, uint32_t proof)
{
	if (proof == PROOF_DATA)
		return wire->received + flow->taken;
	return later(wire->acked, wire->received);
}

bool peer_is_answered_for(const struct wire *wire, uint32_t interval, int64_t now)
{
	/* The kernel asks after an interval of silence: an answer is no older than that and a second for its timers. */
	return wire->is_known && !wire->is_closed && now - wire->acked <= ((int64_t)interval + 1) * NS_PER_SECOND;
}

bool peer_is_unanswered(const struct wire *wire, uint32_t proof)
{
	/*
	 * Of two window probes close together a living peer answers one: it limits such acknowledgements to one per half
	 * second (net/ipv4/tcp_input.c, tcp_invalid_ratelimit).
	 */
	uint32_t proof_needed = wire->is_window_closed ? 2 : 1;

	return wire->is_known && (wire->is_closed || proof == PROOF_DATA || wire->unanswered >= proof_needed);
}

int64_t peer_payload(const struct wire *wire)
{
	return later(wire->received, wire->sent);
}

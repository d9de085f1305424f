/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/tcp.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "common/duration.h"

/* Since Linux 6.15 (include/uapi/linux/tcp.h); older headers do not name it. */
#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44
#endif

/* include/net/tcp_states.h */
#define TCP_STATE_CLOSE 7

/* Ages in TCP_INFO are whole ticks: at HZ=100 what happened can be 10 ms later than they say. */
#define TICK_NS (INT64_C(10) * NS_PER_MS)

static int set_option(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof value) < 0 ? -errno : 0;
}

int tcp_probe(int fd, const struct probing *probing)
{
	const struct {
		int level, option, value;
	} options[] = {{IPPROTO_TCP, TCP_KEEPIDLE, probing->idle_s},
	               {IPPROTO_TCP, TCP_KEEPINTVL, probing->interval_s},
	               {IPPROTO_TCP, TCP_KEEPCNT, probing->count},
	               {SOL_SOCKET, SO_KEEPALIVE, 1}};

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
		int r = set_option(fd, options[i].level, options[i].option, options[i].value);
		if (r < 0)
			return r;
	}
	/*
	 * TCP_USER_TIMEOUT would bound a dead peer while output flows, but it also ends connections whose peer acknowledges
	 * every window probe: a client stopped with ^Z. Retransmitting at least this often serves the living only.
	 */
	int r = set_option(fd, IPPROTO_TCP, TCP_RTO_MAX_MS, probing->rto_max_ms);
	return r == -ENOPROTOOPT ? 0 : r;
}

int64_t tcp_moment(int64_t now, uint32_t age_ms)
{
	int64_t at = now - (int64_t)age_ms * NS_PER_MS + TICK_NS;

	return at < now ? at : now;
}

/*
 * Retransmissions are no news. A kernel before 4.19 does not tell what it has sent, only what has arrived.
 */
static struct traffic moved(const struct tcp_info *info, size_t length)
{
	bool has_sent = length >= offsetof(struct tcp_info, tcpi_bytes_retrans) + sizeof info->tcpi_bytes_retrans;

	return (struct traffic){
		.in_bytes = info->tcpi_bytes_received,
		.in_segments = info->tcpi_data_segs_in,
		.out_bytes = has_sent ? info->tcpi_bytes_sent - info->tcpi_bytes_retrans : info->tcpi_bytes_acked,
		.out_segments = info->tcpi_data_segs_out,
	};
}

struct wire tcp_read(int fd, int64_t now)
{
	struct tcp_info info;
	socklen_t length = sizeof info;

	memset(&info, 0, sizeof info);
	if (fd < 0 || getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
		return (struct wire){.is_known = false};
	/* A kernel before 5.4 does not tell the window: then any data waiting to be sent may be waiting for it. */
	bool has_window = length >= offsetof(struct tcp_info, tcpi_snd_wnd) + sizeof info.tcpi_snd_wnd;
	bool is_waiting = info.tcpi_notsent_bytes > 0 && info.tcpi_unacked == 0;
	return (struct wire){
		.is_known = true,
		.is_closed = info.tcpi_state == TCP_STATE_CLOSE,
		.is_window_closed = is_waiting && (!has_window || info.tcpi_snd_wnd == 0),
		.unanswered = (uint32_t)info.tcpi_probes + info.tcpi_retransmits,
		.received = tcp_moment(now, info.tcpi_last_data_recv),
		.sent = tcp_moment(now, info.tcpi_last_data_sent),
		.acked = tcp_moment(now, info.tcpi_last_ack_recv),
		.bytes_acked = info.tcpi_bytes_acked,
		.round_trip = (int64_t)info.tcpi_rtt * NS_PER_US,
		.moved = moved(&info, length),
	};
}

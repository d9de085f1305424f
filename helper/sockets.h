/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The TCP sockets of the session's user: did one move together with the connection? And those that belong to the connection.
 *
 * What comes over a forwarded port goes on to a socket that the login service made in the user's name, within
 * milliseconds. The kernel tells the owner and the last data of every socket to anybody (sock_diag(7), INET_DIAG_INFO),
 * though not whose process holds it: sockets of other control groups than the leader's are passed over, and those on the
 * service's own port, which are connections of the service itself.
 *
 * FTP moves files over connections of their own (RFC 959, 3.2): between the same two addresses, on this side from the port below
 * the service's or from any that is not reserved, and made by the service as root or as the user. Whose of two sessions
 * from one address they are, the kernel does not tell: they count for both.
 */
#ifndef IDLETIMEOUT_HELPER_SOCKETS_H
#define IDLETIMEOUT_HELPER_SOCKETS_H

#include <stddef.h>
#include <stdint.h>

#include "common/endpoint.h"
#include "helper/network.h"
#include "helper/peer.h"

/* Sockets that moved within this of the connection moved together with it: the kernel tells ages in ticks, 10 ms at most. */
#define SOCKETS_TOGETHER_NS (INT64_C(12) * 1000 * 1000)

struct socket_query {
	uint32_t uid;
	uint64_t cgroup;         /* control group of the leader: what the session makes is in it; 0: unknown */
	uint16_t own_port;       /* of the service, host byte order; 0: unknown */
	uint16_t peer_port;      /* of the client, likewise: its end may be on this machine, and the user's */
	int64_t now;             /* CLOCK_BOOTTIME, nanoseconds */
	int64_t sent, received;  /* last data of the connection */
	int64_t since;           /* of what moved before, nothing is told */
	const struct endpoint *local, *peer; /* ends of a connection that can have others for its transfers; NULL: it cannot */
};

/*
 * Pure: takes one answer of the kernel, an inet_diag_msg with its attributes of `length` bytes, and adds what it tells to
 * `hints`. Anything that is not one, or is cut short, is passed over.
 */
void sockets_take(const void *message, size_t length, const struct socket_query *query, struct socket_hints *hints);

/* Asks the kernel for all of them; 0 or -errno, with what was heard until then in `ret_hints`. */
int sockets_ask(const struct socket_query *query, struct socket_hints *ret_hints);

#endif

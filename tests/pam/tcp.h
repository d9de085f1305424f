/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP connections over the loopback for tests, with both ends in this process.
 */
#ifndef IDLETIMEOUT_TESTS_TCP_H
#define IDLETIMEOUT_TESTS_TCP_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/endpoint.h"

struct tcp_pair {
	int server; /* the end that a login service has */
	int client; /* the end of the user */
	struct endpoint peer, local; /* of the server's end */
};

/*
 * Connects to `listen_on` (a literal address) by way of `connect_to`. False, with nothing open, when this
 * machine lacks such an address.
 */
bool tcp_connect(const char *listen_on, const char *connect_to, struct tcp_pair *ret_pair);
void tcp_close(struct tcp_pair *pair);

/* Whether the client notices within some seconds that the connection was shut down. */
bool tcp_is_shut_down(const struct tcp_pair *pair);

ino_t tcp_inode(int fd);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A TCP connection of this process with itself.
 */
#ifndef IDLETIMEOUT_TESTS_UNIT_LOOPBACK_H
#define IDLETIMEOUT_TESTS_UNIT_LOOPBACK_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "tests/unit/unit.h"

/* include/uapi/linux/tcp.h; netinet/tcp.h and linux/tcp.h cannot be included together. */
#define LOOPBACK_TCP_NODELAY 1

struct loopback {
	int server, client;
	uint16_t server_port, client_port;
};

static inline uint16_t port_of(int fd)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof address;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	return ntohs(address.sin_port);
}

static inline struct loopback loopback_open(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	struct loopback pair = {.client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	autoclose int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const int on = 1;

	assert_true(listener >= 0 && pair.client >= 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
	assert_int_equal(connect(pair.client, (struct sockaddr *)&address, sizeof address), 0);
	pair.server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(pair.server >= 0);
	assert_int_equal(setsockopt(pair.client, IPPROTO_TCP, LOOPBACK_TCP_NODELAY, &on, sizeof on), 0);
	assert_int_equal(setsockopt(pair.server, IPPROTO_TCP, LOOPBACK_TCP_NODELAY, &on, sizeof on), 0);
	pair.server_port = port_of(pair.server);
	pair.client_port = port_of(pair.client);
	return pair;
}

static inline void loopback_close(struct loopback *pair)
{
	close_fd(&pair->server);
	close_fd(&pair->client);
}

/* Sends so many bytes in one piece, and waits until the other end has them. */
static inline void loopback_send(int from, int to, size_t size)
{
	char bytes[4096] = "";

	assert_true(size <= sizeof bytes);
	assert_int_equal(send(from, bytes, size, MSG_NOSIGNAL), size);
	assert_int_equal(recv(to, bytes, size, MSG_WAITALL), size);
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pam/tcp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"

#define PATIENCE_MS 5000

static socklen_t fill(const char *address, in_port_t port, struct sockaddr_storage *ret_address)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = port};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = port};

	memset(ret_address, 0, sizeof *ret_address);
	if (inet_pton(AF_INET, address, &v4.sin_addr) == 1) {
		memcpy(ret_address, &v4, sizeof v4);
		return sizeof v4;
	}
	(void)inet_pton(AF_INET6, address, &v6.sin6_addr);
	memcpy(ret_address, &v6, sizeof v6);
	return sizeof v6;
}

/* A listener on a port that the kernel chooses. */
static int listen_at(const char *address, in_port_t *ret_port)
{
	struct sockaddr_storage at;
	socklen_t size = fill(address, 0, &at);
	autoclose int fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, size) < 0 || listen(fd, 1) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &size) < 0)
		return -1;
	struct sockaddr_in same_place; /* the port is where IPv4 has it in IPv6 as well */
	memcpy(&same_place, &at, sizeof same_place);
	*ret_port = same_place.sin_port;
	return take_fd(&fd);
}

static bool read_ends(struct tcp_pair *pair)
{
	struct sockaddr_storage peer, local;
	socklen_t peer_size = sizeof peer, local_size = sizeof local;

	return getpeername(pair->server, (struct sockaddr *)&peer, &peer_size) == 0 &&
	       getsockname(pair->server, (struct sockaddr *)&local, &local_size) == 0 &&
	       endpoint_from_sockaddr(&peer, &pair->peer) == 0 &&
	       endpoint_from_sockaddr(&local, &pair->local) == 0;
}

bool tcp_connect(const char *listen_on, const char *connect_to, struct tcp_pair *ret_pair)
{
	in_port_t port;
	struct sockaddr_storage to;
	struct tcp_pair pair = {.server = -1};
	autoclose int listener = listen_at(listen_on, &port);

	if (listener < 0)
		return false;
	socklen_t size = fill(connect_to, port, &to);
	autoclose int client = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client < 0 || connect(client, (struct sockaddr *)&to, size) < 0)
		return false;
	autoclose int server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	pair.server = server;
	if (server < 0 || !read_ends(&pair))
		return false;
	pair.client = take_fd(&client);
	(void)take_fd(&server);
	*ret_pair = pair;
	return true;
}

void tcp_close(struct tcp_pair *pair)
{
	close_fd(&pair->server);
	close_fd(&pair->client);
}

bool tcp_is_shut_down(const struct tcp_pair *pair)
{
	struct pollfd end = {.fd = pair->client, .events = POLLIN};
	char byte;

	return poll(&end, 1, PATIENCE_MS) == 1 && recv(pair->client, &byte, 1, MSG_DONTWAIT) == 0;
}

ino_t tcp_inode(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

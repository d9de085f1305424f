/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One end of a connection: a numeric address and a port, in one canonical spelling so that equal ends compare equal.
 *
 * No name is ever resolved. An IPv4 address mapped into IPv6 (RFC 4291, 2.5.5.2) is spelt as IPv4, and a scope
 * ("%eth0") is dropped, because sshd and the kernel do not agree on either.
 */
#ifndef IDLETIMEOUT_COMMON_ENDPOINT_H
#define IDLETIMEOUT_COMMON_ENDPOINT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct endpoint {
	char address[INET6_ADDRSTRLEN]; /* empty: unknown */
	uint16_t port;                  /* host byte order; 0: unknown */
};

/* Parses a literal v4 or v6 address; -EINVAL for anything else, a host name included. */
int endpoint_parse(const char *address, uint16_t port, struct endpoint *ret_endpoint);

/* The end that a socket address names; -EAFNOSUPPORT unless it is v4 or v6. */
int endpoint_from_sockaddr(const struct sockaddr_storage *address, struct endpoint *ret_endpoint);

/*
 * Parses the value of SSH_CONNECTION (ssh(1): "client address, client port, server address, server port").
 * -EINVAL unless it is exactly that with literal addresses; sshd writes UNKNOWN for what is not TCP.
 */
int endpoint_parse_ssh_connection(const char *value, struct endpoint *ret_peer, struct endpoint *ret_local);

bool endpoint_same_address(const struct endpoint *a, const struct endpoint *b);
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);

#endif

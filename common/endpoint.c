/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "common/text.h"

#define SSH_CONNECTION_MAX 255

static int set_v4(const struct in_addr *address, uint16_t port, struct endpoint *ret_endpoint)
{
	struct endpoint endpoint = {.port = port};

	if (inet_ntop(AF_INET, address, endpoint.address, sizeof endpoint.address) == NULL)
		return -errno;
	*ret_endpoint = endpoint;
	return 0;
}

static int set_v6(const struct in6_addr *address, uint16_t port, struct endpoint *ret_endpoint)
{
	struct endpoint endpoint = {.port = port};

	if (IN6_IS_ADDR_V4MAPPED(address)) {
		struct in_addr mapped;
		memcpy(&mapped, address->s6_addr + 12, sizeof mapped);
		return set_v4(&mapped, port, ret_endpoint);
	}
	if (inet_ntop(AF_INET6, address, endpoint.address, sizeof endpoint.address) == NULL)
		return -errno;
	*ret_endpoint = endpoint;
	return 0;
}

int endpoint_parse(const char *address, uint16_t port, struct endpoint *ret_endpoint)
{
	char literal[INET6_ADDRSTRLEN];
	size_t length = strcspn(address, "%");
	struct in_addr v4;
	struct in6_addr v6;

	if (length >= sizeof literal)
		return -EINVAL;
	memcpy(literal, address, length);
	literal[length] = '\0';
	/* Only v6 has scopes (RFC 4007). */
	if (address[length] == '\0' && inet_pton(AF_INET, literal, &v4) == 1)
		return set_v4(&v4, port, ret_endpoint);
	if (inet_pton(AF_INET6, literal, &v6) == 1)
		return set_v6(&v6, port, ret_endpoint);
	return -EINVAL;
}

int endpoint_from_sockaddr(const struct sockaddr_storage *address, struct endpoint *ret_endpoint)
{
	if (address->ss_family == AF_INET) {
		struct sockaddr_in v4;
		memcpy(&v4, address, sizeof v4);
		return set_v4(&v4.sin_addr, ntohs(v4.sin_port), ret_endpoint);
	}
	if (address->ss_family == AF_INET6) {
		struct sockaddr_in6 v6;
		memcpy(&v6, address, sizeof v6);
		return set_v6(&v6.sin6_addr, ntohs(v6.sin6_port), ret_endpoint);
	}
	return -EAFNOSUPPORT;
}

/* Cuts the next word off `*cursor`; NULL when there is none. */
static char *next_word(char **cursor)
{
	char *word = *cursor;

	if (word == NULL || *word == '\0')
		return NULL;
	char *blank = strchr(word, ' ');
	if (blank != NULL)
		*blank++ = '\0';
	*cursor = blank;
	return word;
}

static int parse_end(char **cursor, struct endpoint *ret_endpoint)
{
	char *address = next_word(cursor);
	char *digits = next_word(cursor);
	uint64_t port;

	if (address == NULL || digits == NULL || text_parse_unsigned(digits, UINT16_MAX, &port) < 0)
		return -EINVAL;
	return endpoint_parse(address, (uint16_t)port, ret_endpoint);
}

int endpoint_parse_ssh_connection(const char *value, struct endpoint *ret_peer, struct endpoint *ret_local)
{
	char copy[SSH_CONNECTION_MAX + 1];
	char *cursor = copy;
	struct endpoint peer, local;

	if (text_copy(copy, sizeof copy, value) < 0)
		return -EINVAL;
	if (parse_end(&cursor, &peer) < 0 || parse_end(&cursor, &local) < 0 || cursor != NULL)
		return -EINVAL;
	*ret_peer = peer;
	*ret_local = local;
	return 0;
}

bool endpoint_same_address(const struct endpoint *a, const struct endpoint *b)
{
	return a->address[0] != '\0' && strcmp(a->address, b->address) == 0;
}

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return endpoint_same_address(a, b) && a->port == b->port;
}

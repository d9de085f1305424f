/* SPDX-License-Identifier: BSD-3-Clause */
/* Any string or socket address is refused or has one spelling, which is read back as the same end. */
#include "common/endpoint.h"

#include <errno.h>

#include "tests/fuzz/fuzz.h"

static void expect_canonical(const struct endpoint *endpoint)
{
	struct endpoint again;

	PROMISE(memchr(endpoint->address, '\0', sizeof endpoint->address) != NULL);
	PROMISE(endpoint->address[0] != '\0');
	PROMISE(endpoint->address[strspn(endpoint->address, "0123456789abcdef:.")] == '\0');
	PROMISE(endpoint_parse(endpoint->address, endpoint->port, &again) == 0);
	PROMISE(endpoint_equal(&again, endpoint));
}

static void add_end(struct text *text, const struct endpoint *endpoint)
{
	text_add(text, endpoint->address);
	text_add_char(text, ' ');
	text_add_unsigned(text, endpoint->port);
}

static void try_connection(const char *value)
{
	struct endpoint peer, local, peer_again, local_again;
	TEXT(written, 256);

	int r = endpoint_parse_ssh_connection(value, &peer, &local);
	PROMISE(r == 0 || r == -EINVAL);
	if (r < 0)
		return;
	expect_canonical(&peer);
	expect_canonical(&local);
	add_end(&written, &peer);
	text_add_char(&written, ' ');
	add_end(&written, &local);
	PROMISE(endpoint_parse_ssh_connection(written.data, &peer_again, &local_again) == 0);
	PROMISE(endpoint_equal(&peer, &peer_again) && endpoint_equal(&local, &local_again));
}

static void try_socket_address(const uint8_t *data, size_t size)
{
	struct sockaddr_storage address = {0};
	struct endpoint endpoint;

	if (size > 0)
		memcpy(&address, data, size < sizeof address ? size : sizeof address);
	int r = endpoint_from_sockaddr(&address, &endpoint);
	PROMISE(r == 0 || r == -EAFNOSUPPORT);
	if (r == 0)
		expect_canonical(&endpoint);
	/* Whatever the first bytes were, try both families as well. */
	address.ss_family = size % 2 == 0 ? AF_INET : AF_INET6;
	PROMISE(endpoint_from_sockaddr(&address, &endpoint) == 0);
	expect_canonical(&endpoint);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct endpoint endpoint;
	char *string = copy_string(data, size);
	int r = endpoint_parse(string, 22, &endpoint);

	PROMISE(r == 0 || r == -EINVAL);
	if (r == 0)
		expect_canonical(&endpoint);
	try_connection(string);
	try_socket_address(data, size);
	free(string);
	return 0;
}

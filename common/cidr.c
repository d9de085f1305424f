/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/cidr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "common/text.h"

#define V4_BITS 32
#define V6_BITS 128
#define MAPPED_BITS 96 /* of the prefix ::ffff:0:0/96 (RFC 4291, 2.5.5.2) */

static int refuse(const char *why, const char **ret_why)
{
	*ret_why = why;
	return -EINVAL;
}

/* Parses the address of `length` bytes; the range is that address alone. */
static int parse_address(const char *written, size_t length, struct cidr *ret_cidr)
{
	char literal[INET6_ADDRSTRLEN];
	struct cidr cidr = {.bits = V4_BITS};

	if (length >= sizeof literal)
		return -EINVAL;
	memcpy(literal, written, length);
	literal[length] = '\0';
	if (inet_pton(AF_INET, literal, cidr.address) != 1) {
		cidr.is_v6 = true;
		cidr.bits = V6_BITS;
		if (inet_pton(AF_INET6, literal, cidr.address) != 1)
			return -EINVAL;
	}
	*ret_cidr = cidr;
	return 0;
}

static void unmap(struct cidr *cidr)
{
	static const uint8_t mapped[MAPPED_BITS / 8] = {[10] = 0xff, [11] = 0xff};

	if (!cidr->is_v6 || cidr->bits < MAPPED_BITS || memcmp(cidr->address, mapped, sizeof mapped) != 0)
		return;
	memmove(cidr->address, cidr->address + sizeof mapped, V4_BITS / 8);
	memset(cidr->address + V4_BITS / 8, 0, sizeof mapped);
	cidr->is_v6 = false;
	cidr->bits = (uint8_t)(cidr->bits - MAPPED_BITS);
}

/* Whether the first `bits` bits are the same. */
static bool same_prefix(const uint8_t *a, const uint8_t *b, size_t bits)
{
	size_t whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

static bool has_bits_beyond_prefix(const struct cidr *cidr)
{
	uint8_t network[sizeof cidr->address] = {0};
	size_t whole = cidr->bits / 8;

	memcpy(network, cidr->address, whole);
	if (cidr->bits % 8 != 0)
		network[whole] = (uint8_t)(cidr->address[whole] & 0xff00 >> cidr->bits % 8);
	return memcmp(network, cidr->address, sizeof network) != 0;
}

int cidr_parse(const char *written, struct cidr *ret_cidr, const char **ret_why)
{
	size_t length = strcspn(written, "/");
	struct cidr cidr;
	uint64_t bits;

	if (parse_address(written, length, &cidr) < 0)
		return refuse("is no address, no network such as 10.0.0.0/8, and not 'local' or '*'; names are not resolved",
		              ret_why);
	if (written[length] == '/') {
		if (text_parse_unsigned(written + length + 1, cidr.bits, &bits) < 0)
			return refuse(cidr.is_v6 ? "needs a prefix of 0 to 128 bits" : "needs a prefix of 0 to 32 bits",
			              ret_why);
		cidr.bits = (uint8_t)bits;
	}
	if (has_bits_beyond_prefix(&cidr))
		return refuse("has bits set beyond its prefix", ret_why);
	unmap(&cidr);
	*ret_cidr = cidr;
	return 0;
}

bool cidr_holds(const struct cidr *cidr, const struct endpoint *endpoint)
{
	struct cidr address;

	if (parse_address(endpoint->address, strlen(endpoint->address), &address) < 0)
		return false;
	return address.is_v6 == cidr->is_v6 && same_prefix(address.address, cidr->address, cidr->bits);
}

bool cidr_covers(const struct cidr *outer, const struct cidr *inner)
{
	return outer->is_v6 == inner->is_v6 && outer->bits <= inner->bits &&
	       same_prefix(outer->address, inner->address, outer->bits);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A range of addresses as rules name it: 10.0.0.9, 10.0.0.0/8, 2001:db8::/32.
 *
 * Pure. A range of IPv4 addresses mapped into IPv6 is the IPv4 range, as an endpoint spells its address. A range of
 * IPv6 holds no IPv4 address, however wide it is.
 */
#ifndef IDLETIMEOUT_COMMON_CIDR_H
#define IDLETIMEOUT_COMMON_CIDR_H

#include <stdbool.h>
#include <stdint.h>

#include "common/endpoint.h"

struct cidr {
	bool is_v6;
	uint8_t bits;        /* of the prefix: at most 32, of v6 at most 128 */
	uint8_t address[16]; /* network byte order; of v4 the first four */
};

/*
 * Parses an address, or a network and the length of its prefix. -EINVAL with `*ret_why` set to a constant phrase that
 * completes "'10.0.0.1/8' ..": a host name, a scope, or bits beyond the prefix, which are a typing mistake.
 */
int cidr_parse(const char *written, struct cidr *ret_cidr, const char **ret_why);

/* Whether the address of an endpoint is in the range; one that is unknown is in none. */
bool cidr_holds(const struct cidr *cidr, const struct endpoint *endpoint);

/* Whether every address of `inner` is in `outer`. */
bool cidr_covers(const struct cidr *outer, const struct cidr *inner);

#endif

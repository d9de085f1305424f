/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finding the TCP connection of a session among the descriptors of its leader.
 *
 * A wrong socket would be shut down or probed instead of the right one, so that two that fit equally well count
 * as none. The socket found is a duplicate, close-on-exec and clear of 0, 1 and 2; the caller closes it.
 */
#ifndef IDLETIMEOUT_MODULE_CONNECTION_H
#define IDLETIMEOUT_MODULE_CONNECTION_H

#include "common/endpoint.h"

struct connection {
	int fd;
	struct endpoint peer, local;
};

/*
 * Looks for the socket that `ssh_connection` (the variable; may be NULL) names, else for the only one that
 * comes from the literal address `rhost` (may be empty), else at fd 0. -ENOENT: there is none; -ENOTUNIQ: two
 * different ones fit.
 */
int connection_find(const char *ssh_connection, const char *rhost, struct connection *ret_connection);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which groups a user is in, as the name service knows it: its files, LDAP, and whatever else nsswitch.conf(5) names.
 *
 * A directory that does not answer holds the caller up for as long as it likes. So this is for a process that may be
 * held up, and killed: never for the module, which lives in somebody else's.
 */
#ifndef IDLETIMEOUT_COMMON_MEMBERSHIP_H
#define IDLETIMEOUT_COMMON_MEMBERSHIP_H

#include <stddef.h>
#include <sys/types.h>

#include "common/duration.h"

/* How long a login waits for all that it has to ask. */
#define MEMBERSHIP_TIMEOUT_NS (1500 * NS_PER_MS)

/* A user's groups, that of the account included; released by membership_free(). */
struct membership {
	gid_t *groups;
	int count;
};

/* -ENOENT when there is no such user; other -errno when the name service failed. */
int membership_read(const char *user, struct membership *ret_membership);

/*
 * Whether the group `name` is one of them: 1 or 0, also 0 when there is no such group; -errno when the name service
 * failed to say.
 */
int membership_has(const struct membership *membership, const char *name);

/* Whether there is such a user, or such a group: 1 or 0; -errno when the name service failed to say. */
int membership_user_exists(const char *name);
int membership_group_exists(const char *name);

void membership_free(struct membership *membership);

#define autofree_membership __attribute__((cleanup(membership_free)))

#endif

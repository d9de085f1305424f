/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/membership.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include "common/cleanup.h"

/* An entry of a group of the size of a directory: a million names of sixteen bytes and a pointer to each. */
#define ENTRY_MAX (64 << 20)
#define ENTRY_FIRST 4096

/* What most users' groups fit into; the kernel takes 65536 at most (NGROUPS_MAX). */
#define GROUPS_FIRST 64
#define GROUPS_MAX 65536

/* The id that no group has: chown(2) takes it for none. */
#define NO_GROUP ((gid_t)-1)

/* Both kinds of entries are looked up alike: into a buffer that is doubled until the entry fits. */
union entry {
	struct passwd user;
	struct group group;
};

typedef int look_up(const char *name, union entry *entry, char *buffer, size_t size, void **ret_found);

static int look_up_user(const char *name, union entry *entry, char *buffer, size_t size, void **ret_found)
{
	struct passwd *found = NULL;
	int error = getpwnam_r(name, &entry->user, buffer, size, &found);

	*ret_found = found;
	return error;
}

static int look_up_group(const char *name, union entry *entry, char *buffer, size_t size, void **ret_found)
{
	struct group *found = NULL;
	int error = getgrnam_r(name, &entry->group, buffer, size, &found);

	*ret_found = found;
	return error;
}

/*
 * The gid of an entry. Only an answer without an error says that there is none (getpwnam_r(3)): a directory that
 * cannot be reached is an error.
 */
static int find_gid(const char *name, look_up *find, gid_t *ret_gid)
{
	for (size_t size = ENTRY_FIRST; size <= ENTRY_MAX; size *= 2) {
		autofree char *buffer = malloc(size);
		union entry entry;
		void *found = NULL;

		if (buffer == NULL)
			return -ENOMEM;
		int error = find(name, &entry, buffer, size, &found);
		if (error == ERANGE || error == EINTR)
			continue;
		/* What a service that is not there says: not that the entry is not. */
		if (error == ENOENT)
			return -EIO;
		if (error != 0)
			return -error;
		if (found == NULL)
			return -ENOENT;
		*ret_gid = find == look_up_user ? entry.user.pw_gid : entry.group.gr_gid;
		return 0;
	}
	return -EMSGSIZE;
}

int membership_read(const char *user, struct membership *ret_membership)
{
	autofree_membership struct membership membership = {0};
	gid_t own = NO_GROUP;
	int r = find_gid(user, look_up_user, &own);

	if (r < 0)
		return r;
	for (int room = GROUPS_FIRST; room <= GROUPS_MAX * 2; room *= 2) {
		int count = room;
		membership_free(&membership);
		membership.groups = calloc((size_t)room, sizeof *membership.groups);
		if (membership.groups == NULL)
			return -ENOMEM;
		if (getgrouplist(user, own, membership.groups, &count) >= 0) {
			membership.count = count;
			*ret_membership = membership;
			membership = (struct membership){0};
			return 0;
		}
	}
	return -EMSGSIZE;
}

int membership_has(const struct membership *membership, const char *name)
{
	gid_t gid = NO_GROUP;
	int r = find_gid(name, look_up_group, &gid);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	for (int i = 0; i < membership->count; i++) {
		if (membership->groups[i] == gid)
			return 1;
	}
	return 0;
}

static int exists(const char *name, look_up *find)
{
	gid_t gid = NO_GROUP;
	int r = find_gid(name, find, &gid);

	return r == -ENOENT ? 0 : r < 0 ? r : 1;
}

int membership_user_exists(const char *name)
{
	return exists(name, look_up_user);
}

int membership_group_exists(const char *name)
{
	return exists(name, look_up_group);
}

void membership_free(struct membership *membership)
{
	free(membership->groups);
	*membership = (struct membership){0};
}

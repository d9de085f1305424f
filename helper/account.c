/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"

int account_find(const char *name, uid_t *ret_uid, gid_t *ret_gid)
{
	const struct passwd *entry;
	autofclose FILE *file = fopen("/etc/passwd", "re");

	if (file == NULL)
		return -errno;
	while ((entry = fgetpwent(file)) != NULL) {
		if (strcmp(entry->pw_name, name) == 0) {
			*ret_uid = entry->pw_uid;
			*ret_gid = entry->pw_gid;
			return 0;
		}
	}
	return -ENOENT;
}

int account_find_group(const char *name, gid_t *ret_gid)
{
	const struct group *entry;
	autofclose FILE *file = fopen("/etc/group", "re");

	if (file == NULL)
		return -errno;
	while ((entry = fgetgrent(file)) != NULL) {
		if (strcmp(entry->gr_name, name) == 0) {
			*ret_gid = entry->gr_gid;
			return 0;
		}
	}
	return -ENOENT;
}

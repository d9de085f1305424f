/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/account.h"

#include <errno.h>
#include <grp.h>
#include <mntent.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"

int account_find(const char *name, uid_t *ret_uid, gid_t *ret_gid)
{
	const struct passwd *entry;
	autofclose FILE *file = fopen(ACCOUNT_FILE, "re");

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

/* The number after "gid=" in the options of a mount; -ENOENT when it has none. */
static int read_group_option(const struct mntent *entry, gid_t *ret_gid)
{
	static const char name[] = "gid=";
	const char *option = hasmntopt(entry, "gid");
	char digits[12];
	uint64_t gid;

	if (option == NULL || strncmp(option, name, strlen(name)) != 0)
		return -ENOENT;
	option += strlen(name);
	size_t length = strcspn(option, ",");
	if (length >= sizeof digits)
		return -EINVAL;
	memcpy(digits, option, length);
	digits[length] = '\0';
	if (text_parse_unsigned(digits, UINT32_MAX - 1, &gid) < 0)
		return -EINVAL;
	*ret_gid = (gid_t)gid;
	return 0;
}

/* Of several mounts on /proc the last one is seen. */
int account_find_proc_group(gid_t *ret_gid)
{
	const struct mntent *entry;
	int result = -ENOENT;
	FILE *mounts = setmntent("/proc/self/mounts", "re");

	if (mounts == NULL)
		return -errno;
	while ((entry = getmntent(mounts)) != NULL) {
		if (strcmp(entry->mnt_dir, "/proc") == 0)
			result = read_group_option(entry, ret_gid);
	}
	(void)endmntent(mounts);
	return result;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/account.h"

#include <errno.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"

/* Of a longer line, as overlay file systems have them, the end is cut off (getmntent_r(3)): it is not that of /proc. */
#define MOUNT_LINE_SIZE 1024

bool account_read_line(char *line, const char *name, uint32_t *ret_numbers, size_t count)
{
	const char *found = strsep(&line, ":");

	if (line == NULL || strcmp(found, name) != 0)
		return false;
	(void)strsep(&line, ":");
	for (size_t i = 0; i < count; i++) {
		uint64_t number;
		const char *word = strsep(&line, ":\n");
		if (word == NULL || text_parse_unsigned(word, UINT32_MAX - 1, &number) < 0)
			return false;
		ret_numbers[i] = (uint32_t)number;
	}
	return true;
}

/* Not fgetpwent(3), which asks the kernel for its place in the file twice a line: thousands of accounts are milliseconds. */
static int find_entry(const char *path, const char *name, uint32_t *ret_numbers, size_t count)
{
	autofree char *line = NULL;
	size_t size = 0;
	autofclose FILE *file = fopen(path, "re");

	if (file == NULL)
		return -errno;
	while (getline(&line, &size, file) >= 0) {
		if (account_read_line(line, name, ret_numbers, count))
			return 0;
	}
	return -ENOENT;
}

int account_find(const char *name, uid_t *ret_uid, gid_t *ret_gid)
{
	uint32_t ids[2] = {UINT32_MAX, UINT32_MAX}; /* nobody: never 0 by mistake */
	int r = find_entry(ACCOUNT_FILE, name, ids, 2);

	if (r < 0)
		return r;
	*ret_uid = ids[0];
	*ret_gid = ids[1];
	return 0;
}

int account_find_group(const char *name, gid_t *ret_gid)
{
	uint32_t id = UINT32_MAX;
	int r = find_entry("/etc/group", name, &id, 1);

	if (r < 0)
		return r;
	*ret_gid = id;
	return 0;
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
	char line[MOUNT_LINE_SIZE];
	struct mntent entry;
	int result = -ENOENT;
	FILE *mounts = setmntent("/proc/self/mounts", "re");

	if (mounts == NULL)
		return -errno;
	while (getmntent_r(mounts, &entry, line, sizeof line) != NULL) {
		if (strcmp(entry.mnt_dir, "/proc") == 0)
			result = read_group_option(&entry, ret_gid);
	}
	(void)endmntent(mounts);
	return result;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/process.h"

/* A line per hierarchy; of a dozen controllers in version 1, with paths of some units deep. */
#define CGROUP_TEXT_SIZE 8192

static const struct {
	const char *label;
	const char *members; /* of init's own group there: systemd names it init.scope (systemd.special(7)) */
} hierarchies[] = {
	{"0::", "/sys/fs/cgroup/init.scope/cgroup.procs"},
	{"0::", "/sys/fs/cgroup/unified/init.scope/cgroup.procs"},
	{"name=systemd:", "/sys/fs/cgroup/systemd/init.scope/cgroup.procs"},
};

static bool is_path(const char *path, size_t length, const char *other)
{
	return length == strlen(other) && memcmp(path, other, length) == 0;
}

bool cgroup_is_in_unit(const char *text, const char *label)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		const char *found = memmem(text, length, label, strlen(label));
		if (found != NULL && (found == text || found[-1] == ':')) {
			const char *path = found + strlen(label);
			size_t rest = length - (size_t)(path - text);
			return !is_path(path, rest, "/") && !is_path(path, rest, "/init.scope");
		}
		text += length + (text[length] == '\n');
	}
	return false;
}

/* cgroups(7): "0" stands for the writer. */
static int join(const char *members)
{
	autoclose int fd = open(members, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, "0", 1) < 0 ? -errno : 0;
}

int cgroup_leave_unit(void)
{
	char text[CGROUP_TEXT_SIZE];
	int result = 0;

	if (process_read_file(getpid(), "cgroup", text, sizeof text) < 0)
		return 0;
	for (size_t i = 0; i < sizeof hierarchies / sizeof hierarchies[0]; i++) {
		if (!cgroup_is_in_unit(text, hierarchies[i].label))
			continue;
		int r = join(hierarchies[i].members);
		if (r < 0 && r != -ENOENT)
			result = r;
	}
	return result;
}

int cgroup_add_path(const char *text, struct text *path)
{
	static const char label[] = "0::";

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		if (strncmp(text, label, sizeof label - 1) == 0) {
			const char *name = text + sizeof label - 1;
			length -= sizeof label - 1;
			if (length <= 1)
				return -ENOENT;
			if (name[0] != '/' || memmem(name, length, "/..", 3) != NULL)
				return -EINVAL;
			text_add_bytes(path, name, length);
			return text_result(path);
		}
		text += length + (text[length] == '\n');
	}
	return -ENOENT;
}

uint64_t cgroup_id(int32_t pid)
{
	static const char *const mounts[] = {"/sys/fs/cgroup/unified", "/sys/fs/cgroup"};
	char text[CGROUP_TEXT_SIZE];
	struct stat status;

	if (process_read_file(pid, "cgroup", text, sizeof text) < 0)
		return 0;
	for (size_t i = 0; i < sizeof mounts / sizeof mounts[0]; i++) {
		char name[PATH_MAX];
		struct text path;
		text_init(&path, name, sizeof name);
		text_add(&path, mounts[i]);
		if (cgroup_add_path(text, &path) == 0 && stat(name, &status) == 0)
			return status.st_ino;
	}
	return 0;
}

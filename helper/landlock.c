/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/text.h"

/* Rights that came after the first version; older headers do not name them (include/uapi/linux/landlock.h). */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

#define RIGHTS_OF_FIRST_VERSION ((1ULL << 13) - 1)

/* The rights that this kernel can take away. */
static int handled_rights(uint64_t *ret_rights)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 1)
		return -EOPNOTSUPP;
	*ret_rights = RIGHTS_OF_FIRST_VERSION;
	if (version >= 2)
		*ret_rights |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		*ret_rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
	return 0;
}

static int add_rule(int ruleset, int fd, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};

	return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0 ? -errno : 0;
}

static int allow(int ruleset, const char *path, uint64_t rights)
{
	autoclose int fd = open(path, O_PATH | O_CLOEXEC);

	return fd < 0 ? -errno : add_rule(ruleset, fd, rights);
}

/* A place without pseudo-terminals has none to reach. */
static int allow_if_there(int ruleset, const char *path, uint64_t rights)
{
	int r = allow(ruleset, path, rights);

	return r == -ENOENT ? 0 : r;
}

/* A login on a console or serial line; pseudo-terminals are allowed as a whole. Whatever else the service named is no terminal. */
static int allow_login_tty(int ruleset, const char *login_tty)
{
	char path[96];
	struct text text;
	struct stat status;

	text_init(&text, path, sizeof path);
	text_add(&text, "/dev/");
	text_add(&text, login_tty);
	if (login_tty[0] == '\0' || text_result(&text) < 0)
		return 0;
	autoclose int fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISCHR(status.st_mode))
		return 0;
	return add_rule(ruleset, fd, LANDLOCK_ACCESS_FS_WRITE_FILE);
}

static int allow_all_needed(int ruleset, const char *login_tty)
{
	int r = allow(ruleset, "/proc", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);

	if (r == 0)
		r = allow(ruleset, RUN_DIR, LANDLOCK_ACCESS_FS_REMOVE_FILE);
	if (r == 0)
		r = allow_if_there(ruleset, "/dev/pts", LANDLOCK_ACCESS_FS_WRITE_FILE);
	if (r == 0)
		r = allow_login_tty(ruleset, login_tty);
	return r;
}

int landlock_confine(const char *login_tty)
{
	struct landlock_ruleset_attr attributes = {0};
	uint64_t rights;
	int r = handled_rights(&rights);

	if (r < 0)
		return r;
	attributes.handled_access_fs = rights;
	/* landlock_create_ruleset(2) makes the descriptor close-on-exec itself. */
	autoclose int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
	if (ruleset < 0)
		return -errno;
	r = allow_all_needed(ruleset, login_tty);
	if (r < 0)
		return r;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? -errno : 0;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/text.h"

/* A textfile collector reads it under another account. */
#define FILE_MODE 0644

#define TRIES_MAX 16

/* Opens the directory of a path, "." for a name alone, and finds the name; caller closes. */
static int open_directory(const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	autofree char *directory = slash != NULL ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");

	if (directory == NULL)
		return -ENOMEM;
	*ret_name = slash != NULL ? slash + 1 : path;
	if (**ret_name == '\0')
		return slash != NULL ? -EISDIR : -ENOENT;
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A collector passes over names that do not end as it wants, a person over hidden ones. */
static void name_temporary(struct replacement *replacement)
{
	struct text text;
	uint32_t random;

	if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random)
		random = (uint32_t)getpid();
	text_init(&text, replacement->temporary, sizeof replacement->temporary);
	text_add(&text, ".idletimeout.");
	text_add_unsigned(&text, random);
}

/* open(2): with O_CREAT and O_EXCL a link is not followed, wherever it leads. */
static int make_temporary(struct replacement *replacement)
{
	for (int tries = 0; tries < TRIES_MAX; tries++) {
		name_temporary(replacement);
		int fd = openat(replacement->directory, replacement->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		                FILE_MODE);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			break;
	}
	replacement->temporary[0] = '\0';
	return -errno;
}

static int open_stream(struct replacement *replacement)
{
	autoclose int fd = make_temporary(replacement);

	if (fd < 0)
		return fd;
	/* Whatever the umask: cron's may be anything. */
	if (fchmod(fd, FILE_MODE) < 0)
		return -errno;
	replacement->stream = fdopen(fd, "w");
	if (replacement->stream == NULL)
		return -errno;
	(void)take_fd(&fd);
	return 0;
}

/* Root may write everywhere: "--output /dev/null" must not leave a file in the place of the device. */
static int check_replaced(const struct replacement *replacement)
{
	struct stat status;

	if (fstatat(replacement->directory, replacement->name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return S_ISREG(status.st_mode) ? 0 : -ENOTSUP;
}

int replacement_begin(const char *path, struct replacement *ret_replacement)
{
	*ret_replacement = (struct replacement){.directory = -1};
	ret_replacement->directory = open_directory(path, &ret_replacement->name);
	if (ret_replacement->directory < 0)
		return ret_replacement->directory;
	int r = check_replaced(ret_replacement);
	if (r == 0)
		r = open_stream(ret_replacement);
	if (r < 0)
		replacement_abandon(ret_replacement);
	return r;
}

int replacement_finish(struct replacement *replacement)
{
	errno = 0;
	if (fflush(replacement->stream) != 0 || ferror(replacement->stream))
		return errno != 0 ? -errno : -EIO;
	if (fsync(fileno(replacement->stream)) < 0)
		return -errno;
	if (renameat(replacement->directory, replacement->temporary, replacement->directory, replacement->name) < 0)
		return -errno;
	replacement->temporary[0] = '\0';
	return 0;
}

void replacement_abandon(struct replacement *replacement)
{
	if (replacement->temporary[0] != '\0')
		(void)unlinkat(replacement->directory, replacement->temporary, 0);
	replacement->temporary[0] = '\0';
	close_stream(&replacement->stream);
	close_fd(&replacement->directory);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/record_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/rundir.h"

#define DIRECTORY_MODE 0755
#define RECORD_MODE 0600
/* The session's user owns the socket: nobody else can keep the watchdog busy. */
#define SOCKET_MODE 0600
#define BACKLOG 8

int record_open_directory(uid_t uid, gid_t gid)
{
	struct stat status;

	if (mkdir(RUN_DIR, DIRECTORY_MODE) < 0 && errno != EEXIST)
		return -errno;
	autoclose int fd = rundir_open();
	if (fd < 0)
		return fd;
	if (fstat(fd, &status) < 0)
		return -errno;
	if ((status.st_uid != 0 && status.st_uid != uid) || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return -EPERM;
	if (fchown(fd, uid, gid) < 0 || fchmod(fd, DIRECTORY_MODE) < 0)
		return -errno;
	return take_fd(&fd);
}

static int write_all(int fd, const char *bytes, size_t length)
{
	ssize_t n = write(fd, bytes, length);

	if (n < 0)
		return -errno;
	return (size_t)n == length ? 0 : -EIO;
}

/* A record is whole or not there: the command may look at any moment. */
int record_write(int directory, const char *id, const char *record, size_t length, uid_t uid, gid_t gid)
{
	char link[64];
	struct text text;
	autoclose int fd = openat(directory, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, RECORD_MODE);

	if (fd < 0)
		return -errno;
	int r = write_all(fd, record, length);
	if (r < 0)
		return r;
	if (fchown(fd, uid, gid) < 0)
		return -errno;
	text_init(&text, link, sizeof link);
	text_add(&text, "/proc/self/fd/");
	text_add_signed(&text, fd);
	return linkat(AT_FDCWD, link, directory, id, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
}

int record_listen(int directory, const char *id, uid_t user)
{
	char name[RUNDIR_NAME_SIZE];
	struct sockaddr_un address;
	int r = rundir_socket_address(id, &address);
	autoclose int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (r < 0)
		return r;
	/* The mode before the name (bind takes it from the socket): a name could lead elsewhere by the time it is changed. */
	if (fd < 0 || fchmod(fd, SOCKET_MODE) < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) < 0)
		return -errno;
	rundir_socket_name(id, name);
	if (fchownat(directory, name, user, (gid_t)-1, AT_SYMLINK_NOFOLLOW) < 0 || listen(fd, BACKLOG) < 0) {
		r = -errno;
		(void)unlinkat(directory, name, 0);
		return r;
	}
	return take_fd(&fd);
}

void record_remove(int directory, const char *id)
{
	char name[RUNDIR_NAME_SIZE];

	rundir_socket_name(id, name);
	(void)unlinkat(directory, name, 0);
	(void)unlinkat(directory, id, 0);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/read_to_end.h"
#include "common/rundir.h"

/* Opens a regular file; -ELOOP for a link, -EBADMSG for anything else, without waiting for the writer of a FIFO. */
static int open_file(int rundir, const char *name)
{
	autoclose int fd = openat(rundir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat status;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) < 0)
		return -errno;
	return S_ISREG(status.st_mode) ? take_fd(&fd) : -EBADMSG;
}

/* -EBADMSG when the file has `size` bytes or more. */
static int read_all(int fd, char *data, size_t size)
{
	ssize_t length = read_to_end(fd, data, size);

	return (size_t)length == size ? -EBADMSG : (int)length;
}

int record_read_bytes(int rundir, const char *name, char *data, size_t size)
{
	autoclose int fd = open_file(rundir, name);

	if (fd < 0)
		return fd == -ELOOP || fd == -ENXIO ? -EBADMSG : fd;
	return read_all(fd, data, size);
}

int record_read(int rundir, const char *id, struct session *ret_session, struct policy *ret_policy)
{
	char data[SESSION_RECORD_SIZE + 1];
	struct session session;
	struct policy policy;
	int length = record_read_bytes(rundir, id, data, sizeof data);

	if (length < 0)
		return length;
	if (session_decode(data, (size_t)length, &session, &policy) < 0 || strcmp(session.id, id) != 0)
		return -EBADMSG;
	*ret_session = session;
	*ret_policy = policy;
	return 0;
}

/* The socket goes first: as long as the record is there, whoever comes next finds what is left to remove. */
void record_remove(int rundir, const char *id)
{
	char name[RUNDIR_NAME_SIZE];

	rundir_socket_name(id, name);
	(void)unlinkat(rundir, name, 0);
	(void)unlinkat(rundir, id, 0);
}

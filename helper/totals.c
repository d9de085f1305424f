/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/totals.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/duration.h"
#include "common/totals.h"

/* Nobody but root may read it: who can read a file can lock it, and keep all watchdogs from counting. */
#define TOTALS_MODE 0600

int totals_open(int directory)
{
	const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat status;

	if (directory < 0)
		return directory;
	autoclose int fd = openat(directory, TOTALS_FILE_NAME, flags, TOTALS_MODE);
	if (fd < 0 || fstat(fd, &status) < 0)
		return -errno;
	/* RUN_DIR is the account's: whatever it put there is not to be written to by root's leave. */
	if (!S_ISREG(status.st_mode) || status.st_uid != geteuid() || status.st_nlink != 1 ||
	    (status.st_mode & ~S_IFMT) != TOTALS_MODE)
		return -EPERM;
	return take_fd(&fd);
}

/* Never waits in the kernel: a watchdog that was stopped while it held the lock must not stop the others. */
static int lock(int fd)
{
	const struct timespec moment = {.tv_nsec = NS_PER_MS};
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	for (int tries = 0; fcntl(fd, F_OFD_SETLK, &whole) < 0; tries++) {
		if ((errno != EAGAIN && errno != EACCES) || tries == TOTALS_PATIENCE_MS)
			return -errno;
		(void)nanosleep(&moment, NULL);
	}
	return 0;
}

static void unlock(int fd)
{
	struct flock whole = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

	(void)fcntl(fd, F_OFD_SETLK, &whole);
}

static int read_totals(int fd, struct totals *ret_totals)
{
	char bytes[TOTALS_SIZE];
	ssize_t length = pread(fd, bytes, sizeof bytes, 0);

	if (length < 0)
		return -errno;
	if (totals_decode(bytes, (size_t)length, ret_totals) < 0)
		totals_init(ret_totals);
	return 0;
}

/* Numbers grow, so that what is written covers what was there; it is shorter only than something foreign. */
static int write_totals(int fd, const struct totals *totals)
{
	char bytes[TOTALS_SIZE];
	struct text text;

	text_init(&text, bytes, sizeof bytes);
	int r = totals_encode(totals, &text);
	if (r < 0)
		return r;
	ssize_t written = pwrite(fd, text.data, text.used, 0);
	if (written < 0 || ftruncate(fd, (off_t)text.used) < 0)
		return -errno;
	return (size_t)written == text.used ? 0 : -EIO;
}

int totals_count(int fd, const char *name)
{
	struct totals totals;

	if (fd < 0)
		return fd;
	int r = lock(fd);
	if (r < 0)
		return r;
	r = read_totals(fd, &totals);
	if (r == 0)
		r = totals_add(&totals, name);
	if (r == 0)
		r = write_totals(fd, &totals);
	unlock(fd);
	return r;
}

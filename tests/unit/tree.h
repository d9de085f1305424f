/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What unit tests of session members share: trees of real processes, with and without terminals, that end with the test.
 */
#ifndef IDLETIMEOUT_TESTS_TREE_H
#define IDLETIMEOUT_TESTS_TREE_H

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* No process of this test lives longer. */
#define SECONDS_MAX 60

static inline void expect_ready(int fd)
{
	struct pollfd waited = {.fd = fd, .events = POLLIN};
	char byte;

	assert_int_equal(poll(&waited, 1, SECONDS_MAX * 1000), 1);
	assert_int_equal(read(fd, &byte, 1), 1);
}

/* In a child: says that all is set up, and waits to be killed. */
static inline _Noreturn void wait_for_the_end(int ready)
{
	(void)alarm(SECONDS_MAX);
	if (write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		(void)pause();
}

static inline void take_terminal(int slave)
{
	if (slave >= 0 && (setsid() < 0 || ioctl(slave, TIOCSCTTY, 0) < 0))
		_exit(1);
}

/*
 * A chain of `depth` processes, each the child of the one before, under a hostile name; the last has the terminal
 * `slave` (none if negative). Returns the first, when the last is ready.
 */
static inline pid_t start_chain(unsigned depth, int slave)
{
	int ready[2];

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t first = fork();
	assert_true(first >= 0);
	if (first == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)prctl(PR_SET_NAME, ") R 1 34816 (");
		while (--depth > 0) {
			pid_t child = fork();
			if (child != 0)
				wait_for_the_end(open("/dev/null", O_WRONLY));
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		}
		take_terminal(slave);
		wait_for_the_end(ready[1]);
	}
	expect_ready(ready[0]);
	(void)close(ready[0]);
	(void)close(ready[1]);
	return first;
}

static inline void end(pid_t child)
{
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

struct pty {
	int master, slave;
	uint32_t device;
};

static inline struct pty open_pty(void)
{
	struct stat status;
	struct pty pty;

	assert_int_equal(openpty(&pty.master, &pty.slave, NULL, NULL, NULL), 0);
	assert_int_equal(fstat(pty.slave, &status), 0);
	pty.device = (minor(status.st_rdev) & 0xff) | major(status.st_rdev) << 8 | (minor(status.st_rdev) & ~0xffU) << 12;
	return pty;
}

static inline void close_pty(const struct pty *pty)
{
	(void)close(pty->slave);
	(void)close(pty->master);
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/program_output.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "ctl/child.h"

/* Waits until there is something to read, or the end of it. */
static int wait_readable(int fd, int64_t deadline_ns)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};

	for (;;) {
		int64_t left_ms = (deadline_ns - clock_boot_ns()) / NS_PER_MS;
		if (left_ms <= 0)
			return -ETIMEDOUT;
		int count = poll(&readable, 1, (int)left_ms);
		if (count > 0)
			return 0;
		if (count < 0 && errno != EINTR)
			return -errno;
	}
}

static int read_all(int fd, int64_t deadline_ns, char *data, size_t size)
{
	size_t used = 0;

	while (used < size) {
		int r = wait_readable(fd, deadline_ns);
		if (r < 0)
			return r;
		ssize_t n = read(fd, data + used, size - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0) {
			data[used] = '\0';
			return 0;
		}
		used += (size_t)n;
	}
	return -EMSGSIZE;
}

int program_output(const char *const argv[], int64_t timeout_ns, char *data, size_t size)
{
	int64_t deadline_ns = clock_boot_ns() + timeout_ns;
	struct child child;
	int r = child_start(argv, -1, &child);

	if (r < 0)
		return r;
	r = read_all(fileno(child.output), deadline_ns, data, size);
	if (r < 0)
		child_kill(&child);
	int ended = child_finish(&child);
	return r < 0 ? r : ended;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/read_to_end.h"

#include <errno.h>
#include <unistd.h>

ssize_t read_to_end(int fd, char *data, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t n = read(fd, data + used, size - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

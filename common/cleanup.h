/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Release of file descriptors, streams and heap when a variable leaves its scope.
 *
 * Use: `autoclose int fd = open(..)`, `autofree char *p = malloc(..)`. A value that outlives the scope is
 * handed on with take_fd() or take_ptr(), which leave nothing behind to release.
 */
#ifndef IDLETIMEOUT_COMMON_CLEANUP_H
#define IDLETIMEOUT_COMMON_CLEANUP_H

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* close(2) keeps errno: the caller's error must survive the clean-up. */
static inline void close_fd(int *fd)
{
	if (*fd >= 0) {
		int saved = errno;
		(void)close(*fd);
		errno = saved;
		*fd = -1;
	}
}

static inline void close_stream(FILE **stream)
{
	if (*stream != NULL)
		(void)fclose(*stream);
	*stream = NULL;
}

static inline void close_directory(DIR **directory)
{
	if (*directory != NULL)
		(void)closedir(*directory);
	*directory = NULL;
}

static inline void free_memory(void *pointer)
{
	void **memory = (void **)pointer;

	free(*memory);
	*memory = NULL;
}

static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#define autoclose __attribute__((cleanup(close_fd)))
#define autofclose __attribute__((cleanup(close_stream)))
#define autoclosedir __attribute__((cleanup(close_directory)))
#define autofree __attribute__((cleanup(free_memory)))

#endif

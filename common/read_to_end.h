/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading a file into a room of known size.
 *
 * The descriptor and the room stay the caller's.
 */
#ifndef IDLETIMEOUT_COMMON_READ_TO_END_H
#define IDLETIMEOUT_COMMON_READ_TO_END_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Reads until the end of the file or until `size` bytes are there; returns how many, not terminated, or -errno. `size` bytes mean
 * that there may be more: a caller to whom that is an error offers one byte more than he takes.
 */
ssize_t read_to_end(int fd, char *data, size_t size);

#endif

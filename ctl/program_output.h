/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What another program prints in a bounded time, as one text.
 */
#ifndef IDLETIMEOUT_CTL_PROGRAM_OUTPUT_H
#define IDLETIMEOUT_CTL_PROGRAM_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Runs argv[0] as child_start() does and reads what it prints into `data` of `size` bytes, terminated. A program that is
 * not through in time is killed: -ETIMEDOUT. -EIO when it fails, -EMSGSIZE when it prints too much, -ENOENT when there is
 * none.
 */
int program_output(const char *const argv[], int64_t timeout_ns, char *data, size_t size);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Everything of this process that a module must leave alone, as text that is compared before and after.
 */
#ifndef IDLETIMEOUT_TESTS_SNAPSHOT_H
#define IDLETIMEOUT_TESTS_SNAPSHOT_H

#include <stddef.h>

#define SNAPSHOT_SIZE 65536

/*
 * Writes the open descriptors, a line of their own, and signal actions, limits, umask, credentials, signal masks,
 * working directory, environment and children into `data` of SNAPSHOT_SIZE bytes. Returns it.
 */
const char *snapshot_take(char *data);

#endif

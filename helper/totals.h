/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counting in RUN_DIR/totals (common/totals.h), which all watchdogs share.
 *
 * The file is made and opened while root and belongs to root; a watchdog without privilege keeps the descriptor. Its
 * size is bounded by the names there are. A file that is missing, damaged or locked costs counts and nothing else:
 * nobody waits for it longer than TOTALS_PATIENCE_MS, and no session ends later or sooner for it.
 */
#ifndef IDLETIMEOUT_HELPER_TOTALS_H
#define IDLETIMEOUT_HELPER_TOTALS_H

#define TOTALS_PATIENCE_MS 100

/*
 * Opens the file in the directory `directory`, making it first if needed; the caller owns the descriptor. -EPERM when it is
 * not a file of this user's alone.
 */
int totals_open(int directory);

/* Adds one to `name` in the file `fd`; a file that cannot be understood starts anew. -errno: nothing was counted. */
int totals_count(int fd, const char *name);

#endif

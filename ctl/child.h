/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading what another program prints: journalctl, or one that unpacks a file.
 *
 * The program is looked for in directories of the system only, never in PATH, and finds nothing of the caller's
 * environment: who asks is often root. A child is the caller's from child_start() to child_finish().
 */
#ifndef IDLETIMEOUT_CTL_CHILD_H
#define IDLETIMEOUT_CTL_CHILD_H

#include <stdio.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	FILE *output;
};

/*
 * Starts argv[0], a name without a directory. `input`, a descriptor or -1 for nothing, becomes its standard input and
 * stays the caller's; it has no standard error. -ENOENT when there is no such program.
 */
int child_start(const char *const argv[], int input, struct child *ret_child);

/* Ends it at once, for whoever has waited long enough; it is still to be finished. */
void child_kill(const struct child *child);

/* Closes its output and waits for its end: 0, or -EIO when it says that it failed. */
int child_finish(struct child *child);

#endif

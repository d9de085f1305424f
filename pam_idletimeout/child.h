/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a child of the host to the watchdog's program.
 *
 * Everything here runs in a child that shares the memory of a process that may have threads, on a stack of a few
 * KiB (spawn.c): only async-signal-safe functions (signal-safety(7)) and pure ones, no allocation, no log, nothing written
 * but locals. What goes wrong is said in the greeting.
 */
#ifndef IDLETIMEOUT_MODULE_CHILD_H
#define IDLETIMEOUT_MODULE_CHILD_H

#include <stdnoreturn.h>

/*
 * What the watchdog starts with, under whatever numbers the host has it. The module's own descriptors,
 * borrowed.
 */
struct child_fds {
	int lifeline;   /* the watchdog's end */
	int greeting;   /* the watchdog's end */
	int leader;     /* pidfd */
	int connection; /* -1: none */
};

/* Undoes what was inherited from the host, puts the descriptors in their places and runs WATCHDOG_PATH. */
noreturn void child_become_watchdog(const struct child_fds *fds);

/* Tells the module, as LIFELINE_FAILED, what could not be done and the error number. */
void child_report(int greeting, const char *what, int error);

#endif

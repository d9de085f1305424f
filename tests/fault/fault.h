/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls of the system that fail on order: the k-th of a program, by the error it may really fail with.
 *
 * A program under test is linked with `ld --wrap` and the files call*.c, which send each of its calls through
 * fault_strikes(). What is to fail is said by a plan: a file in the working directory that whoever tests makes and
 * maps, and that the program maps before it runs. It is shared with all children and outlives whatever the program
 * closes or gives up. Without the file nothing fails.
 */
#ifndef IDLETIMEOUT_TESTS_FAULT_H
#define IDLETIMEOUT_TESTS_FAULT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define FAULT_PLAN_FILE "fault.plan"

enum fault_program { FAULT_IN_MODULE, FAULT_IN_WATCHDOG };

enum fault_kind {
	FAULT_ERROR,       /* the call fails */
	FAULT_TABLE_FULL,  /* with ENFILE, where it makes a descriptor */
	FAULT_INTERRUPTED, /* with EINTR, where it may */
	FAULT_DEATH,       /* the process is killed at it */
	FAULT_PAUSE,       /* the process is stopped at it, and goes on later */
};

/* Whose calls count, each by itself so that the k-th is always the same: the module's host or the watchdog, or children. */
enum fault_scope { FAULT_IN_PARENT, FAULT_IN_CHILDREN };

/* What a call can suffer besides failing. */
enum { CALL_PLAIN = 0, CALL_MAKES_FD = 1, CALL_WAITS = 2 };

#define FAULT_LOG_SIZE 4096

struct fault_plan {
	enum fault_program program;
	enum fault_kind kind;
	enum fault_scope scope;
	uint32_t strike_at; /* the number of the call, from 1; 0: none */
	atomic_uint calls;  /* of this kind and scope, so far */
	char struck[32];    /* the name of the call that was hit; empty: it has not come */
	pid_t host;
	_Atomic pid_t watchdog;
	/* What the watchdog logs and puts on record, a line each. */
	atomic_uint logged;
	char log[FAULT_LOG_SIZE];
};

/* Whether this call is the one; then errno is `error`, or what the kind of the plan makes of it. */
bool fault_strikes(const char *name, unsigned can, int error);

/* Adds a line to the plan's log. */
void fault_log(const char *what, const char *line);

#endif

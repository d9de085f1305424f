/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TMOUT in the files that a login shell reads: after so many seconds at its prompt a shell ends itself.
 *
 * Pure. Lines are looked at one by one, as a person would who greps for it; what a shell would make of an `if` around
 * them is not known.
 */
#ifndef IDLETIMEOUT_CTL_SHELL_TIMEOUT_H
#define IDLETIMEOUT_CTL_SHELL_TIMEOUT_H

#include <stdbool.h>
#include <stdint.h>

struct shell_timeout {
	bool is_set;      /* to a number that can be read here */
	bool is_readonly; /* from here on it cannot be changed */
	uint32_t seconds;
};

/* What a line does to TMOUT. */
struct shell_timeout shell_timeout_of(const char *line);

#endif

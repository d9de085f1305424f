/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a machine keeps what `idletimeout check` reads besides PAM's files and the rules. Constant; tests put a file of
 * theirs in place of check_places.c.
 */
#ifndef IDLETIMEOUT_CTL_CHECK_PLACES_H
#define IDLETIMEOUT_CTL_CHECK_PLACES_H

struct check_places {
	const char *watchdog;           /* the program */
	const char *modules;            /* where libpam looks for modules */
	const char *sshd_config;        /* sshd_config(5) */
	const char *sshd_directory;     /* of what Debian's and others' include */
	const char *const *logind;      /* directories of logind.conf, the first counts most, NULL at the end */
	const char *const *shell;       /* what login shells read, NULL at the end */
	const char *shell_directory;    /* and what lies here */
};

extern const struct check_places check_places;

#endif

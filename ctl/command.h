/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a subcommand of idletimeout is, and how all of them speak to the person who typed it.
 *
 * main.c owns the table of subcommands and turns their answers into exit codes; a subcommand never exits. Nothing
 * here is allocated.
 */
#ifndef IDLETIMEOUT_CTL_COMMAND_H
#define IDLETIMEOUT_CTL_COMMAND_H

#include <stdbool.h>

#define PROGRAM_NAME "idletimeout"

struct command {
	const char *name;
	const char *summary; /* one line without a full stop */
	const char *usage;   /* lines: synopsis, options, an example */
	/*
	 * argv[0] is the subcommand's name. 0: fine; 1: found something wrong; -EINVAL: wrong usage; -EACCES or
	 * -EPERM: not permitted; any other -errno: failed. Errors have been told on stderr.
	 */
	int (*run)(const struct command *command, int argc, char **argv);
};

/* Prints "idletimeout: WHAT: reason" for a negative errno; returns `error`, for the caller to hand on. */
int command_failed(const char *what, int error);

/* As command_failed(), with the name of a file, made safe, behind what failed. */
int command_failed_at(const char *what, const char *name, int error);

/*
 * Prints "idletimeout: PROBLEM 'WORD'", the word made safe, and where help is: that of `command`, or the overview when
 * it is NULL. Returns -EINVAL.
 */
int command_misused(const struct command *command, const char *problem, const char *word);

/* Prints the help of a subcommand to stdout. */
void command_print_help(const struct command *command);

/* Flushes stdout; -errno, told on stderr, when something was not written: a full disk must not look like success. */
int command_finish_output(void);

/* Whether an argument asks for help: "--help" or "-h". */
bool command_is_help(const char *argument);

#endif

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
#include <stddef.h>

#define PROGRAM_NAME "idletimeout"

/* What stands at a place of the command line. */
enum word_kind {
	WORD_NONE,    /* nothing; an option that takes none stands alone */
	WORD_FREE,    /* what only the caller knows */
	WORD_CHOICE,  /* one of a few words */
	WORD_SESSION, /* the ID of a session */
	WORD_SERVICE, /* a PAM service */
	WORD_USER,
	WORD_FILE
};

struct command_option {
	const char *name; /* "--json"; NULL ends a table */
	enum word_kind takes;
	const char *const *words; /* of WORD_CHOICE, NULL-terminated */
};

struct command {
	const char *name;
	const char *summary; /* one line without a full stop */
	const char *usage;   /* lines: synopsis, options ("  --json  what it does"), an example */
	/* For completion and for guesses at a mistyped option; --help is everybody's and stands in no table. */
	const struct command_option *options; /* NULL: none */
	enum word_kind arguments;
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

/* The option of the `length` bytes at `name`; NULL when the command has none of that name. */
const struct command_option *command_find_option(const struct command *command, const char *name, size_t length);

/*
 * Prints "idletimeout: PROBLEM 'WORD'", the word made safe, and where help is: that of `command`, or the overview when
 * it is NULL. Of a word that looks like an option, the command's nearest one is suggested. Returns -EINVAL.
 */
int command_misused(const struct command *command, const char *problem, const char *word);

/*
 * Takes an option with a value, "--name VALUE" or "--name=VALUE", into `value`, which is NULL before. Returns how many
 * arguments that took, 0 when the argument is another one; -EINVAL, told, when there is no value or it is given twice.
 */
int command_take_value(const struct command *command, const char *name, char **argument, const char **value);

/* Prints the help of a subcommand to stdout. */
void command_print_help(const struct command *command);

/* Flushes stdout; -errno, told on stderr, when something was not written: a full disk must not look like success. */
int command_finish_output(void);

/* Whether an argument asks for help: "--help" or "-h". */
bool command_is_help(const char *argument);

#endif

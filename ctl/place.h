/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a place on the command line takes: the decision behind completion.
 *
 * Pure. Owns nothing: a place points into the words and the commands that it was found in.
 */
#ifndef IDLETIMEOUT_CTL_PLACE_H
#define IDLETIMEOUT_CTL_PLACE_H

#include "common/text.h"
#include "ctl/command.h"

struct command_table {
	const struct command *const *commands;
	size_t count;
};

enum place_kind {
	PLACE_COMMAND, /* the name of a subcommand, or an option that stands for one */
	PLACE_OPTION,  /* an option of `command` */
	PLACE_WORD     /* what `takes` says */
};

struct place {
	enum place_kind kind;
	enum word_kind takes;
	const struct command *command;
	const char *const *words; /* of WORD_CHOICE */
	const char *given;        /* in front of what is begun in the same word, "--output=": `given_length` bytes */
	size_t given_length;
	const char *begun; /* what there is of the word: it must begin so */
};

/*
 * The place of the last of `count` words, which follow the name of the program; it may be empty. A shell may have made
 * one or three words of "--output=FILE".
 */
struct place place_find(const struct command_table *table, size_t count, const char *const *words);

/* Appends what the usage of a command says of an option, of its first line; nothing when it says nothing. */
void place_add_option_help(const struct command *command, const char *name, struct text *text);

#endif

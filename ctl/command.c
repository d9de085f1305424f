/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "ctl/nearest.h"

/* More of a mistyped word than this helps nobody to recognise it. */
#define WORD_SHOWN 64

/* Room for what is told of a file, its name included. */
#define FAILURE_SIZE 512

int command_failed(const char *what, int error)
{
	fprintf(stderr, PROGRAM_NAME ": %s: %s\n", what, strerror(-error));
	return error;
}

int command_failed_at(const char *what, const char *name, int error)
{
	char data[FAILURE_SIZE];
	struct text text;

	text_init(&text, data, sizeof data);
	text_add(&text, what);
	text_add_char(&text, ' ');
	text_add_printable(&text, name);
	return command_failed(data, error);
}

const struct command_option *command_find_option(const struct command *command, const char *name, size_t length)
{
	const struct command_option *option = command->options;

	for (; option != NULL && option->name != NULL; option++) {
		if (strlen(option->name) == length && memcmp(option->name, name, length) == 0)
			return option;
	}
	return NULL;
}

static void suggest_option(const struct command *command, const char *word)
{
	const char *guess = NULL;

	if (word[0] != '-' || command_find_option(command, word, strlen(word)) != NULL)
		return;
	for (const struct command_option *option = command->options; option != NULL && option->name != NULL; option++)
		guess = nearer_word(word, option->name, guess);
	guess = nearer_word(word, "--help", guess);
	if (guess != NULL)
		fprintf(stderr, PROGRAM_NAME ": did you mean '%s'?\n", guess);
}

int command_misused(const struct command *command, const char *problem, const char *word)
{
	const char *name = command != NULL ? command->name : "";
	const char *blank = command != NULL ? " " : "";
	char shown[WORD_SHOWN];
	struct text text;

	text_init(&text, shown, sizeof shown);
	text_add_printable(&text, word);
	fprintf(stderr, PROGRAM_NAME "%s%s: %s '%s'; see '" PROGRAM_NAME "%s%s --help'\n", blank, name, problem,
	        shown, blank, name);
	if (command != NULL)
		suggest_option(command, word);
	return -EINVAL;
}

int command_take_value(const struct command *command, const char *name, char **argument, const char **value)
{
	size_t length = strlen(name);

	if (strncmp(argument[0], name, length) != 0 || (argument[0][length] != '=' && argument[0][length] != '\0'))
		return 0;
	if (*value != NULL)
		return command_misused(command, "given twice:", name);
	*value = argument[0][length] == '=' ? argument[0] + length + 1 : argument[1];
	if (*value == NULL || **value == '\0')
		return command_misused(command, "a value is missing behind", name);
	return argument[0][length] == '=' ? 1 : 2;
}

void command_print_help(const struct command *command)
{
	printf(PROGRAM_NAME " %s: %s\n\n%s\n", command->name, command->summary, command->usage);
}

int command_finish_output(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return command_failed("cannot write the output", errno != 0 ? -errno : -EIO);
}

bool command_is_help(const char *argument)
{
	return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

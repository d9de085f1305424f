/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/place.h"

#include <string.h>

static const struct command *find_command(const struct command_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->commands[i]->name, name) == 0)
			return table->commands[i];
	}
	return NULL;
}

static struct place value_of(const struct command *command, const struct command_option *option, const char *begun)
{
	return (struct place){
		.kind = PLACE_WORD,
		.takes = option != NULL ? option->takes : WORD_NONE,
		.command = command,
		.words = option != NULL ? option->words : NULL,
		.begun = begun,
	};
}

static const struct command_option *find_option(const struct command *command, const char *word)
{
	return command_find_option(command, word, strlen(word));
}

/* The value of "--output=FI" in one word. */
static struct place value_in(const struct command *command, const char *word)
{
	size_t length = strcspn(word, "=");
	struct place place = value_of(command, command_find_option(command, word, length), word + length + 1);

	place.given = word;
	place.given_length = length + 1;
	return place;
}

/* After the subcommand: `before` are the words in front, of which there is at least the subcommand. */
static struct place place_in(const struct command *command, size_t before_count, const char *const *before, const char *word)
{
	const char *last = before[before_count - 1];

	if (word[0] == '-' && strchr(word, '=') != NULL)
		return value_in(command, word);
	if (strcmp(word, "=") == 0)
		return value_of(command, find_option(command, last), "");
	if (strcmp(last, "=") == 0 && before_count > 1)
		return value_of(command, find_option(command, before[before_count - 2]), word);
	const struct command_option *option = find_option(command, last);
	if (option != NULL && option->takes != WORD_NONE)
		return value_of(command, option, word);
	if (word[0] == '-' || command->arguments == WORD_NONE)
		return (struct place){.kind = PLACE_OPTION, .command = command, .begun = word};
	return (struct place){.kind = PLACE_WORD, .takes = command->arguments, .command = command, .begun = word};
}

struct place place_find(const struct command_table *table, size_t count, const char *const *words)
{
	const char *word = count > 0 ? words[count - 1] : "";

	if (count <= 1)
		return (struct place){.kind = PLACE_COMMAND, .begun = word};
	const struct command *command = find_command(table, words[0]);
	if (command == NULL)
		return (struct place){.kind = PLACE_WORD, .takes = WORD_NONE, .begun = word};
	return place_in(command, count - 1, words, word);
}

/* What a line of a usage says of the option `name`: what stands behind the gap; NULL when it is another's line. */
static const char *help_in(const char *line, const char *name)
{
	static const char indent[] = "  ";
	size_t length = strlen(name);

	if (strncmp(line, indent, strlen(indent)) != 0 || strncmp(line + strlen(indent), name, length) != 0)
		return NULL;
	line += strlen(indent) + length;
	if (*line != ' ')
		return NULL;
	const char *gap = strstr(line, indent);
	return gap != NULL && memchr(line, '\n', (size_t)(gap - line)) == NULL ? gap + strspn(gap, " ") : NULL;
}

void place_add_option_help(const struct command *command, const char *name, struct text *text)
{
	for (const char *line = command->usage; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *help = help_in(line, name);
		if (help != NULL) {
			text_add_bytes(text, help, strcspn(help, "\n"));
			return;
		}
	}
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/close.h"

#include <string.h>

#include "ctl/give.h"

#define REASON_OPTION "--reason"

struct request {
	struct pick sessions;
	struct order order;
	bool help;
};

static int parse_reason(const struct command *command, const char *word, struct request *request)
{
	if (word == NULL)
		return command_misused(command, "missing argument", "WORD");
	if (!order_is_word(word))
		return command_misused(command, "not a word of at most 32 of A-Z a-z 0-9 . _ -:", word);
	return text_copy(request->order.word, sizeof request->order.word, word);
}

/* What follows the equals sign of "--reason=WORD"; NULL when the argument is something else. */
static const char *joined_reason(const char *argument)
{
	size_t length = strlen(REASON_OPTION);

	return strncmp(argument, REASON_OPTION "=", length + 1) == 0 ? argument + length + 1 : NULL;
}

/* Takes argv[*index], and what belongs to it. */
static int parse_argument(const struct command *command, char **argv, int *index, struct request *request)
{
	const char *argument = argv[*index];
	const char *reason = joined_reason(argument);

	if (reason != NULL)
		return parse_reason(command, reason, request);
	/* At the end of the arguments stands NULL. */
	if (strcmp(argument, REASON_OPTION) == 0)
		return parse_reason(command, argv[++*index], request);
	if (command_is_help(argument))
		request->help = true;
	else if (argument[0] == '-')
		return command_misused(command, "unknown option", argument);
	else
		return pick_add(&request->sessions, command, argument);
	return 0;
}

static int parse_arguments(const struct command *command, int argc, char **argv, struct request *request)
{
	int r = 0;

	for (int i = 1; r == 0 && i < argc; i++)
		r = parse_argument(command, argv, &i, request);
	if (r == 0 && request->sessions.count == 0 && !request->help)
		r = command_misused(command, "missing argument", "ID");
	return r;
}

static void write_success(const struct watched *item, struct text *text)
{
	text_add(text, item->session.id);
	text_add_char(text, ' ');
	text_add(text, item->session.user);
	text_add(text, ": is being closed");
}

static int run(const struct command *command, int argc, char **argv, struct request *request)
{
	int r = parse_arguments(command, argc, argv, request);

	if (r < 0)
		return r;
	if (request->help) {
		command_print_help(command);
		return 0;
	}
	return give_order(&request->sessions, &request->order, write_success);
}

static int run_close(const struct command *command, int argc, char **argv)
{
	struct request request = {.order.kind = ORDER_CLOSE};
	int r = pick_init(&request.sessions, (size_t)argc);

	r = r < 0 ? command_failed("cannot close a session", r) : run(command, argc, argv, &request);
	pick_free(&request.sessions);
	return r;
}

static const struct command_option options[] = {
	{REASON_OPTION, WORD_FREE, NULL},
	{0},
};

const struct command close_command = {
	.name = "close",
	.summary = "end a session now",
	.usage = "usage: idletimeout close ID.. [--reason WORD]\n"
	         "\n"
	         "  ID             of a session as list shows it, or its first three digits\n"
	         "                 or more\n"
	         "  --reason WORD  why, for the user, the log and the audit record; at most 32\n"
	         "                 of A-Z a-z 0-9 . _ -\n"
	         "\n"
	         "The session ends as if a limit had run out, also under dry_run.\n"
	         "\n"
	         "example: idletimeout close 7k2q90xw --reason maintenance",
	.options = options,
	.arguments = WORD_SESSION,
	.run = run_close,
};

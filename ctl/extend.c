/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/extend.h"

#include "common/duration.h"
#include "ctl/give.h"
#include "ctl/words.h"

struct request {
	struct pick sessions;
	const char *duration; /* the last word so far that is no option */
	struct order order;
	bool help;
};

static int parse_argument(const struct command *command, const char *argument, struct request *request)
{
	int r = 0;

	if (command_is_help(argument)) {
		request->help = true;
		return 0;
	}
	if (argument[0] == '-')
		return command_misused(command, "unknown option", argument);
	/* Only the last word is no session. */
	if (request->duration != NULL)
		r = pick_add(&request->sessions, command, request->duration);
	request->duration = argument;
	return r;
}

static int parse_duration(const struct command *command, const char *word, struct order *ret_order)
{
	const char *why;
	uint64_t seconds;

	if (duration_parse(word, &seconds, &why) < 0 || seconds == 0 || seconds > ORDER_EXTEND_MAX)
		return command_misused(command, "not a duration from 1s to 1d:", word);
	*ret_order = (struct order){.kind = ORDER_EXTEND, .seconds = (uint32_t)seconds};
	return 0;
}

static int parse_arguments(const struct command *command, int argc, char **argv, struct request *request)
{
	int r = 0;

	for (int i = 1; r == 0 && i < argc; i++)
		r = parse_argument(command, argv[i], request);
	if (r < 0 || request->help)
		return r;
	if (request->duration == NULL)
		return command_misused(command, "missing argument", "ID");
	if (request->sessions.count == 0)
		return command_misused(command, "missing argument", "D");
	return parse_duration(command, request->duration, &request->order);
}

/* Until the first of the limits that an extension moves; the peer's is another matter. */
static int64_t left_ms(const struct status *status)
{
	if (status->idle_left_ms < 0 || (status->max_left_ms >= 0 && status->max_left_ms < status->idle_left_ms))
		return status->max_left_ms;
	return status->idle_left_ms;
}

static void write_success(const struct watched *item, struct text *text)
{
	int64_t left = words_seconds_left(left_ms(&item->status));

	text_add(text, item->session.id);
	text_add_char(text, ' ');
	text_add(text, item->session.user);
	text_add(text, ": ");
	duration_add_exact(text, left > 0 ? (uint64_t)left : 0);
	text_add(text, " left");
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

static int run_extend(const struct command *command, int argc, char **argv)
{
	struct request request = {0};
	int r = pick_init(&request.sessions, (size_t)argc);

	r = r < 0 ? command_failed("cannot extend a session", r) : run(command, argc, argv, &request);
	pick_free(&request.sessions);
	return r;
}

const struct command extend_command = {
	.name = "extend",
	.summary = "give a session time that neither idle nor max cuts short",
	.usage = "usage: idletimeout extend ID.. D\n"
	         "\n"
	         "  ID  of a session as list shows it, or its first three digits or more\n"
	         "  D   how long from now, 1s to 1d, such as 90s, 30m or 1h30m\n"
	         "\n"
	         "Limits that run out later than that stay as they are. The user is told.\n"
	         "\n"
	         "example: idletimeout extend 7k2q90xw 30m",
	.arguments = WORD_SESSION,
	.run = run_extend,
};

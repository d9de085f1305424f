/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/show.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/rundir.h"
#include "ctl/pick.h"
#include "ctl/session_json.h"

struct request {
	struct pick sessions;
	bool help, json;
};

static int parse_argument(const struct command *command, const char *argument, struct request *request)
{
	if (command_is_help(argument))
		request->help = true;
	else if (strcmp(argument, "--json") == 0)
		request->json = true;
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
		r = parse_argument(command, argv[i], request);
	if (r == 0 && request->sessions.count == 0 && !request->help)
		r = command_misused(command, "missing argument", "ID");
	return r;
}

static int print_json(const struct watched *item, FILE *to)
{
	autofree_json struct json_document document = {0};
	struct json_node session = json_start(&document);

	session_add_json(session, item);
	session_add_details_json(session, item);
	return json_print(&document, to);
}

/* Prints those of whom something is known; 1 when one of them has no watchdog that answers. */
static int print_known(const struct request *request, const struct watched *items)
{
	size_t printed = 0;
	int result = 0;

	for (size_t i = 0; i < request->sessions.count; i++) {
		if (items[i].error < 0)
			continue;
		if (request->json) {
			int r = print_json(&items[i], stdout);
			if (r < 0)
				return command_failed("cannot show a session", r);
		} else {
			fputs(printed++ > 0 ? "\n" : "", stdout);
			show_print_text(&items[i], stdout);
		}
		if (!items[i].answered)
			result = 1;
	}
	return result;
}

/* An error weighs more than something found wrong. */
static int worse(int one, int other)
{
	return one < 0 || (one > 0 && other == 0) ? one : other;
}

/* Shows the sessions that were found. */
static int show(int rundir, const struct request *request)
{
	const struct pick *sessions = &request->sessions;
	autofree struct watched *items = calloc(sessions->count, sizeof *items);
	int result = 0;

	if (items == NULL)
		return command_failed("cannot show a session", -ENOMEM);
	int r = sessions_look_up(rundir, (const char (*)[SESSION_ID_SIZE])sessions->ids, sessions->count, items);
	if (r < 0)
		return command_failed("cannot ask about a session", r);
	for (size_t i = 0; i < sessions->count; i++) {
		if (items[i].error < 0)
			result = worse(pick_tell_unknown(sessions->ids[i], items[i].error), result);
	}
	return worse(print_known(request, items), result);
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
	autoclose int rundir = rundir_open();
	r = pick_find(&request->sessions, rundir);
	return r >= 0 && request->sessions.count > 0 ? worse(show(rundir, request), r) : r;
}

static int run_show(const struct command *command, int argc, char **argv)
{
	struct request request = {0};
	int r = pick_init(&request.sessions, (size_t)argc);

	r = r < 0 ? command_failed("cannot show a session", r) : run(command, argc, argv, &request);
	pick_free(&request.sessions);
	return r;
}

static const struct command_option options[] = {{"--json", WORD_NONE, NULL}, {0}};

const struct command show_command = {
	.name = "show",
	.summary = "show everything about a session, and what keeps it alive",
	.usage = "usage: idletimeout show ID.. [--json]\n"
	         "\n"
	         "  ID      of a session as list shows it, or its first three digits or more\n"
	         "  --json  print a JSON document for programs, one for each session\n"
	         "\n"
	         "example: idletimeout show 7k2q90xw",
	.options = options,
	.arguments = WORD_SESSION,
	.run = run_show,
};

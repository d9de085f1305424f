/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/table.h"

static int compare_items(const void *a, const void *b)
{
	const struct watched *one = a, *other = b;
	/* As unsigned numbers, the unknown (negative) ones come last. */
	uint64_t one_left = (uint64_t)one->status.left_ms;
	uint64_t other_left = (uint64_t)other->status.left_ms;

	if (one_left != other_left)
		return one_left < other_left ? -1 : 1;
	return strcmp(one->session.id, other->session.id);
}

void list_sort(struct session_list *list)
{
	if (list->count > 0)
		qsort(list->items, list->count, sizeof *list->items, compare_items);
}

static int parse_arguments(const struct command *command, int argc, char **argv, bool *ret_help, bool *ret_json)
{
	*ret_help = *ret_json = false;
	for (int i = 1; i < argc; i++) {
		if (command_is_help(argv[i]))
			*ret_help = true;
		else if (strcmp(argv[i], "--json") == 0)
			*ret_json = true;
		else
			return command_misused(command, argv[i][0] == '-' ? "unknown option" : "unexpected argument",
			                       argv[i]);
	}
	return 0;
}

/* A session that nobody watches any more is what this command is asked for most urgently. */
static int judge(const struct session_list *list)
{
	size_t silent = 0;

	for (size_t i = 0; i < list->count; i++)
		silent += !list->items[i].answered;
	if (list->damaged > 0)
		fprintf(stderr, PROGRAM_NAME ": %zu session record(s) cannot be understood\n", list->damaged);
	return silent > 0 || list->damaged > 0;
}

static int run_list(const struct command *command, int argc, char **argv)
{
	autofree_sessions struct session_list list = {0};
	bool help, json;
	int r = parse_arguments(command, argc, argv, &help, &json);

	if (r < 0)
		return r;
	if (help) {
		command_print_help(command);
		return 0;
	}
	r = sessions_collect(&list);
	if (r < 0)
		return command_failed("cannot list the sessions", r);
	list_sort(&list);
	r = json ? list_print_json(&list, stdout) : list_print_table(&list, table_terminal_width(stdout), stdout);
	return r < 0 ? command_failed("cannot show the sessions", r) : judge(&list);
}

static const struct command_option options[] = {{"--json", WORD_NONE, NULL}, {0}};

const struct command list_command = {
	.name = "list",
	.summary = "list the watched sessions and the time each has left",
	.usage = "usage: idletimeout list [--json]\n"
	         "\n"
	         "  --json  print a JSON document for programs instead of a table\n"
	         "\n"
	         "example: idletimeout list --json | jq -r '.sessions[].user'",
	.options = options,
	.run = run_list,
};

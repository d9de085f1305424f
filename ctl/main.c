/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * idletimeout, the administrator's command: finds the subcommand, runs it, and turns its answer into an exit code.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl/check.h"
#include "ctl/close.h"
#include "ctl/command.h"
#include "ctl/complete.h"
#include "ctl/explain.h"
#include "ctl/extend.h"
#include "ctl/list.h"
#include "ctl/log.h"
#include "ctl/metrics.h"
#include "ctl/nearest.h"
#include "ctl/show.h"
#include "ctl/top.h"

enum exit_code { EXIT_FINE = 0, EXIT_FOUND_WRONG = 1, EXIT_USAGE = 2, EXIT_NOT_PERMITTED = 3 };

static const struct command *const commands[] = {
	&list_command,
	&show_command,
#ifdef HAVE_CURSES
	&top_command,
#endif
	&explain_command,
	&check_command,
	&extend_command,
	&close_command,
	&log_command,
	&metrics_command,
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static enum exit_code exit_code_of(int result)
{
	switch (result) {
	case 0:
		return EXIT_FINE;
	case -EINVAL:
		return EXIT_USAGE;
	case -EACCES:
	case -EPERM:
		return EXIT_NOT_PERMITTED;
	default:
		return EXIT_FOUND_WRONG;
	}
}

static void print_overview(FILE *to)
{
	fprintf(to, "usage: " PROGRAM_NAME " COMMAND [OPTION]..\n"
	            "       " PROGRAM_NAME " --help | --version\n\n"
	            "Shows and rules the sessions that pam_idletimeout watches.\n\n"
	            "commands:\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	fprintf(to, "\n'" PROGRAM_NAME " COMMAND --help' explains a command; idletimeout(8) has the whole manual.\n");
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}

static int refuse_command(const char *name)
{
	const char *guess = NULL;

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		guess = nearer_word(name, commands[i]->name, guess);
	int r = command_misused(NULL, name[0] == '-' ? "unknown option" : "unknown command", name);
	if (guess != NULL)
		fprintf(stderr, PROGRAM_NAME ": did you mean '%s'?\n", guess);
	return r;
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2) {
		print_overview(stderr);
		return -EINVAL;
	}
	if (command_is_help(argv[1])) {
		print_overview(stdout);
		return 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf(PROGRAM_NAME " " PACKAGE_VERSION "\n");
		return 0;
	}
	if (strcmp(argv[1], COMPLETE_OPTION) == 0)
		return complete_print(&(struct command_table){commands, COMMAND_COUNT}, (size_t)argc - 2,
		                      (const char *const *)argv + 2, stdout);
	const struct command *command = find_command(argv[1]);
	return command != NULL ? command->run(command, argc - 1, argv + 1) : refuse_command(argv[1]);
}

int main(int argc, char **argv)
{
	int result = dispatch(argc, argv);
	int written = command_finish_output();

	return (int)exit_code_of(written < 0 ? written : result);
}

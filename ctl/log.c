/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/log.h"

#include <errno.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "ctl/table.h"

/* Of log lines, those of su and sudo are written with the uid of who called them: there, left out is not wrong. */
static int judge(const struct history *history, const struct log_source *source)
{
	if (history->damaged > 0)
		fprintf(stderr, PROGRAM_NAME ": %zu line(s) of a watchdog cannot be understood\n", history->damaged);
	if (history->foreign > 0)
		fprintf(stderr, PROGRAM_NAME ": %zu line(s) left out: they look like a watchdog's, and %s\n",
		        history->foreign,
		        source->kind == SOURCE_AUDIT ? "another program wrote them"
		                                     : "neither root nor the watchdogs' account wrote them");
	return history->damaged > 0 || (history->foreign > 0 && source->kind == SOURCE_AUDIT);
}

static int show(const struct log_request *request, struct history *history, const struct log_source *source)
{
	history_sort(history);
	if (history->failed)
		return command_failed("cannot show the history", -ENOMEM);
	int r = request->json ? log_print_json(history, source, stdout)
	                      : log_print_table(history, source, table_terminal_width(stdout), stdout);
	return r < 0 ? command_failed("cannot show the history", r) : judge(history, source);
}

static int run_log(const struct command *command, int argc, char **argv)
{
	autofree_history struct history history = {0};
	autofree_log_source struct log_source source = {0};
	autofree const char **files = calloc((size_t)argc, sizeof *files);
	struct log_request request;

	if (files == NULL)
		return command_failed("cannot read the history", -ENOMEM);
	int r = log_parse_request(command, argc, argv, clock_wall_ns() / NS_PER_SECOND, files, &request);
	if (r < 0)
		return r;
	if (request.help) {
		command_print_help(command);
		return 0;
	}
	history.filter = request.filter;
	int read = log_read(&request, &history, &source);
	if (read < 0)
		return read;
	r = show(&request, &history, &source);
	return r != 0 ? r : read;
}

static const char *const since_words[] = {"today", "yesterday", NULL};
static const char *const source_words[] = {"audit", "journal", "syslog", NULL};

static const struct command_option options[] = {
	{"--since", WORD_CHOICE, since_words},
	{"--until", WORD_CHOICE, since_words},
	{"--user", WORD_USER, NULL},
	{"--reason", WORD_CHOICE, event_reasons},
	{"--source", WORD_CHOICE, source_words},
	{"--json", WORD_NONE, NULL},
	{0},
};

const struct command log_command = {
	.name = "log",
	.summary = "what happened: sessions armed, disconnected, extended, tampered with",
	.usage = "usage: idletimeout log [OPTION].. [FILE..]\n"
	         "\n"
	         "  --since T    only what happened since then: today, yesterday, 2h or 7d ago, 2026-11-20,\n"
	         "               '2026-11-20 14:00', 2026-11-20T14:00:00Z\n"
	         "  --until T    only what happened before\n"
	         "  --user U     only sessions of this user\n"
	         "  --reason R   only with this reason: idle, keepalive, max, admin, leader-lost, watchdog-lost,\n"
	         "               spoof\n"
	         "  --source S   read only audit (the audit logs), journal or syslog, instead of the first there is\n"
	         "  --json       print a JSON document for programs instead of a table\n"
	         "  FILE         audit logs to read instead of this machine's; - is the standard input\n"
	         "\n"
	         "example: idletimeout log --since yesterday --reason idle",
	.options = options,
	.arguments = WORD_FILE,
	.run = run_log,
};

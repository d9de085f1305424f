/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/metrics.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "ctl/replacement.h"
#include "ctl/totals_file.h"

#define OUTPUT_OPTION "--output"

struct request {
	const char *path; /* NULL: the standard output */
	bool help;
};

/* `*i` is at the option; its value is behind an equals sign or the next argument. */
static int parse_output(const struct command *command, int argc, char **argv, int *i, struct request *request)
{
	const char *rest = argv[*i] + strlen(OUTPUT_OPTION);

	if (*rest == '=')
		request->path = rest + 1;
	else if (++*i < argc)
		request->path = argv[*i];
	else
		return command_misused(command, "missing argument", "FILE");
	return 0;
}

static bool is_output(const char *argument)
{
	size_t length = strlen(OUTPUT_OPTION);

	return strncmp(argument, OUTPUT_OPTION, length) == 0 && (argument[length] == '\0' || argument[length] == '=');
}

static int parse_arguments(const struct command *command, int argc, char **argv, struct request *request)
{
	int r = 0;

	for (int i = 1; r == 0 && i < argc; i++) {
		if (command_is_help(argv[i]))
			request->help = true;
		else if (is_output(argv[i]))
			r = parse_output(command, argc, argv, &i, request);
		else
			r = command_misused(command, argv[i][0] == '-' ? "unknown option" : "unexpected argument", argv[i]);
	}
	return r;
}

static int write_file(const struct session_list *list, const struct totals *totals, const char *path)
{
	autoabandon struct replacement file = {.directory = -1};
	int r = replacement_begin(path, &file);

	if (r == 0)
		r = metrics_print(list, totals, file.stream);
	if (r == 0)
		r = replacement_finish(&file);
	return r < 0 ? command_failed_at("cannot write", path, r) : 0;
}

static int show(const struct session_list *list, const struct totals *totals, const char *path)
{
	if (path != NULL)
		return write_file(list, totals, path);
	int r = metrics_print(list, totals, stdout);
	return r < 0 ? command_failed("cannot show the metrics", r) : 0;
}

/* Sessions that are not well are in the metrics, for whoever watches these; only what is missing from them is told. */
static int collect_and_show(const char *path)
{
	autofree_sessions struct session_list list = {0};
	struct totals totals;
	int r = sessions_collect(&list);

	if (r < 0)
		return command_failed("cannot list the sessions", r);
	int counted = totals_file_read(&totals);
	if (counted < 0 && counted != -EACCES)
		(void)command_failed("cannot read what was counted", counted);
	r = show(&list, counted == 0 ? &totals : NULL, path);
	return r == 0 && counted < 0 && counted != -EACCES ? 1 : r;
}

static int run_metrics(const struct command *command, int argc, char **argv)
{
	struct request request = {0};
	int r = parse_arguments(command, argc, argv, &request);

	if (r < 0)
		return r;
	if (request.help) {
		command_print_help(command);
		return 0;
	}
	return collect_and_show(request.path);
}

static const struct command_option options[] = {{OUTPUT_OPTION, WORD_FILE, NULL}, {0}};

const struct command metrics_command = {
	.name = "metrics",
	.summary = "count the sessions and what became of others, for a monitoring system",
	.usage = "usage: idletimeout metrics [--output FILE]\n"
	         "\n"
	         "  --output FILE  replace FILE, whole or not at all, instead of printing\n"
	         "\n"
	         "example: idletimeout metrics --output /var/lib/prometheus/node-exporter/idletimeout.prom",
	.options = options,
	.run = run_metrics,
};

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/top.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/duration.h"
#include "ctl/list.h"
#include "ctl/screen.h"
#include "ctl/top_model.h"

#define INTERVAL_OPTION "--interval"

/* Each look wakes every watchdog: often enough to see a bar move, and no more. */
#define INTERVAL_DEFAULT_S 2
#define INTERVAL_MAX_S 3600

struct request {
	uint32_t interval_s;
	bool help;
};

static int parse_interval(const struct command *command, const char *word, struct request *request)
{
	const char *why;
	uint64_t seconds;

	if (word == NULL)
		return command_misused(command, "missing argument", "D");
	if (duration_parse(word, &seconds, &why) < 0 || seconds == 0 || seconds > INTERVAL_MAX_S)
		return command_misused(command, "not a duration from 1s to 1h:", word);
	request->interval_s = (uint32_t)seconds;
	return 0;
}

static int parse_arguments(const struct command *command, int argc, char **argv, struct request *request)
{
	const size_t length = strlen(INTERVAL_OPTION);
	int r = 0;

	for (int i = 1; r == 0 && i < argc; i++) {
		if (command_is_help(argv[i]))
			request->help = true;
		else if (strcmp(argv[i], INTERVAL_OPTION) == 0)
			r = parse_interval(command, argv[++i], request);
		else if (strncmp(argv[i], INTERVAL_OPTION "=", length + 1) == 0)
			r = parse_interval(command, argv[i] + length + 1, request);
		else
			r = command_misused(command, argv[i][0] == '-' ? "unknown option" : "unexpected argument", argv[i]);
	}
	return r;
}

static void draw(const struct screen_type *screen, const struct session_list *list, const struct request *request)
{
	size_t width, height;
	struct top_page page;

	screen->size(&width, &height);
	top_lay_out(list, request->interval_s, width, height, &page);
	screen->begin();
	for (size_t line = 0; line < top_lines(&page); line++) {
		char data[TOP_WIDTH_MAX + 1];
		struct text text;
		text_init(&text, data, sizeof data);
		enum top_tone tone = top_add_line(&page, line, &text);
		screen->line(line, data, tone);
	}
	screen->show();
}

/* Until the next look is due; a new size is drawn at once, with what is known. */
static enum screen_event wait_for_next(const struct screen_type *screen, const struct session_list *list,
                                       const struct request *request)
{
	int64_t due = clock_boot_ns() + request->interval_s * NS_PER_SECOND;
	enum screen_event event = SCREEN_NOTHING;
	int64_t left;

	while ((left = due - clock_boot_ns()) > 0) {
		event = screen->wait((int)((left + NS_PER_MS - 1) / NS_PER_MS));
		if (event == SCREEN_RESIZED)
			draw(screen, list, request);
		else if (event != SCREEN_NOTHING)
			break;
	}
	return event;
}

/* 1: looks again; 0: leaves. */
static int look(const struct screen_type *screen, const struct request *request)
{
	autofree_sessions struct session_list list = {0};
	int r = sessions_collect(&list);

	if (r < 0)
		return r;
	list_sort(&list);
	draw(screen, &list, request);
	return wait_for_next(screen, &list, request) != SCREEN_LEAVE;
}

static int watch(const struct request *request)
{
	int r;
	const struct screen_type *screen = screen_open(&r);

	if (screen == NULL)
		return command_failed("cannot use the terminal", r);
	while ((r = look(screen, request)) > 0)
		;
	screen->close();
	return r < 0 ? command_failed("cannot list the sessions", r) : 0;
}

static int run_top(const struct command *command, int argc, char **argv)
{
	struct request request = {.interval_s = INTERVAL_DEFAULT_S};
	int r = parse_arguments(command, argc, argv, &request);

	if (r < 0)
		return r;
	if (request.help) {
		command_print_help(command);
		return 0;
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		fprintf(stderr, PROGRAM_NAME " top: needs a terminal; '" PROGRAM_NAME " list' does without\n");
		return -EINVAL;
	}
	return watch(&request);
}

static const struct command_option options[] = {{INTERVAL_OPTION, WORD_FREE, NULL}, {0}};

const struct command top_command = {
	.name = "top",
	.summary = "watch the sessions that end next, until q is pressed",
	.usage = "usage: idletimeout top [--interval D]\n"
	         "\n"
	         "  --interval D  look every D, 1s to 1h, instead of every 2s\n"
	         "\n"
	         "q, escape or ^C leaves; any other key looks at once.\n"
	         "\n"
	         "example: idletimeout top --interval 10s",
	.options = options,
	.run = run_top,
};

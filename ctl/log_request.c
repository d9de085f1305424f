/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/log.h"

#include <errno.h>
#include <string.h>

#include "ctl/moment.h"
#include "ctl/nearest.h"

/* What stands in argv. */
struct arguments {
	const struct command *command;
	char **words;
	int count, at;
	int64_t now_s;
};

typedef int option_reader(const struct arguments *arguments, const char *value, struct log_request *request);

static int read_moment(const struct arguments *arguments, const char *value, int64_t *ret_ms)
{
	const char *why;
	int64_t seconds;

	if (moment_parse(value, arguments->now_s, &seconds, &why) < 0)
		return command_misused(arguments->command, why, value);
	*ret_ms = seconds > 0 ? seconds * 1000 : 0;
	return 0;
}

static int read_since(const struct arguments *arguments, const char *value, struct log_request *request)
{
	return read_moment(arguments, value, &request->filter.since_ms);
}

static int read_until(const struct arguments *arguments, const char *value, struct log_request *request)
{
	return read_moment(arguments, value, &request->filter.until_ms);
}

static int read_user(const struct arguments *arguments, const char *value, struct log_request *request)
{
	(void)arguments;
	request->filter.user = value;
	return 0;
}

static int refuse_word(const struct arguments *arguments, const char *problem, const char *word, const char *guess)
{
	int r = command_misused(arguments->command, problem, word);

	if (guess != NULL)
		fprintf(stderr, PROGRAM_NAME ": did you mean '%s'?\n", guess);
	return r;
}

static int read_reason(const struct arguments *arguments, const char *value, struct log_request *request)
{
	const char *guess = NULL;

	for (size_t i = 0; event_reasons[i] != NULL; i++) {
		if (strcmp(value, event_reasons[i]) == 0) {
			request->filter.reason = event_reasons[i];
			return 0;
		}
		guess = nearer_word(value, event_reasons[i], guess);
	}
	return refuse_word(arguments, "unknown reason", value, guess);
}

static int read_source(const struct arguments *arguments, const char *value, struct log_request *request)
{
	const char *guess = NULL;

	for (enum log_source_kind kind = 0; kind < SOURCE_KIND_COUNT; kind++) {
		if (strcmp(value, log_source_name(kind)) == 0) {
			request->has_source = true;
			request->source = kind;
			return 0;
		}
		guess = nearer_word(value, log_source_name(kind), guess);
	}
	return refuse_word(arguments, "unknown source", value, guess);
}

static const struct {
	const char *name;
	option_reader *read;
} options[] = {
	{"--since", read_since},   {"--until", read_until},   {"--user", read_user},
	{"--reason", read_reason}, {"--source", read_source},
};

#define OPTION_COUNT (sizeof options / sizeof options[0])

/* Which option a word is; behind its '=' is its value, else that is the next word. */
static size_t find_option(const char *word, const char **ret_value)
{
	size_t length = strcspn(word, "=");

	*ret_value = word[length] == '=' ? word + length + 1 : NULL;
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (strlen(options[i].name) == length && memcmp(options[i].name, word, length) == 0)
			return i;
	}
	return OPTION_COUNT;
}

static int read_option(struct arguments *arguments, struct log_request *request)
{
	const char *word = arguments->words[arguments->at];
	const char *value;
	size_t option = find_option(word, &value);

	if (option == OPTION_COUNT)
		return command_misused(arguments->command, "unknown option", word);
	if (value == NULL && arguments->at + 1 < arguments->count)
		value = arguments->words[++arguments->at];
	if (value == NULL)
		return command_misused(arguments->command, "a value is missing after", word);
	return options[option].read(arguments, value, request);
}

static int read_argument(struct arguments *arguments, struct log_request *request)
{
	const char *word = arguments->words[arguments->at];

	if (command_is_help(word))
		request->help = true;
	else if (strcmp(word, "--json") == 0)
		request->json = true;
	else if (word[0] == '-' && word[1] != '\0')
		return read_option(arguments, request);
	else
		request->files[request->file_count++] = word;
	return 0;
}

int log_parse_request(const struct command *command, int argc, char **argv, int64_t now_s, const char **files,
                      struct log_request *ret_request)
{
	struct log_request request = {.filter = {.until_ms = INT64_MAX}, .files = files};
	struct arguments arguments = {.command = command, .words = argv, .count = argc, .at = 1, .now_s = now_s};

	for (; arguments.at < argc; arguments.at++) {
		int r = read_argument(&arguments, &request);
		if (r < 0)
			return r;
	}
	if (request.file_count > 0 && request.has_source && request.source != SOURCE_AUDIT)
		return command_misused(command, "only audit logs are read from files, not the source",
		                       log_source_name(request.source));
	*ret_request = request;
	return 0;
}

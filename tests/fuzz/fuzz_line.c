/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any line of a log is no report, a report that cannot be understood, or an event whose texts lie in the line; and
 * whatever a user or a remote host is called, nobody else's name, address or reason is read out of it.
 */
#include "ctl/log_line.h"
#include "ctl/syslog_line.h"

#include <errno.h>

#include "tests/fuzz/fuzz.h"

#define NOW INT64_C(1795185000)
#define NAME_MAX_FUZZED 256

static bool is_same(const char *text, const char *expected)
{
	return text != NULL && strcmp(text, expected) == 0;
}

static void try_message(const char *tag, char *message)
{
	const char *end = message + strlen(message);
	struct event event = {.time_ms = 77};
	int r = log_line_parse(tag, message, &event);

	PROMISE(r == 0 || r == -ENOENT || r == -EINVAL);
	if (r < 0) {
		PROMISE(event.time_ms == 77);
		return;
	}
	PROMISE(event.text[EVENT_USER] >= message && event.text[EVENT_USER] < end);
	PROMISE(event.text[EVENT_SERVICE] > event.text[EVENT_USER] && event.text[EVENT_SERVICE] < end);
	for (size_t i = 0; i < EVENT_NUMBER_COUNT; i++)
		PROMISE(event.number[i] >= -1);
}

static void try_line(const uint8_t *data, size_t size)
{
	char *line = copy_string(data, size);
	struct syslog_line parsed;
	int r = syslog_line_parse(line, NOW, &parsed);

	PROMISE(r == 0 || r == -EINVAL);
	if (r == 0) {
		PROMISE(parsed.host[0] != '\0' && parsed.tag[0] != '\0');
		try_message(parsed.tag, parsed.message);
	}
	free(line);
	line = copy_string(data, size);
	try_message("idle-watchdog", line);
	free(line);
	line = copy_string(data, size);
	try_message("sshd", line);
	free(line);
}

/* As the watchdog would write it. */
static void try_names(const char *user, const char *rhost)
{
	struct event event;
	TEXT(text, 1024);

	text_add(&text, "disconnected ");
	text_add(&text, user);
	text_add(&text, " (sshd, pts/3, from ");
	text_add(&text, rhost);
	text_add(&text, "): idle 15m07s, limit 15m");
	PROMISE(text_result(&text) == 0);
	int r = log_line_parse("idle-watchdog", text.data, &event);
	PROMISE(r == 0 || r == -EINVAL);
	if (r < 0)
		return;
	PROMISE(is_same(event.text[EVENT_USER], user));
	PROMISE(is_same(event.text[EVENT_SERVICE], "sshd"));
	PROMISE(is_same(event.text[EVENT_TTY], "pts/3"));
	PROMISE(is_same(event_from(&event), rhost));
	PROMISE(is_same(event.text[EVENT_REASON], "idle"));
	PROMISE(event.number[EVENT_LASTED] == 907 && event.number[EVENT_LIMIT] == 900);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name = copy_string(data, size < NAME_MAX_FUZZED ? size : NAME_MAX_FUZZED);
	TEXT(printable, NAME_MAX_FUZZED + 1);

	text_add_printable(&printable, name);
	try_names(printable.data, "10.0.0.9");
	try_names("alice", printable.data);
	free(name);
	try_line(data, size);
	return 0;
}

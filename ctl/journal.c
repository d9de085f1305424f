/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <pwd.h>
#include <string.h>

#include "common/cleanup.h"
#include "ctl/child.h"
#include "ctl/lines.h"
#include "ctl/log_line.h"

/* A moment that journalctl understands: "--since=@1767225600". */
#define BOUND_SIZE 40

#define MS_PER_S 1000
#define US_PER_MS 1000

struct reading {
	struct history *history;
	uint64_t watchdog_uid; /* 0 when there is no such account */
	size_t entries;
};

static void free_object(struct json_object **object)
{
	(void)json_object_put(*object);
}

#define autofree_object __attribute__((cleanup(free_object)))

/* The text of a field; NULL when it has none, or is there several times. */
static const char *field(struct json_object *entry, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(entry, key, &value) || !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

static int number_field(struct json_object *entry, const char *key, uint64_t *ret_number)
{
	const char *text = field(entry, key);

	return text != NULL ? text_parse_unsigned(text, INT64_MAX, ret_number) : -EINVAL;
}

static bool is_trusted(const struct reading *reading, struct json_object *entry)
{
	uint64_t uid;

	return number_field(entry, "_UID", &uid) == 0 && (uid == 0 || uid == reading->watchdog_uid);
}

static void take_message(struct reading *reading, struct json_object *entry, const char *tag, const char *message)
{
	char copy[LINE_SIZE];
	struct event event;
	uint64_t us;

	if (text_copy(copy, sizeof copy, message) < 0)
		return;
	int r = log_line_parse(tag, copy, &event);
	if (r == -ENOENT)
		return;
	if (!is_trusted(reading, entry)) {
		reading->history->foreign++;
		return;
	}
	if (r < 0 || number_field(entry, "__REALTIME_TIMESTAMP", &us) < 0) {
		reading->history->damaged++;
		return;
	}
	event.time_ms = (int64_t)(us / US_PER_MS);
	event.text[EVENT_HOST] = field(entry, "_HOSTNAME");
	history_take(reading->history, &event);
}

static void take_line(void *context, char *line, size_t length, bool cut)
{
	struct reading *reading = context;

	(void)length;
	reading->entries++;
	if (cut) /* none of ours is so long */
		return;
	autofree_object struct json_object *entry = json_tokener_parse(line);
	const char *tag = entry != NULL ? field(entry, "SYSLOG_IDENTIFIER") : NULL;
	const char *message = entry != NULL ? field(entry, "MESSAGE") : NULL;
	if (tag != NULL && message != NULL)
		take_message(reading, entry, tag, message);
}

/* Writes "--since=@1767225600"; nothing for a moment that is none. */
static void write_bound(char bound[BOUND_SIZE], const char *option, int64_t ms, int64_t none)
{
	struct text text;

	text_init(&text, bound, BOUND_SIZE);
	if (ms == none)
		return;
	text_add(&text, option);
	text_add_signed(&text, ms / MS_PER_S);
}

int journal_read(struct history *history, size_t *ret_entries)
{
	const char *argv[10] = {"journalctl", "--quiet", "--no-pager", "--output=json",
	                        "--output-fields=MESSAGE,SYSLOG_IDENTIFIER,_UID,_HOSTNAME"};
	const struct passwd *account = getpwnam(WATCHDOG_USER);
	struct reading reading = {.history = history, .watchdog_uid = account != NULL ? account->pw_uid : 0};
	char since[BOUND_SIZE], until[BOUND_SIZE];
	struct child child;
	size_t count = 5;

	write_bound(since, "--since=@", history->filter.since_ms, 0);
	/* journalctl takes whole seconds, and what is of the last one. */
	write_bound(until, "--until=@", history->filter.until_ms, INT64_MAX);
	if (since[0] != '\0')
		argv[count++] = since;
	if (until[0] != '\0')
		argv[count++] = until;
	argv[count++] = "SYSLOG_FACILITY=10"; /* authpriv, RFC 5424 */
	int r = child_start(argv, -1, &child);
	if (r < 0)
		return r;
	r = lines_read(child.output, take_line, &reading);
	int ended = child_finish(&child);
	*ret_entries = reading.entries;
	return r < 0 ? r : ended;
}

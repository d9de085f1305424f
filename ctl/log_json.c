/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/log.h"

#include <time.h>

#include "ctl/json.h"

static void add_text(struct json_node to, const char *key, const char *value)
{
	if (value != NULL)
		json_add_text(to, key, value);
	else
		json_add_null(to, key);
}

static void add_number(struct json_node to, const char *key, int64_t value)
{
	if (value >= 0)
		json_add_number(to, key, value);
	else
		json_add_null(to, key);
}

/* RFC 3339 in UTC, with the milliseconds of the record. */
static void add_time(struct json_node to, const char *key, int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	uint64_t ms = (uint64_t)(time_ms % 1000);
	char written[48], day[32];
	struct text text;
	struct tm utc;

	if (gmtime_r(&seconds, &utc) == NULL || strftime(day, sizeof day, "%FT%T", &utc) == 0) {
		json_add_null(to, key);
		return;
	}
	text_init(&text, written, sizeof written);
	text_add(&text, day);
	text_add(&text, ms < 10 ? ".00" : ms < 100 ? ".0" : ".");
	text_add_unsigned(&text, ms);
	text_add_char(&text, 'Z');
	json_add_text(to, key, written);
}

/* A limit of 0 is none. */
static void add_limit(struct json_node to, const char *key, int64_t seconds)
{
	add_number(to, key, seconds > 0 ? seconds : -1);
}

static void add_limits(struct json_node to, const struct event *event)
{
	if (event->kind != EVENT_ARMED) {
		json_add_null(to, "limits");
		return;
	}
	struct json_node limits = json_add_object(to, "limits");
	add_limit(limits, "idle", event->number[EVENT_IDLE_MAX]);
	add_limit(limits, "keepalive", event->number[EVENT_KEEPALIVE_MAX]);
	add_limit(limits, "max", event->number[EVENT_LIFE_MAX]);
}

static void add_event(struct json_node to, const struct event *event)
{
	add_time(to, "time", event->time_ms);
	add_text(to, "host", event->text[EVENT_HOST]);
	json_add_text(to, "event", event_word(event));
	add_text(to, "user", event->text[EVENT_USER]);
	add_number(to, "auid", event->number[EVENT_LOGIN_UID]);
	add_number(to, "ses", event->number[EVENT_AUDIT_SESSION]);
	add_text(to, "service", event->text[EVENT_SERVICE]);
	add_text(to, "tty", event->text[EVENT_TTY]);
	add_text(to, "rhost", event->text[EVENT_RHOST]);
	add_text(to, "address", event->text[EVENT_ADDRESS]);
	add_text(to, "reason", event->text[EVENT_REASON]);
	add_number(to, "lasted_seconds", event->number[EVENT_LASTED]);
	add_number(to, "limit_seconds", event->number[EVENT_LIMIT]);
	add_limits(to, event);
	add_number(to, "extended_seconds", event->number[EVENT_SECONDS]);
	add_text(to, "admin", event->text[EVENT_ADMIN]);
	add_number(to, "admin_uid", event->number[EVENT_ADMIN_UID]);
	add_number(to, "leader_pid", event->number[EVENT_LEADER]);
	add_text(to, "result", event_result_word(event));
	add_number(to, "serial", event->number[EVENT_SERIAL]);
}

static void add_source(struct json_node to, const struct log_source *source)
{
	struct json_node node = json_add_object(to, "source");

	json_add_text(node, "kind", log_source_name(source->kind));
	struct json_node files = json_add_array(node, "files");
	for (size_t i = 0; i < source->count; i++)
		json_add_text(files, NULL, source->names[i]);
	json_add_flag(node, "forgeable", source->kind == SOURCE_SYSLOG);
}

int log_print_json(const struct history *history, const struct log_source *source, FILE *to)
{
	autofree_json struct json_document document = {0};
	struct json_node root = json_start(&document);

	add_source(root, source);
	struct json_node events = json_add_array(root, "events");
	for (size_t i = 0; i < history->count; i++)
		add_event(json_add_object(events, NULL), history->events[i]);
	return json_print(&document, to);
}

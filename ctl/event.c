/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/event.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const char *const event_reasons[] = {
	"idle", "keepalive", "max", "admin", "leader-lost", "watchdog-lost", "spoof", NULL,
};

static const char *const words[] = {
	[EVENT_ARMED] = "armed",
	[EVENT_DISCONNECTED] = "disconnected",
	[EVENT_WOULD_DISCONNECT] = "would disconnect",
	[EVENT_TAMPERING] = "tampering",
	[EVENT_EXTENDED] = "extended",
};

void event_init(struct event *event)
{
	*event = (struct event){.kind = EVENT_OTHER};
	for (size_t i = 0; i < EVENT_NUMBER_COUNT; i++)
		event->number[i] = -1;
}

void event_tidy(struct event *event)
{
	if (event->number[EVENT_LIMIT] == 0)
		event->number[EVENT_LIMIT] = -1;
	if (event->number[EVENT_LIMIT] < 0 && event->number[EVENT_LASTED] == 0)
		event->number[EVENT_LASTED] = -1;
}

struct event *event_copy(const struct event *event)
{
	size_t size = sizeof *event;

	for (size_t i = 0; i < EVENT_TEXT_COUNT; i++)
		size += event->text[i] != NULL ? strlen(event->text[i]) + 1 : 0;
	struct event *copy = malloc(size);
	if (copy == NULL)
		return NULL;
	*copy = *event;
	char *at = (char *)(copy + 1);
	for (size_t i = 0; i < EVENT_TEXT_COUNT; i++) {
		if (event->text[i] == NULL)
			continue;
		copy->text[i] = at;
		at = stpcpy(at, event->text[i]) + 1;
	}
	return copy;
}

const char *event_word(const struct event *event)
{
	if (event->kind != EVENT_OTHER)
		return words[event->kind];
	return event->text[EVENT_OP] != NULL ? event->text[EVENT_OP] : "?";
}

const char *event_result_word(const struct event *event)
{
	if (event->result == RESULT_UNKNOWN)
		return NULL;
	return event->result == RESULT_SUCCESS ? "success" : "failed";
}

const char *event_from(const struct event *event)
{
	return event->text[EVENT_ADDRESS] != NULL ? event->text[EVENT_ADDRESS] : event->text[EVENT_RHOST];
}

static bool is_same(const char *wanted, const char *text)
{
	return wanted == NULL || (text != NULL && strcmp(wanted, text) == 0);
}

bool event_is_wanted(const struct event *event, const struct event_filter *filter)
{
	return event->time_ms >= filter->since_ms && event->time_ms < filter->until_ms &&
	       is_same(filter->user, event->text[EVENT_USER]) && is_same(filter->reason, event->text[EVENT_REASON]);
}

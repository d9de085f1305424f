/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/history.h"

#include <stdlib.h>
#include <string.h>

static bool make_room(struct history *history)
{
	if (history->count < history->room)
		return true;
	size_t room = history->room > 0 ? history->room * 2 : 64;
	struct event **events = reallocarray(history->events, room, sizeof(struct event *));
	if (events == NULL)
		return false;
	history->events = events;
	history->room = room;
	return true;
}

void history_take(struct history *history, const struct event *event)
{
	if (!event_is_wanted(event, &history->filter))
		return;
	struct event *copy = make_room(history) ? event_copy(event) : NULL;
	if (copy == NULL)
		history->failed = true;
	else
		history->events[history->count++] = copy;
}

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_events(const struct event *a, const struct event *b)
{
	int r = compare(a->time_ms, b->time_ms);

	return r != 0 ? r : compare(a->number[EVENT_SERIAL], b->number[EVENT_SERIAL]);
}

/* Merges two sorted neighbours; of what is equal, the left comes first. */
static void merge(struct event **events, size_t left, size_t count, struct event **spare)
{
	size_t i = 0, j = left;

	memcpy(spare, events, left * sizeof(struct event *));
	for (size_t to = 0; i < left; to++)
		events[to] = j < count && compare_events(events[j], spare[i]) < 0 ? events[j++] : spare[i++];
}

/* qsort(3) does not keep the order of what is equal, which log lines of the same second are. */
static void sort(struct event **events, size_t count, struct event **spare)
{
	size_t left = count / 2;

	if (count < 2)
		return;
	sort(events, left, spare);
	sort(events + left, count - left, spare);
	merge(events, left, count, spare);
}

void history_sort(struct history *history)
{
	if (history->count < 2)
		return;
	struct event **spare = calloc(history->count, sizeof(struct event *));
	if (spare == NULL) {
		history->failed = true;
		return;
	}
	sort(history->events, history->count, spare);
	free(spare);
}

static const char *host_of(const struct event *event)
{
	return event->text[EVENT_HOST] != NULL ? event->text[EVENT_HOST] : "";
}

bool history_has_hosts(const struct history *history, bool any)
{
	for (size_t i = 0; i < history->count; i++) {
		if (any && history->events[i]->text[EVENT_HOST] != NULL)
			return true;
		if (strcmp(host_of(history->events[i]), host_of(history->events[0])) != 0)
			return true;
	}
	return false;
}

void history_free(struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		free(history->events[i]);
	free(history->events);
	*history = (struct history){0};
}

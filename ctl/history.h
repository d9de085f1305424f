/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What happened, in the order in which it happened: the events that were asked for, from all that was read.
 *
 * A history owns its events and is released by history_free(). Whoever reads hands over one event after the other; what
 * could not be handed over is counted here, so that it can be told once.
 */
#ifndef IDLETIMEOUT_CTL_HISTORY_H
#define IDLETIMEOUT_CTL_HISTORY_H

#include <stddef.h>

#include "ctl/event.h"

struct history {
	struct event_filter filter;
	struct event **events;
	size_t count, room;
	size_t damaged; /* lines of ours that cannot be understood */
	size_t foreign; /* lines like ours that are not of a watchdog of ours */
	bool failed;    /* out of memory */
};

/* Takes a copy of the event if it is wanted. */
void history_take(struct history *history, const struct event *event);

/* Sorts by time; what is of the same time by the serial numbers of the records, else as it came. */
void history_sort(struct history *history);

/* Whether it is of more than one host, so that each is worth naming; `any` names even a single one. */
bool history_has_hosts(const struct history *history, bool any);

void history_free(struct history *history);

#define autofree_history __attribute__((cleanup(history_free)))

#endif

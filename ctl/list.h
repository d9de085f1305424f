/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * idletimeout list: every session that is watched, the one that ends next first.
 *
 * Collecting is sessions.c, showing is list_table.c for people and list_json.c for programs; all of them work on one
 * list that this command owns.
 */
#ifndef IDLETIMEOUT_CTL_LIST_H
#define IDLETIMEOUT_CTL_LIST_H

#include <stdio.h>

#include "ctl/command.h"
#include "ctl/sessions.h"

extern const struct command list_command;

/* Sorts by the time left, unknown last; equal ones by id, so that the order is always the same. */
void list_sort(struct session_list *list);

/* Prints the list; `width` as in table_print. 0 or -ENOMEM. */
int list_print_table(const struct session_list *list, size_t width, FILE *to);
int list_print_json(const struct session_list *list, FILE *to);

/* Whole seconds of a time of status.h, rounded so that idle and left add up to the limit; -1 when it is unknown. */
int64_t list_seconds_passed(int64_t ms);
int64_t list_seconds_left(int64_t ms);

/* The word for the state of a session, "no answer" when its watchdog is silent. */
const char *list_state(const struct watched *item);

#endif

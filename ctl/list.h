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

#endif

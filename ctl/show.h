/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * idletimeout show ID..: everything about a session, and what keeps it alive.
 *
 * Which sessions were asked for is pick.c, showing them is show_text.c for people and session_json.c for programs.
 */
#ifndef IDLETIMEOUT_CTL_SHOW_H
#define IDLETIMEOUT_CTL_SHOW_H

#include <stdio.h>

#include "ctl/command.h"
#include "ctl/sessions.h"

extern const struct command show_command;

/* Prints a session as lines of at most 80 characters, unless a name is longer, all of them safe for a terminal. */
void show_print_text(const struct watched *item, FILE *to);

#endif

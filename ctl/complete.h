/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Completion: the words that fit at a place of the command line, for a shell.
 *
 * The scripts of the shells (ctl/completion) hand over what was typed and show what comes back, so that they are never
 * behind the program. Of sessions only RUN_DIR is read: a key pressed at a prompt wakes no watchdog.
 */
#ifndef IDLETIMEOUT_CTL_COMPLETE_H
#define IDLETIMEOUT_CTL_COMPLETE_H

#include <stdio.h>

#include "ctl/place.h"

/* For the scripts alone: `idletimeout --complete WORD..`, the last one being completed. */
#define COMPLETE_OPTION "--complete"

/*
 * Prints the words that fit, one a line, each followed by a tab and what it means; or ":files" or ":users" for what a
 * shell completes itself. Always 0: where nothing is known, nothing fits.
 */
int complete_print(const struct command_table *table, size_t count, const char *const *words, FILE *to);

#endif

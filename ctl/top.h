/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * idletimeout top: the sessions that end next, on a screen that keeps up with them.
 *
 * What is shown is decided in top_model.c, how it reaches the terminal in screen.h.
 */
#ifndef IDLETIMEOUT_CTL_TOP_H
#define IDLETIMEOUT_CTL_TOP_H

#include "ctl/command.h"

extern const struct command top_command;

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/* idletimeout extend ID.. D: gives sessions more time. */
#ifndef IDLETIMEOUT_CTL_EXTEND_H
#define IDLETIMEOUT_CTL_EXTEND_H

#include "ctl/command.h"

extern const struct command extend_command;

#endif

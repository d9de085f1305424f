/* SPDX-License-Identifier: BSD-3-Clause */
/* idletimeout close ID.. [--reason WORD]: ends sessions now. */
#ifndef IDLETIMEOUT_CTL_CLOSE_H
#define IDLETIMEOUT_CTL_CLOSE_H

#include "ctl/command.h"

extern const struct command close_command;

#endif

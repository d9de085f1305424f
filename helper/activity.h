/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What counts as activity: from the terminals' stamps and the wire to one latest moment.
 *
 * Pure. What a terminal's stamp leaves open within its eight seconds, the wire narrows: nobody typed after the last data
 * that came from the client.
 */
#ifndef IDLETIMEOUT_HELPER_ACTIVITY_H
#define IDLETIMEOUT_HELPER_ACTIVITY_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/peer.h"

/*
 * The latest moment at which the user can have been active; ENGINE_UNKNOWN when nothing tells.
 * `mode` is ACTIVITY_AUTO or ACTIVITY_INPUT; `typed` the latest input that the terminals allow, ENGINE_UNKNOWN when none could
 * be read; `has_terminal` whether the session has any.
 */
int64_t activity_latest(uint32_t mode, int64_t typed, bool has_terminal, const struct wire *wire);

#endif

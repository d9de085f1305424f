/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What counts as activity: from what each source last saw to one latest moment, under the policy's activity=.
 *
 * Pure. A source is something that shows life: input and output of terminals (tty_clock.h), payload on the connection
 * (network.h), work of processes (process_source.h). Each says the latest moment at which it can have seen activity.
 */
#ifndef IDLETIMEOUT_HELPER_ACTIVITY_H
#define IDLETIMEOUT_HELPER_ACTIVITY_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/peer.h"

enum source { SOURCE_INPUT, SOURCE_OUTPUT, SOURCE_PROCESS, SOURCE_NETWORK, SOURCE_COUNT };

/* CLOCK_BOOTTIME in nanoseconds; ENGINE_UNKNOWN: the source has nothing to see here, or cannot see it. */
struct sources {
	int64_t latest[SOURCE_COUNT];
	bool has_terminal; /* though its stamps may be unreadable */
};

struct activity {
	int64_t latest;     /* ENGINE_UNKNOWN when nothing that counts can be seen */
	enum source source; /* the one that saw it; SOURCE_COUNT: none */
};

/*
 * The latest activity under `counted`, the bits of the policy's set. ACTIVITY_AUTO is input, and the payload and processes of
 * what has no terminal, which is all that `sources` may then hold of these two.
 */
struct activity activity_latest(uint32_t counted, const struct sources *sources);

/* Whether a source counts. */
bool activity_counts(uint32_t counted, enum source source);

/*
 * The latest input when the stamps of the terminals allow `typed`: nobody typed after the last data that came from the
 * client, and so the wire narrows what the stamps leave open within their eight seconds.
 */
int64_t activity_input(int64_t typed, const struct wire *wire);

/* "input", "output", "process", "network"; "login" for none. */
const char *source_name(enum source source);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/activity.h"

#include "common/policy.h"
#include "helper/engine.h"

/* A moment before any login: measured, and nothing found. */
#define NO_ACTIVITY INT64_C(0)

static const uint32_t bits[SOURCE_COUNT] = {
	[SOURCE_INPUT] = ACTIVITY_INPUT,
	[SOURCE_OUTPUT] = ACTIVITY_OUTPUT,
	[SOURCE_PROCESS] = ACTIVITY_PROCESS,
	[SOURCE_NETWORK] = ACTIVITY_NETWORK,
};

bool activity_counts(uint32_t counted, enum source source)
{
	if (counted & ACTIVITY_AUTO)
		return source != SOURCE_OUTPUT;
	return counted & bits[source];
}

/*
 * What to make of sources none of which sees anything. A terminal that cannot be read is not a terminal without input, and
 * under `auto` neither is a session that has nothing to be measured by; but who counts terminals only has said what
 * he thinks of a session without any.
 */
static int64_t unseen(uint32_t counted, const struct sources *sources)
{
	bool is_terminals_only = (counted & ~(uint32_t)(ACTIVITY_INPUT | ACTIVITY_OUTPUT)) == 0;

	return is_terminals_only && !sources->has_terminal ? NO_ACTIVITY : ENGINE_UNKNOWN;
}

/* Processes can always be seen: they alone say nothing of a session that has no terminal and no connection. */
static bool is_measured(uint32_t counted, const struct sources *sources)
{
	if (!(counted & ACTIVITY_AUTO))
		return true;
	return sources->latest[SOURCE_INPUT] != ENGINE_UNKNOWN || sources->latest[SOURCE_NETWORK] != ENGINE_UNKNOWN;
}

struct activity activity_latest(uint32_t counted, const struct sources *sources)
{
	struct activity found = {.latest = ENGINE_UNKNOWN, .source = SOURCE_COUNT};

	for (enum source source = 0; is_measured(counted, sources) && source < SOURCE_COUNT; source++) {
		if (activity_counts(counted, source) && sources->latest[source] > found.latest)
			found = (struct activity){.latest = sources->latest[source], .source = source};
	}
	if (found.source == SOURCE_COUNT)
		found.latest = unseen(counted, sources);
	return found;
}

int64_t activity_input(int64_t typed, const struct wire *wire)
{
	if (typed == ENGINE_UNKNOWN || !wire->is_known)
		return typed;
	return wire->received < typed ? wire->received : typed;
}

const char *source_name(enum source source)
{
	static const char *const names[] = {[SOURCE_INPUT] = "input",     [SOURCE_OUTPUT] = "output",
	                                    [SOURCE_PROCESS] = "process", [SOURCE_NETWORK] = "network",
	                                    [SOURCE_COUNT] = "login"};

	return names[source];
}

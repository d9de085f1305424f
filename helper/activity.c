/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/activity.h"

#include "common/policy.h"
#include "helper/engine.h"

/* A moment before any login: measured, and nothing found. */
#define NO_INPUT INT64_C(0)

int64_t activity_latest(uint32_t mode, int64_t typed, bool has_terminal, const struct wire *wire)
{
	if (typed != ENGINE_UNKNOWN)
		return wire->is_known && wire->received < typed ? wire->received : typed;
	/* Under `input` only terminals count; one that cannot be read is not a terminal without input. */
	if (mode == ACTIVITY_INPUT && !has_terminal)
		return NO_INPUT;
	return wire->is_known ? peer_payload(wire) : ENGINE_UNKNOWN;
}

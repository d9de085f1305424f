/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Driving the engine by hand: settings as on a PAM line, times as seconds after login.
 */
#ifndef IDLETIMEOUT_TESTS_UNIT_ENGINE_H
#define IDLETIMEOUT_TESTS_UNIT_ENGINE_H

#include "common/duration.h"
#include "helper/engine.h"
#include "tests/unit/unit.h"

/* Seconds, to the millisecond, as nanoseconds. */
#define S(seconds) ((int64_t)((seconds)*1000 + ((seconds) < 0 ? -0.5 : 0.5)) * NS_PER_MS)

/* Login happens here: not at zero, so that a moment is not mistaken for a time span. */
#define LOGIN S(1000)

/* An engine under the given settings, separated by blanks, that starts at LOGIN. */
static inline struct engine engine_of(const char *settings)
{
	char copy[256], *rest = copy, *setting;
	struct policy policy;
	struct engine engine;

	policy_init(&policy);
	assert_int_equal(text_copy(copy, sizeof copy, settings), 0);
	while ((setting = strtok_r(rest, " ", &rest)) != NULL) {
		TEXT(why, POLICY_WHY_SIZE);
		if (policy_set(&policy, setting, ORIGIN_ARGUMENT, &why) < 0)
			fail_msg("%s", why.data);
	}
	engine_init(&engine, &policy, LOGIN);
	return engine;
}

/* One look `now` seconds after login: latest input and last sign of life as seconds after login, nothing else known. */
static inline struct sample look(double now, double active)
{
	return (struct sample){.now = LOGIN + S(now),
	                       .active = LOGIN + S(active),
	                       .received = ENGINE_UNKNOWN,
	                       .alive = ENGINE_UNKNOWN,
	                       .again = ENGINE_NEVER};
}

static inline struct verdict step(struct engine *engine, struct sample sample)
{
	return engine_step(engine, &sample);
}

static inline void expect(const char *row, const struct verdict *verdict, enum action action, enum limit limit,
                          int64_t wake)
{
	same_number(row, verdict->action, action);
	same_number(row, verdict->limit, limit);
	same_number(row, verdict->wake == ENGINE_NEVER ? ENGINE_NEVER : verdict->wake - LOGIN, wake);
}

/* Steps and checks action, limit and the next wake (seconds after login; -1 for never). */
static inline void step_and_expect(struct engine *engine, struct sample sample, enum action action, enum limit limit,
                                   double wake)
{
	TEXT(row, 64);
	struct verdict verdict = step(engine, sample);

	text_add(&row, "at ");
	text_add_signed(&row, (sample.now - LOGIN) / NS_PER_MS);
	text_add(&row, " ms");
	expect(row.data, &verdict, action, limit, wake < 0 ? ENGINE_NEVER : S(wake));
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tester's side of fault.h: makes the plan, aims it, and reads what was hit. And the sums of many such shots.
 */
#ifndef IDLETIMEOUT_TESTS_PLAN_H
#define IDLETIMEOUT_TESTS_PLAN_H

#include <stddef.h>

#include "tests/fault/fault.h"

/* Makes the plan in the working directory. The caller is the host, and releases it. */
struct fault_plan *plan_make(enum fault_program program, enum fault_kind kind);

/* Whoever is late and still has it mapped disturbs no later plan. */
void plan_release(struct fault_plan *plan);

/* From now on the call number `strike_at` in `scope` is hit. */
void plan_aim(struct fault_plan *plan, enum fault_scope scope, uint32_t strike_at);

enum outcome { OUTCOME_ARMED, OUTCOME_REFUSED, OUTCOME_LOST, OUTCOME_COUNT };

/* One shot: the call that it hit (empty: none, or nothing was tried), what came of it, and after how long. */
struct shot {
	char call[sizeof((struct fault_plan *)0)->struck];
	enum outcome outcome;
	int64_t took_ms;
};

/*
 * Records a row (row.h) for each kind of call that was hit in `section`. `words` says what each outcome is called;
 * returns how many were hit.
 */
size_t plan_report(const char *section, const char *test, enum fault_kind kind, const char *expected,
                   const char *const words[OUTCOME_COUNT], const struct shot *shots, size_t count);

#endif

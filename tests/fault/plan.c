/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/fault/plan.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "tests/fault/row.h"
#include "tests/unit/unit.h"

struct fault_plan *plan_make(enum fault_program program, enum fault_kind kind)
{
	autoclose int fd = open(FAULT_PLAN_FILE, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, sizeof(struct fault_plan)), 0);
	struct fault_plan *plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(plan != MAP_FAILED);
	plan->program = program;
	plan->kind = kind;
	plan->host = getpid();
	return plan;
}

void plan_release(struct fault_plan *plan)
{
	assert_int_equal(munmap(plan, sizeof *plan), 0);
	assert_int_equal(unlink(FAULT_PLAN_FILE), 0);
}

void plan_aim(struct fault_plan *plan, enum fault_scope scope, uint32_t strike_at)
{
	plan->scope = scope;
	plan->strike_at = strike_at;
	memset(plan->struck, 0, sizeof plan->struck);
	memset(plan->log, 0, sizeof plan->log);
	atomic_store(&plan->calls, 0);
	atomic_store(&plan->watchdog, 0);
	atomic_store(&plan->logged, 0);
}

/* All shots at one kind of call. */
struct sum {
	size_t shots, of[OUTCOME_COUNT];
	int64_t longest_ms;
};

static struct sum add_up(const char *call, const struct shot *shots, size_t count)
{
	struct sum sum = {0};

	for (size_t i = 0; i < count; i++) {
		if (strcmp(shots[i].call, call) != 0)
			continue;
		sum.shots++;
		sum.of[shots[i].outcome]++;
		if (shots[i].took_ms > sum.longest_ms)
			sum.longest_ms = shots[i].took_ms;
	}
	return sum;
}

static void describe_fault(enum fault_kind kind, const char *call, size_t shots, struct text *text)
{
	static const char *const begin[] = {
		[FAULT_ERROR] = "", [FAULT_TABLE_FULL] = "", [FAULT_INTERRUPTED] = "", [FAULT_DEATH] = "killed at ",
	                                    [FAULT_PAUSE] = "stopped at "};
	static const char *const end[] = {[FAULT_ERROR] = " fails",
	                                  [FAULT_TABLE_FULL] = " fails with ENFILE",
	                                  [FAULT_INTERRUPTED] = " is interrupted",
	                                  [FAULT_DEATH] = "",
	                                  [FAULT_PAUSE] = ""};

	text_add(text, begin[kind]);
	text_add(text, call);
	text_add(text, end[kind]);
	text_add(text, shots == 1 ? ", at its one place" : ", at each of ");
	if (shots == 1)
		return;
	text_add_unsigned(text, shots);
	text_add(text, " places");
}

static void describe_outcomes(const struct sum *sum, const char *const words[OUTCOME_COUNT], struct text *text)
{
	const char *separator = "";

	for (size_t i = 0; i < OUTCOME_COUNT; i++) {
		if (sum->of[i] == 0)
			continue;
		text_add(text, separator);
		text_add_unsigned(text, sum->of[i]);
		text_add_char(text, ' ');
		text_add(text, words[i]);
		separator = ", ";
	}
	text_add(text, "; ");
	text_add_signed(text, sum->longest_ms);
	text_add(text, " ms at the most");
}

static bool is_first_of_its_kind(const struct shot *shots, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (strcmp(shots[j].call, shots[i].call) == 0)
			return false;
	}
	return shots[i].call[0] != '\0';
}

size_t plan_report(const char *section, const char *test, enum fault_kind kind, const char *expected,
                   const char *const words[OUTCOME_COUNT], const struct shot *shots, size_t count)
{
	size_t hit = 0;

	for (size_t i = 0; i < count; i++) {
		TEXT(fault, 128);
		TEXT(observed, 256);
		if (!is_first_of_its_kind(shots, i))
			continue;
		struct sum sum = add_up(shots[i].call, shots, count);
		describe_fault(kind, shots[i].call, sum.shots, &fault);
		describe_outcomes(&sum, words, &observed);
		row_add(section, fault.data, expected, observed.data, test);
		hit += sum.shots;
	}
	return hit;
}

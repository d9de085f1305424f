/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/pam_control.h"

#include <errno.h>

#include "tests/unit/unit.h"

#define STEPS_MAX 8

static void keywords_are_what_they_stand_for(void **state)
{
	static const struct {
		const char *keyword, *written;
	} rows[] = {
		{"required", "success=ok ignore=ignore default=bad"},
		{"REQUISITE", "success=ok ignore=ignore default=die"},
		{"sufficient", "success=done default=ignore"},
		{"optional", "success=ok default=ignore"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pam_control keyword, written;
		assert_int_equal(pam_control_parse(rows[i].keyword, &keyword), 0);
		assert_int_equal(pam_control_parse(rows[i].written, &written), 0);
		for (size_t answer = 0; answer < PAM_ANSWER_COUNT; answer++)
			same_number(rows[i].keyword, keyword.on[answer], written.on[answer]);
		same_number(rows[i].keyword, keyword.may_end, written.may_end);
		same_number(rows[i].keyword, keyword.longest_jump, written.longest_jump);
	}
}

static void answers_have_their_actions(void **state)
{
	static const struct {
		const char *control;
		int on[PAM_ANSWER_COUNT]; /* success, ignore, service_err, session_err, buf_err */
	} rows[] = {
		{"", {PAM_DO_BAD, PAM_DO_BAD, PAM_DO_BAD, PAM_DO_BAD, PAM_DO_BAD}},
		{"success=ok", {PAM_DO_OK, PAM_DO_BAD, PAM_DO_BAD, PAM_DO_BAD, PAM_DO_BAD}},
		{" default=IGNORE\tsession_err=die ", {0, 0, 0, PAM_DO_DIE, 0}},
		{"default=reset Success=3 buf_err=0", {3, PAM_DO_RESET, PAM_DO_RESET, PAM_DO_RESET, 0}},
		{"user_unknown=done service_err=2", {PAM_DO_BAD, PAM_DO_BAD, 2, PAM_DO_BAD, PAM_DO_BAD}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pam_control control;
		assert_int_equal(pam_control_parse(rows[i].control, &control), 0);
		for (size_t answer = 0; answer < PAM_ANSWER_COUNT; answer++)
			same_number(rows[i].control, control.on[answer], rows[i].on[answer]);
	}
}

static void what_is_no_control_is_refused(void **state)
{
	static const char *const rows[] = {"requird", "=ok", "success", "success=", "success=maybe", "success=-1",
	                                   "success=ok default", "success=99999",
	                                   "a_very_long_word_that_is_no_answer_of_any_module_in_the_world=ok_and_more"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pam_control control = {.longest_jump = 77};
		same_number(rows[i], pam_control_parse(rows[i], &control), -EINVAL);
		same_number(rows[i], control.longest_jump, 77);
	}
}

/* Each row: the controls with their levels in front, "0:sufficient"; the first one is asked about, the last is the target. */
static void lines_are_skipped_as_libpam_does(void **state)
{
	static const struct {
		bool skips;
		const char *steps[STEPS_MAX];
	} rows[] = {
		{false, {"0required", "0required"}},
		{false, {"0optional", "0required"}},
		{true, {"0sufficient", "0required"}},
		{true, {"0sufficient", "0optional", "1required", "0required"}},
		{true, {"0success=1", "0required"}},
		{false, {"0success=1", "0optional", "0required"}},
		{true, {"0success=2", "0optional", "0required"}},
		{true, {"0default=1 success=2", "0optional", "0required"}},
		/* A substack is one line, whatever is in it. */
		{false, {"0success=1", "0substack", "1optional", "1optional", "0required"}},
		{true, {"0success=2", "0substack", "1optional", "1optional", "0required"}},
		{true, {"0success=1", "0substack", "1optional", "1required"}},
		/* What ends or jumps in a substack stays in it. */
		{false, {"1sufficient", "1optional", "0required"}},
		{false, {"1success=9", "1optional", "0required"}},
		{true, {"1sufficient", "2required"}},
		{true, {"1success=1", "2optional", "2required"}},
		{false, {"1sufficient", "0substack", "1required"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pam_step steps[STEPS_MAX];
		size_t count = 0;
		TEXT(name, 256);
		for (; count < STEPS_MAX && rows[i].steps[count] != NULL; count++) {
			steps[count].level = (unsigned)(rows[i].steps[count][0] - '0');
			assert_int_equal(pam_control_parse(rows[i].steps[count] + 1, &steps[count].control), 0);
			text_add(&name, rows[i].steps[count]);
			text_add(&name, ", ");
		}
		same_number(name.data, pam_step_may_skip(steps, 0, count - 1), rows[i].skips);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keywords_are_what_they_stand_for),
		cmocka_unit_test(answers_have_their_actions),
		cmocka_unit_test(what_is_no_control_is_refused),
		cmocka_unit_test(lines_are_skipped_as_libpam_does),
	};

	return cmocka_run_group_tests_name("pam_control", tests, NULL, NULL);
}

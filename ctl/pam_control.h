/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The control of a PAM line, "required" or "[success=1 default=ignore]": what libpam does with the module's answer, and
 * which lines it may never come to because of it.
 *
 * Pure. What libpam does: pam.conf(5), and its pam_dispatch.c for substacks.
 */
#ifndef IDLETIMEOUT_CTL_PAM_CONTROL_H
#define IDLETIMEOUT_CTL_PAM_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

/* The answers that pam_idletimeout can give. */
enum pam_answer {
	PAM_SAYS_SUCCESS,
	PAM_SAYS_IGNORE,
	PAM_SAYS_SERVICE_ERR,
	PAM_SAYS_SESSION_ERR,
	PAM_SAYS_BUF_ERR,
	PAM_ANSWER_COUNT
};

/* Above 0: so many lines are jumped over. */
enum pam_action {
	PAM_DO_IGNORE = 0,
	PAM_DO_OK = -1,
	PAM_DO_DONE = -2,
	PAM_DO_BAD = -3,
	PAM_DO_DIE = -4,
	PAM_DO_RESET = -5
};

struct pam_control {
	int on[PAM_ANSWER_COUNT]; /* a pam_action, or the length of a jump */
	bool may_end;             /* some answer ends the stack well */
	int longest_jump;         /* of any answer */
};

/* Parses a control, without its brackets; -EINVAL when libpam would not understand it. */
int pam_control_parse(const char *control, struct pam_control *ret_control);

/* One line of a stack, in its order. */
struct pam_step {
	struct pam_control control;
	unsigned level; /* how many substacks it is in */
};

/* Whether libpam may leave the line `target` out because of what the line `from` before it answers. */
bool pam_step_may_skip(const struct pam_step *steps, size_t from, size_t target);

#endif

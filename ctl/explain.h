/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * idletimeout explain USER --service S [--from ADDR]: the limits that a session would be under, and why.
 *
 * The same code decides as at a login: the arguments of the PAM line (pam_stack.h), the rules (common/rules.h), the
 * groups (common/membership.h). Gathering is explain.c, showing explain_text.c for people and explain_json.c for
 * programs.
 */
#ifndef IDLETIMEOUT_CTL_EXPLAIN_H
#define IDLETIMEOUT_CTL_EXPLAIN_H

#include <stdio.h>

#include "common/rules_file.h"
#include "ctl/command.h"

extern const struct command explain_command;

struct passed_over {
	struct rule rule;
	enum rule_verdict why;
};

/* What there is to say of one login; owned by the command. */
struct explanation {
	struct rules_login login;
	char *pam_file; /* of the PAM line that counts */
	uint32_t pam_line;
	struct policy policy;
	struct rules_file rules; /* without text: there is no file */
	bool has_rule;
	struct rule rule;
	struct passed_over *passed; /* in the order of the file */
	size_t passed_count;
};

/* Prints it, every name made safe for a terminal; 0 or -ENOMEM. */
int explain_print_text(const struct explanation *explanation, FILE *to);
int explain_print_json(const struct explanation *explanation, FILE *to);

/* Room for a line of the rules. */
#define EXPLAIN_RULE_SIZE (RULES_LINE_MAX + 8)

/* Appends a rule as it stands in the file, its words separated by single blanks. */
void explain_add_rule(const struct rule *rule, struct text *text);

/* Where a setting comes from: the file, and in `ret_line` the line; NULL for a default. */
const char *explain_place(const struct explanation *explanation, enum option_id id, uint32_t *ret_line);

#endif

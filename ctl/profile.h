/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The numbers that auditors ask for, and the verdicts on what was found against them.
 *
 * The profiles are constant, and pure to judge by. The list owns copies of all that it is given.
 */
#ifndef IDLETIMEOUT_CTL_PROFILE_H
#define IDLETIMEOUT_CTL_PROFILE_H

#include "common/policy.h"
#include "ctl/finding.h"

#define REQUIREMENTS_MAX 3

enum role {
	ROLE_ANYBODY,
	ROLE_PRIVILEGED, /* root, and nobody else that could be told from here */
	ROLE_OTHERS
};

struct requirement {
	const char *id; /* what the document calls it; NULL ends the table */
	enum option_id option;
	uint32_t most; /* seconds, or the number; off is never enough */
	enum role role;
	bool is_of_sshd; /* asked of sessions over the network only */
};

struct profile {
	const char *name;
	const char *remark; /* how it was read here, one line without a full stop */
	struct requirement requirements[REQUIREMENTS_MAX + 1];
};

/* NULL when there is none of that name. */
const struct profile *profile_find(const char *name);

/* For completion; NULL-terminated. */
extern const char *const profile_names[];

/* Whether a policy meets a requirement. */
bool requirement_is_met(const struct requirement *requirement, const struct policy *policy);

enum verdict_result { VERDICT_PASS, VERDICT_EXCEPTION, VERDICT_FAIL, VERDICT_COUNT };

/* "pass", "exception", "fail" */
const char *verdict_name(enum verdict_result result);

struct verdict {
	enum verdict_result result;
	const char *id; /* of the requirement */
	const char *service;
	char *who; /* as the rule has it, or a word for those whom no rule is for */
	const char *setting;
	char *value; /* as it is written, or "exempt" */
	char *limit; /* what is asked for */
	char *file;
	uint32_t line;
};

struct verdict_list {
	struct verdict *items;
	size_t count, room;
	size_t of[VERDICT_COUNT];
	bool failed; /* out of memory */
};

/* What a verdict is made of that the list copies. */
struct evidence {
	const char *who, *value, *limit;
	struct where where;
};

/* Adds a verdict; `plain` has its result and what is borrowed: id, service, setting. */
void verdict_add(struct verdict_list *list, const struct verdict *plain, const struct evidence *evidence);

void verdict_list_free(struct verdict_list *list);

#endif

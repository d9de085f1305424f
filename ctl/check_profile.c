/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include <string.h>

#include "common/duration.h"
#include "ctl/words.h"

/* What is known while the cases of one service are judged. */
struct judging {
	bool is_root_done; /* a rule before this one takes every login of root */
	bool has_rules;    /* before this case */
};

static bool is_for(const struct policy_case *one, const char *who)
{
	return one->rule != NULL && strcmp(one->rule->who, who) == 0;
}

static bool is_for_anybody(const struct policy_case *one)
{
	return one->rule == NULL || is_for(one, "*");
}

/* Whether somebody of that role can be in the case. */
static bool concerns(const struct policy_case *one, const struct judging *judging, enum role role)
{
	switch (role) {
	case ROLE_PRIVILEGED:
		return !judging->is_root_done && (is_for(one, "root") || is_for_anybody(one));
	case ROLE_OTHERS:
		return !is_for(one, "root");
	case ROLE_ANYBODY:
		break;
	}
	return true;
}

/* "alice", "@staff from 10.0.0.0/8", "root", "everybody", "everybody else" */
static void add_who(const struct policy_case *one, const struct judging *judging, enum role role, struct text *text)
{
	if (role == ROLE_PRIVILEGED)
		text_add(text, "root");
	else if (is_for_anybody(one))
		text_add(text, judging->has_rules || role == ROLE_OTHERS ? "everybody else" : "everybody");
	else
		text_add(text, one->rule->who);
	if (one->rule != NULL && one->rule->from_kind != RULE_FROM_ANYWHERE) {
		text_add(text, " from ");
		text_add(text, one->rule->from);
	}
}

/* A rule for one user is somebody's decision about him, and has a line; root is everybody's concern. */
static enum verdict_result result_of(const struct policy_case *one, bool is_met)
{
	if (is_met)
		return VERDICT_PASS;
	if (is_for_anybody(one) || rule_group(one->rule) != NULL || is_for(one, "root"))
		return VERDICT_FAIL;
	return VERDICT_EXCEPTION;
}

/* What is said of one setting of a case. */
struct opinion {
	const char *id;
	enum option_id option;
	const char *limit; /* what is asked for */
	bool is_met;
};

static void add_verdict(struct check *check, const struct policy_case *one, const char *who,
                        const struct opinion *opinion)
{
	const struct verdict verdict = {.result = result_of(one, opinion->is_met),
	                                .id = opinion->id,
	                                .service = one->service->name,
	                                .setting = option_table[opinion->option].name};
	char value[WORDS_SETTING_SIZE];
	struct text text;

	text_init(&text, value, sizeof value);
	if (one->is_exempt)
		text_add(&text, "exempt");
	else
		policy_add_value(&one->policy, opinion->option, &text);
	const struct evidence evidence = {who, value, opinion->limit, case_where(one, opinion->option)};
	verdict_add(&check->verdicts, &verdict, &evidence);
}

static void judge_requirement(struct check *check, const struct policy_case *one, const struct judging *judging,
                              const struct requirement *requirement)
{
	char who[WORDS_SETTING_SIZE * 2], limit[WORDS_SETTING_SIZE];
	struct text text;

	if (!concerns(one, judging, requirement->role) ||
	    (requirement->is_of_sshd && !check_is_sshd(check, one->service)))
		return;
	text_init(&text, who, sizeof who);
	add_who(one, judging, requirement->role, &text);
	text_init(&text, limit, sizeof limit);
	text_add(&text, "at most ");
	if (option_table[requirement->option].kind == OPTION_KIND_LIMIT)
		duration_add(&text, requirement->most);
	else
		text_add_unsigned(&text, requirement->most);
	bool is_met = !one->is_exempt && requirement_is_met(requirement, &one->policy);
	add_verdict(check, one, who, &(struct opinion){requirement->id, requirement->option, limit, is_met});
}

/* What makes every number worthless: nobody is disconnected, or nobody can prove it. */
static void judge_modes(struct check *check, const struct policy_case *one, const struct judging *judging)
{
	const char *id = check->profile->requirements[0].id;
	char who[WORDS_SETTING_SIZE * 2];
	struct text text;

	if (one->is_exempt)
		return;
	text_init(&text, who, sizeof who);
	add_who(one, judging, ROLE_ANYBODY, &text);
	if (one->policy.value[OPTION_DRY_RUN] != 0)
		add_verdict(check, one, who, &(struct opinion){id, OPTION_DRY_RUN, "off", false});
	if (one->policy.value[OPTION_AUDIT] == AUDIT_OFF)
		add_verdict(check, one, who, &(struct opinion){id, OPTION_AUDIT, "all or disconnect", false});
}

static void judge(struct check *check, const struct policy_case *one, void *data)
{
	struct judging *judging = data;

	for (const struct requirement *requirement = check->profile->requirements; requirement->id != NULL; requirement++)
		judge_requirement(check, one, judging, requirement);
	judge_modes(check, one, judging);
	judging->has_rules = true;
	if ((is_for(one, "root") || is_for(one, "*")) && one->rule->from_kind == RULE_FROM_ANYWHERE)
		judging->is_root_done = true;
}

void check_profile(struct check *check)
{
	for (size_t i = 0; i < check->service_count; i++) {
		const struct service *service = &check->services[i];
		struct judging judging = {0};
		if (service->is_asked && service->file != NULL && service->is_good)
			check_each_case(check, service, judge, &judging);
	}
}

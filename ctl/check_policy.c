/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

/* What is told of a case: the finding stands where the setting does, and names the service where that is not plain. */
struct judged {
	struct check *check;
	const struct policy_case *one;
};

static struct finding_list *findings(const struct judged *judged)
{
	return &judged->check->findings;
}

static bool is_given(const struct policy *policy, enum option_id id)
{
	return policy->origin[id] != ORIGIN_DEFAULT;
}

/* Where to look when two settings disagree: at the rule, if one of them comes from there. */
static struct where where_of_two(const struct policy_case *one, enum option_id first, enum option_id second)
{
	return case_where(one, one->policy.origin[second] == ORIGIN_RULE ? second : first);
}

static void judge_idle(const struct judged *judged)
{
	const struct policy *policy = &judged->one->policy;
	char idle[CHECK_DURATION_SIZE], max[CHECK_DURATION_SIZE];

	if (policy->value[OPTION_IDLE] == 0 || policy->value[OPTION_MAX] == 0 ||
	    policy->value[OPTION_IDLE] < policy->value[OPTION_MAX])
		return;
	finding_add(findings(judged), FINDING_IDLE_NEVER_ACTS, where_of_two(judged->one, OPTION_IDLE, OPTION_MAX),
	            "%s: max=%s ends every session before idle=%s can", judged->one->service->name,
	            check_duration(policy->value[OPTION_MAX], max), check_duration(policy->value[OPTION_IDLE], idle));
}

/* A step is given before idle or max, whichever is longer than it. */
static void judge_warnings(const struct judged *judged)
{
	const struct policy *policy = &judged->one->policy;
	enum option_id longer = policy->value[OPTION_IDLE] > policy->value[OPTION_MAX] ? OPTION_IDLE : OPTION_MAX;
	uint32_t longest = policy->value[longer];
	char step[CHECK_DURATION_SIZE], limit[CHECK_DURATION_SIZE];

	for (size_t i = 0; is_given(policy, OPTION_WARN) && i < policy->warning_count; i++) {
		if (longest == 0 || policy->warnings[i] < longest)
			continue;
		finding_add(findings(judged), FINDING_WARNING_NEVER_GIVEN,
		            where_of_two(judged->one, OPTION_WARN, longer), "%s: a warning %s before the end does not fit into %s=%s",
		            judged->one->service->name, check_duration(policy->warnings[i], step),
		            option_table[longer].name, check_duration(longest, limit));
	}
}

/* Settings that say how a limit works that is not there. */
static void judge_settings(const struct judged *judged)
{
	static const struct {
		enum option_id setting, limit, or_limit;
	} needs[] = {
		{OPTION_KEEPALIVE_COUNT, OPTION_KEEPALIVE, OPTION_KEEPALIVE},
		{OPTION_KEEPALIVE_PROOF, OPTION_KEEPALIVE, OPTION_KEEPALIVE},
		{OPTION_ACTIVITY, OPTION_IDLE, OPTION_IDLE},
		{OPTION_WARN, OPTION_IDLE, OPTION_MAX},
	};
	const struct policy *policy = &judged->one->policy;

	for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
		enum option_id id = needs[i].setting;
		bool has_limit = policy->value[needs[i].limit] > 0 || policy->value[needs[i].or_limit] > 0;
		/* "warn=off" asks for nothing. */
		if (!is_given(policy, id) || has_limit || (id == OPTION_WARN && policy->warning_count == 0))
			continue;
		finding_add(findings(judged), FINDING_SETTING_WITHOUT_LIMIT,
		            where_of_two(judged->one, id, needs[i].limit), "%s: %s does nothing without %s%s",
		            judged->one->service->name, option_table[id].name, option_table[needs[i].limit].name,
		            needs[i].limit != needs[i].or_limit ? " or max" : "");
	}
}

/* kill=session sweeps the audit session: where none was made it is that of the login around. */
static void judge_kill(const struct judged *judged)
{
	if (judged->one->policy.value[OPTION_KILL] == KILL_SESSION && !judged->one->service->has_loginuid)
		finding_add(findings(judged), FINDING_KILL_WITHOUT_LOGINUID, case_where(judged->one, OPTION_KILL),
		            "%s: without pam_loginuid.so kill=session ends all of the login that it was started from",
		            judged->one->service->name);
}

static void judge_modes(const struct judged *judged)
{
	const struct policy *policy = &judged->one->policy;

	if (policy->value[OPTION_DRY_RUN] != 0)
		finding_add(findings(judged), FINDING_DRY_RUN, case_where(judged->one, OPTION_DRY_RUN),
		            "%s: dry_run is in force: nobody is disconnected", judged->one->service->name);
	if (policy->value[OPTION_ON_WATCHDOG_LOSS] == LOSS_LOG)
		finding_add(findings(judged), FINDING_WATCHDOG_LOSS_LOG, case_where(judged->one, OPTION_ON_WATCHDOG_LOSS),
		            "%s: a session that loses its watchdog goes on without limits", judged->one->service->name);
}

/* What `data` is: whether anybody is under a limit. */
static void judge(struct check *check, const struct policy_case *one, void *data)
{
	const struct judged judged = {check, one};
	bool *has_limit = data;

	if (one->is_exempt || !policy_has_limit(&one->policy))
		return;
	*has_limit = true;
	judge_idle(&judged);
	judge_warnings(&judged);
	judge_settings(&judged);
	judge_kill(&judged);
	judge_modes(&judged);
}

void check_policies(struct check *check)
{
	for (size_t i = 0; i < check->service_count; i++) {
		const struct service *service = &check->services[i];
		const struct ruleset *ruleset = check_ruleset_of(check, service);
		bool has_limit = false;
		/* Under broken rules there is no session that could be judged. */
		if (ruleset == NULL || !ruleset->is_good || !service->is_asked || !service->is_good)
			continue;
		check_each_case(check, service, judge, &has_limit);
		if (!has_limit)
			finding_add(&check->findings, FINDING_NO_LIMIT, (struct where){service->file, service->line},
			            "%s: neither the line nor a rule sets a limit: no session is watched", service->name);
	}
}

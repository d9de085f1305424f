/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include <string.h>

#include "ctl/rule_cover.h"

const struct ruleset *check_ruleset_of(const struct check *check, const struct service *service)
{
	for (size_t i = 0; i < check->ruleset_count; i++) {
		if (strcmp(check->rulesets[i].place.conf, service->policy.conf) == 0)
			return &check->rulesets[i];
	}
	return NULL;
}

/* A rule has been read before, so that it applies for certain. */
static void visit_rule(struct check *check, struct policy_case one, const struct rule *rule, case_visitor *visit,
                       void *data)
{
	one.rule = rule;
	one.is_exempt = rule->is_exempt;
	if (!rule->is_exempt)
		(void)rule_apply(rule, &one.policy);
	visit(check, &one, data);
}

void check_each_case(struct check *check, const struct service *service, case_visitor *visit, void *data)
{
	const struct ruleset *ruleset = check_ruleset_of(check, service);
	const struct policy_case one = {.service = service, .ruleset = ruleset, .policy = service->policy};

	/* With broken rules there is no session that could be judged. */
	if (ruleset == NULL || !ruleset->is_good)
		return;
	for (size_t i = 0; i < ruleset->count; i++) {
		const struct rule *rule = &ruleset->rules[i];
		if (!rule_is_of_service(rule, service->name) || ruleset->is_covered[i])
			continue;
		visit_rule(check, one, rule, visit, data);
		if (rule_is_for_all(rule))
			return;
	}
	visit(check, &one, data);
}

void check_all_cases(struct check *check, case_visitor *visit, void *data)
{
	for (size_t i = 0; i < check->service_count; i++) {
		const struct service *service = &check->services[i];
		if (service->is_asked && service->file != NULL && service->is_good)
			check_each_case(check, service, visit, data);
	}
}

struct where case_where(const struct policy_case *one, enum option_id id)
{
	if (one->rule != NULL && (one->is_exempt || one->policy.origin[id] == ORIGIN_RULE))
		return (struct where){one->ruleset->place.conf, one->rule->line};
	return (struct where){one->service->file, one->service->line};
}

bool check_is_sshd(const struct check *check, const struct service *service)
{
	return strcmp(service->name, check->has_sshd ? check->sshd.service : "sshd") == 0;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/membership.h"
#include "ctl/rule_cover.h"

static struct where where_of(const struct ruleset *ruleset, const struct rule *rule)
{
	return (struct where){ruleset->place.conf, rule->line};
}

/* -- Reading -- */

static int append(struct ruleset *ruleset, size_t *room, const struct rule *rule)
{
	if (ruleset->count == *room) {
		*room = *room * 2 + 64;
		struct rule *grown = reallocarray(ruleset->rules, *room, sizeof *grown);
		if (grown == NULL)
			return -ENOMEM;
		ruleset->rules = grown;
	}
	ruleset->rules[ruleset->count++] = *rule;
	return 0;
}

static int parse(struct check *check, struct ruleset *ruleset)
{
	struct rules_reader reader;
	struct rules_fault fault;
	struct rule rule;
	size_t room = 0;
	int r;

	rules_start(&reader, ruleset->file.text, ruleset->file.length);
	while ((r = rules_next(&reader, &rule, &fault)) > 0) {
		if (append(ruleset, &room, &rule) < 0)
			return -ENOMEM;
	}
	if (r < 0)
		finding_add(&check->findings, FINDING_RULES_BROKEN, (struct where){ruleset->place.conf, fault.line},
		            "column %u: %s", (unsigned)fault.column, fault.why);
	ruleset->is_good = r == 0;
	ruleset->is_covered = calloc(ruleset->count + 1, sizeof *ruleset->is_covered);
	return ruleset->is_covered != NULL ? 0 : -ENOMEM;
}

/* The reason begins with the file, as rules_file_load() leaves it; the finding has that already. */
static int load(struct check *check, struct ruleset *ruleset)
{
	char reason[RULES_WHY_SIZE];
	struct text why;

	text_init(&why, reason, sizeof reason);
	int r = rules_file_load(&ruleset->place, &ruleset->file, &why);
	if (r == -EACCES)
		fprintf(stderr, PROGRAM_NAME ": %s\n", reason);
	if (r >= 0 || r == -EACCES || r == -ENOMEM)
		return r;
	finding_add(&check->findings, FINDING_RULES_BROKEN, (struct where){ruleset->place.conf, 0}, "%s",
	            reason + strlen(ruleset->place.conf) + strlen(": "));
	return 1;
}

/* -- Names -- */

static void judge_service(struct check *check, const struct ruleset *ruleset, const struct rule *rule)
{
	const struct service *found = NULL;

	if (strcmp(rule->service, "*") == 0)
		return;
	for (size_t i = 0; i < check->service_count; i++) {
		if (strcmp(check->services[i].name, rule->service) == 0)
			found = &check->services[i];
	}
	if (found == NULL)
		finding_add(&check->findings, FINDING_UNKNOWN_SERVICE, where_of(ruleset, rule),
		            "PAM has no service '%s'", rule->service);
	else if (found->file == NULL && !found->is_unknown)
		finding_add(&check->findings, FINDING_RULE_WITHOUT_LINE, where_of(ruleset, rule),
		            "%s has no session line of " CHECK_MODULE ": nobody looks at this rule", rule->service);
}

static void judge_who(struct check *check, const struct ruleset *ruleset, const struct rule *rule)
{
	const char *group = rule_group(rule), *name = group != NULL ? group : rule->who;

	if (strcmp(rule->who, "*") == 0)
		return;
	int r = group != NULL ? membership_group_exists(group) : membership_user_exists(rule->who);
	if (r < 0)
		finding_add(&check->findings, FINDING_NAME_SERVICE, where_of(ruleset, rule), "cannot ask about '%s': %s",
		            name, strerror(-r));
	else if (r == 0)
		finding_add(&check->findings, group != NULL ? FINDING_UNKNOWN_GROUP : FINDING_UNKNOWN_USER,
		            where_of(ruleset, rule), "there is no %s '%s'", group != NULL ? "group" : "user", name);
}

/* -- Reach -- */

static void judge_reach(struct check *check, const struct ruleset *ruleset, size_t later)
{
	const struct rule *rule = &ruleset->rules[later];

	for (size_t i = 0; i < later && !ruleset->is_covered[later]; i++) {
		ruleset->is_covered[later] = rule_covers(&ruleset->rules[i], rule);
		if (ruleset->is_covered[later])
			finding_add(&check->findings, FINDING_UNREACHABLE_RULE, where_of(ruleset, rule),
			            "never matches: line %u matches all that this one does",
			            (unsigned)ruleset->rules[i].line);
	}
}

int check_rules(struct check *check, struct ruleset *ruleset)
{
	int r = load(check, ruleset);

	if (r != 0)
		return r < 0 ? r : 0;
	r = parse(check, ruleset);
	if (r < 0 || !ruleset->is_good)
		return r;
	for (size_t i = 0; i < ruleset->count; i++) {
		judge_service(check, ruleset, &ruleset->rules[i]);
		judge_who(check, ruleset, &ruleset->rules[i]);
		judge_reach(check, ruleset, i);
	}
	return 0;
}

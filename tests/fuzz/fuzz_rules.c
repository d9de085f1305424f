/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any bytes as a rules file: they are refused with a place that exists and a printable reason, or every rule of them is
 * one that matches itself and can be put into a policy.
 */
#include "common/rules.h"

#include <errno.h>

#include "tests/fuzz/fuzz.h"

/* What a search came across. */
struct search_notes {
	uint32_t last_line;
	bool is_member;
};

static uint32_t count_lines(const char *text, size_t size)
{
	uint32_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	return lines;
}

static void expect_place(const struct rules_fault *fault, const char *text, size_t size)
{
	PROMISE(fault->line >= 1 && fault->line <= count_lines(text, size));
	/* Right behind the end of the line is where something is missing. */
	PROMISE(fault->column >= 1 && fault->column <= RULES_LINE_MAX + 1);
	PROMISE(strlen(fault->why) > 0 && strlen(fault->why) < sizeof fault->why - 1);
	for (const char *c = fault->why; *c != '\0'; c++)
		PROMISE(*c >= ' ' && *c <= '~');
}

static void expect_rule(const struct rule *rule, const char *text, size_t size)
{
	struct policy policy;

	PROMISE(rule->line >= 1 && rule->line <= count_lines(text, size));
	PROMISE(rule->service[0] != '\0' && rule->who[0] != '\0' && rule->from[0] != '\0');
	PROMISE(rule->settings >= text && rule->settings + rule->settings_length <= text + size);
	policy_init(&policy);
	if (rule->is_exempt)
		return;
	PROMISE(rule_apply(rule, &policy) == 0);
	PROMISE(policy.rule_line == rule->line);
	PROMISE(policy.origin[OPTION_CONF] == ORIGIN_DEFAULT);
}

static int answer(void *data, const struct rule *rule)
{
	struct search_notes *notes = data;

	PROMISE(rule_group(rule) != NULL && rule_group(rule)[0] != '\0');
	return notes->is_member;
}

static void pass_over(void *data, const struct rule *rule, enum rule_verdict why)
{
	struct search_notes *notes = data;

	PROMISE(rule->line > notes->last_line && why != RULE_MATCHES);
	notes->last_line = rule->line;
}

/* A login that is just what the rule says finds that rule, or one before it. */
static void expect_found(const struct rule *rule, const char *text, size_t size)
{
	struct search_notes notes = {.is_member = true};
	const struct rules_search search = {.is_member = answer, .passed_over = pass_over, .data = &notes};
	struct rules_login login = {
		.service = rule->service, .user = rule->who, .is_local = rule->from_kind == RULE_FROM_LOCAL};
	char address[RULE_FROM_SIZE];
	struct rule found;

	memcpy(address, rule->from, sizeof address);
	address[strcspn(address, "/")] = '\0';
	(void)endpoint_parse(address, 22, &login.peer);
	/* The one address of a wide network of v6 that is v4 again. */
	if (rule->from_kind == RULE_FROM_NETWORK && !cidr_holds(&rule->network, &login.peer))
		return;
	PROMISE(rules_find(text, size, &login, &search, &found) == 1);
	PROMISE(found.line <= rule->line && found.line > notes.last_line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct rules_reader reader;
	struct rules_fault fault = {0};
	struct rule rule;
	int r, checked = rules_check(text, size, &fault);
	size_t tried = 0;

	PROMISE(checked == 0 || checked == -EINVAL);
	rules_start(&reader, text, size);
	while ((r = rules_next(&reader, &rule, &fault)) > 0) {
		expect_rule(&rule, text, size);
		if (checked == 0 && tried++ < 8)
			expect_found(&rule, text, size);
	}
	PROMISE(r == checked);
	if (r < 0)
		expect_place(&fault, text, size);
	return 0;
}

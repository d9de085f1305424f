/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/choose.h"

#include <errno.h>

#include "pam_idletimeout/describe.h"
#include "pam_idletimeout/groups.h"
#include "pam_idletimeout/reason.h"

/* A search on its way. */
struct choice {
	struct groups groups;
	const struct policy *policy;
	struct text *why;
};

static int ask_about_group(void *data, const struct rule *rule)
{
	struct choice *choice = data;
	char reason[REASON_SIZE];
	struct text unknown;

	text_init(&unknown, reason, sizeof reason);
	int r = groups_ask(&choice->groups, rule_group(rule), &unknown);
	if (r >= 0)
		return r;
	describe_place(choice->policy, rule->line, choice->why);
	text_add(choice->why, ": cannot tell who is in ");
	text_add_printable(choice->why, rule->who);
	text_add(choice->why, ": ");
	text_add(choice->why, reason);
	return -ECANCELED;
}

/* What the service says of a remote host counts only where there is no connection to ask. */
static void describe_login(const struct session *session, const struct endpoint *peer, struct rules_login *login)
{
	*login = (struct rules_login){.service = session->service, .user = session->user};
	if (peer != NULL)
		login->peer = *peer;
	else
		(void)endpoint_parse(session->rhost, 0, &login->peer);
	login->is_local = peer == NULL && session->rhost[0] == '\0';
}

int choose_policy(const struct rules_file *rules, const struct session *session, const struct endpoint *peer,
                  int64_t deadline_ns, struct policy *policy, struct text *why)
{
	struct choice choice = {.policy = policy, .why = why};
	const struct rules_search search = {.is_member = ask_about_group, .data = &choice};
	struct rules_login login;
	struct rule rule;

	if (rules->text == NULL)
		return 0;
	describe_login(session, peer, &login);
	groups_init(&choice.groups, session->user, deadline_ns);
	int r = rules_find(rules->text, rules->length, &login, &search, &rule);
	groups_release(&choice.groups);
	if (r <= 0)
		return r;
	if (!rule.is_exempt)
		return rule_apply(&rule, policy);
	policy->rule_line = rule.line;
	return 1;
}

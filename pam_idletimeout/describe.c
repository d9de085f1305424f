/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/describe.h"

#include <string.h>

/* Where sshd has no terminal yet, the name it gives instead says nothing that the service does not. */
static bool is_worth_naming(const char *tty)
{
	return tty[0] != '\0' && strcmp(tty, "ssh") != 0;
}

void describe_session(const struct session *session, struct text *text)
{
	const char *from = session->peer.address[0] != '\0' ? session->peer.address : session->rhost;

	text_add_printable(text, session->user[0] != '\0' ? session->user : "?");
	text_add(text, " (");
	text_add_printable(text, session->service);
	if (is_worth_naming(session->tty)) {
		text_add(text, ", ");
		text_add_printable(text, session->tty);
	}
	if (from[0] != '\0') {
		text_add(text, ", from ");
		text_add_printable(text, from);
	}
	text_add(text, ")");
}

void describe_place(const struct policy *policy, uint32_t line, struct text *text)
{
	text_add_printable(text, policy->conf);
	text_add_char(text, ':');
	text_add_unsigned(text, line);
}

static void add_limit(const struct policy *policy, enum option_id id, struct text *text)
{
	if (policy->value[id] == 0)
		return;
	if (text->used > 0)
		text_add(text, ", ");
	text_add(text, option_table[id].name);
	text_add(text, " ");
	policy_add_value(policy, id, text);
}

void describe_limits(const struct policy *policy, struct text *text)
{
	add_limit(policy, OPTION_IDLE, text);
	add_limit(policy, OPTION_KEEPALIVE, text);
	if (policy->value[OPTION_KEEPALIVE] > 0) {
		text_add(text, " x ");
		policy_add_value(policy, OPTION_KEEPALIVE_COUNT, text);
	}
	add_limit(policy, OPTION_MAX, text);
	if (policy->value[OPTION_DRY_RUN])
		text_add(text, " (dry run)");
}

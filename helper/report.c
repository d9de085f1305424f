/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/report.h"

#include <string.h>

#include "common/duration.h"

static const char *const reason_names[] = {
	[REASON_NONE] = "none",
	[REASON_IDLE] = "idle",
	[REASON_KEEPALIVE] = "keepalive",
	[REASON_MAX] = "max",
	[REASON_LEADER_LOST] = "leader-lost",
	[REASON_WATCHDOG_LOST] = "watchdog-lost",
	[REASON_SPOOF] = "spoof",
	[REASON_ADMIN] = "admin",
};

static const char *const op_names[] = {
	[REPORT_ARMED] = "idletimeout:armed",
	[REPORT_DISCONNECTED] = "idletimeout:disconnect",
	[REPORT_WOULD_DISCONNECT] = "idletimeout:would-disconnect",
	[REPORT_TAMPERED] = "idletimeout:tamper",
	[REPORT_EXTENDED] = "idletimeout:extend",
};

static const char *const verbs[] = {
	[REPORT_ARMED] = "armed ",
	[REPORT_DISCONNECTED] = "disconnected ",
	[REPORT_WOULD_DISCONNECT] = "would disconnect ",
	[REPORT_TAMPERED] = "tampering in the session of ",
	[REPORT_EXTENDED] = "extended ",
};

const char *reason_name(enum report_reason reason)
{
	return reason_names[reason];
}

bool report_is_audited(enum report_kind kind, const struct policy *policy)
{
	switch (policy->value[OPTION_AUDIT]) {
	case AUDIT_OFF:
		return false;
	case AUDIT_DISCONNECT:
		return kind != REPORT_ARMED;
	default:
		return true;
	}
}

static uint32_t silence_limit(const struct policy *policy)
{
	return policy->value[OPTION_KEEPALIVE] * policy->value[OPTION_KEEPALIVE_COUNT];
}

static uint32_t limit_of(enum report_reason reason, const struct policy *policy)
{
	switch (reason) {
	case REASON_IDLE:
	case REASON_SPOOF:
		return policy->value[OPTION_IDLE];
	case REASON_KEEPALIVE:
		return silence_limit(policy);
	case REASON_MAX:
		return policy->value[OPTION_MAX];
	default:
		return 0;
	}
}

/* "alice (sshd, pts/3, from 10.0.0.9)" */
static void add_who(const struct report *report, const struct session *session, struct text *text)
{
	const char *from = session->peer.address[0] != '\0' ? session->peer.address : session->rhost;
	const char *terminals = report->terminals[0] != '\0' ? report->terminals : session->tty;

	text_add_printable(text, session->user);
	text_add(text, " (");
	text_add_printable(text, session->service);
	if (terminals[0] != '\0') {
		text_add(text, ", ");
		text_add_printable(text, terminals);
	}
	if (from[0] != '\0') {
		text_add(text, ", from ");
		text_add_printable(text, from);
	}
	text_add_char(text, ')');
}

static void add_measure(const struct report *report, const struct policy *policy, struct text *text)
{
	static const char *const measures[] = {
		[REASON_IDLE] = "idle ", [REASON_KEEPALIVE] = "peer silent for ", [REASON_MAX] = "in session for "};

	text_add(text, measures[report->reason]);
	duration_add_exact(text, report->measured_s);
	text_add(text, ", limit ");
	duration_add(text, limit_of(report->reason, policy));
	if (report->is_answered_for)
		text_add(text, ", though its kernel or a proxy still answers");
}

/* "by uid 0, login uid 1001, pid 4242": numbers, for no name service stands between an order and its log line. */
static void add_caller(const struct caller *caller, struct text *text)
{
	text_add(text, " by uid ");
	text_add_unsigned(text, caller->uid);
	text_add(text, ", login uid ");
	if (caller->login_uid == AUDIT_UNSET)
		text_add(text, "unset");
	else
		text_add_unsigned(text, caller->login_uid);
	text_add(text, ", pid ");
	text_add_signed(text, caller->pid);
}

static void add_closer(const struct given_order *given, struct text *text)
{
	text_add(text, "closed");
	add_caller(&given->caller, text);
	if (given->order.word[0] == '\0')
		return;
	text_add(text, ", reason ");
	text_add(text, given->order.word);
}

static void add_extension(const struct given_order *given, struct text *text)
{
	duration_add(text, given->order.seconds);
	text_add(text, " from now");
	add_caller(&given->caller, text);
}

static void add_reason(const struct report *report, const struct policy *policy, struct text *text)
{
	switch (report->reason) {
	case REASON_IDLE:
	case REASON_KEEPALIVE:
	case REASON_MAX:
		add_measure(report, policy, text);
		break;
	case REASON_LEADER_LOST:
		text_add(text, "the process that led the session died without closing it");
		break;
	case REASON_WATCHDOG_LOST:
		text_add(text, "the watchdog of the session was lost");
		break;
	case REASON_SPOOF:
		text_add(text, "the stamps of a terminal were set by hand, which counts as nothing; idle ");
		duration_add_exact(text, report->measured_s);
		break;
	case REASON_ADMIN:
		add_closer(report->order, text);
		break;
	case REASON_NONE:
		break;
	}
}

static void add_limits(const struct policy *policy, struct text *text)
{
	static const enum option_id limits[] = {OPTION_IDLE, OPTION_KEEPALIVE, OPTION_MAX};
	const char *separator = "";

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		if (policy->value[limits[i]] == 0)
			continue;
		text_add(text, separator);
		text_add(text, option_table[limits[i]].name);
		text_add_char(text, ' ');
		policy_add_value(policy, limits[i], text);
		separator = ", ";
	}
}

int report_log_line(const struct report *report, const struct session *session, const struct policy *policy,
                    struct text *text)
{
	text_add(text, verbs[report->kind]);
	add_who(report, session, text);
	text_add(text, ": ");
	if (report->kind == REPORT_ARMED)
		add_limits(policy, text);
	else if (report->kind == REPORT_EXTENDED)
		add_extension(report->order, text);
	else
		add_reason(report, policy, text);
	if (report->kind == REPORT_DISCONNECTED && !report->is_complete)
		text_add(text, "; part of the session was left standing");
	return text_result(text);
}

static void add_number(struct text *text, const char *key, uint64_t number)
{
	text_add(text, key);
	text_add_unsigned(text, number);
}

/* Something that was done for a reason, which took so long to come. */
static bool has_reason(const struct report *report)
{
	return report->kind != REPORT_ARMED && report->kind != REPORT_EXTENDED;
}

static void add_audit_reason(const struct report *report, struct text *text)
{
	text_add(text, " reason=");
	text_add(text, reason_name(report->reason));
	if (report->reason == REASON_ADMIN && report->order->order.word[0] != '\0') {
		text_add(text, " note=");
		text_add(text, report->order->order.word);
	}
}

static void add_numbers(const struct report *report, const struct policy *policy, struct text *text)
{
	if (report->kind == REPORT_ARMED) {
		add_number(text, " idle_max=", policy->value[OPTION_IDLE]);
		add_number(text, " ka_max=", silence_limit(policy));
		add_number(text, " life_max=", policy->value[OPTION_MAX]);
	} else if (report->kind == REPORT_EXTENDED) {
		add_number(text, " extend=", report->order->order.seconds);
	} else {
		add_number(text, " idle=", report->measured_s);
		add_number(text, " limit=", limit_of(report->reason, policy));
	}
}

int report_audit_text(const struct report *report, const struct session *session, const struct policy *policy,
                      const char *acct, struct text *text)
{
	text_add(text, "op=");
	text_add(text, op_names[report->kind]);
	if (has_reason(report))
		add_audit_reason(report, text);
	text_add_char(text, ' ');
	text_add(text, acct);
	add_numbers(report, policy, text);
	if (report->order != NULL) {
		add_number(text, " oauid=", report->order->caller.login_uid);
		add_number(text, " oses=", report->order->caller.audit_session);
	}
	add_number(text, " opid=", (uint64_t)session->leader_pid);
	return text_result(text);
}

static const char *operation(enum report_kind kind)
{
	return strchr(op_names[kind], ':') + 1;
}

void report_add_total(const struct report *report, struct text *text)
{
	switch (report->kind) {
	case REPORT_DISCONNECTED:
	case REPORT_WOULD_DISCONNECT:
	case REPORT_TAMPERED:
		text_add(text, operation(report->kind));
		text_add_char(text, '.');
		text_add(text, reason_name(report->reason));
		break;
	default:
		break;
	}
}

void report_terminal(const struct report *report, const struct session *session, char *ret_name, size_t size)
{
	size_t length = strcspn(report->terminals, ",");
	char first[64];

	if (length == 0 || length >= sizeof first) {
		text_copy_token(ret_name, size, session->tty);
		return;
	}
	memcpy(first, report->terminals, length);
	first[length] = '\0';
	text_copy_token(ret_name, size, first);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/report.h"

#include <errno.h>

#include "common/totals.h"
#include "tests/unit/unit.h"

static const struct session alice = {.service = "sshd",
                                     .user = "alice",
                                     .tty = "ssh",
                                     .rhost = "client.example.org",
                                     .leader_pid = 17,
                                     .peer = {.address = "10.0.0.9", .port = 50022}};

static struct policy usual_policy(void)
{
	struct policy policy;

	policy_init(&policy);
	policy.value[OPTION_IDLE] = 900;
	policy.value[OPTION_KEEPALIVE] = 30;
	policy.value[OPTION_MAX] = 43200;
	return policy;
}

static const struct given_order maintenance = {
	.order = {.kind = ORDER_CLOSE, .word = "maintenance"},
	.caller = {.uid = 0, .pid = 4242, .login_uid = 1001, .audit_session = 3},
};
static const struct given_order no_word = {
	.order = {.kind = ORDER_CLOSE},
	.caller = {.uid = 0, .pid = 4242, .login_uid = AUDIT_UNSET, .audit_session = AUDIT_UNSET},
};
static const struct given_order half_an_hour = {
	.order = {.kind = ORDER_EXTEND, .seconds = 1800},
	.caller = {.uid = 0, .pid = 4242, .login_uid = 1001, .audit_session = 3},
};

struct row {
	struct report report;
	const char *words;
};

static void check_log_lines(const struct row *rows, size_t count, const struct session *session)
{
	struct policy policy = usual_policy();

	for (size_t i = 0; i < count; i++) {
		TEXT(text, REPORT_LOG_SIZE);
		same_number(rows[i].words, report_log_line(&rows[i].report, session, &policy, &text), 0);
		same_string(rows[i].words, text.data, rows[i].words);
	}
}

static void log_lines_say_who_from_where_which_limit_how_long(void **state)
{
	static const struct row rows[] = {
		{{REPORT_DISCONNECTED, REASON_IDLE, 900, true, false, "pts/3", NULL},
	         "disconnected alice (sshd, pts/3, from 10.0.0.9): idle 15m00s, limit 15m"},
		{{REPORT_DISCONNECTED, REASON_IDLE, 907, false, false, "pts/3,pts/5", NULL},
	         "disconnected alice (sshd, pts/3,pts/5, from 10.0.0.9): idle 15m07s, limit 15m"
	         "; part of the session was left standing"},
		{{REPORT_DISCONNECTED, REASON_KEEPALIVE, 91, true, false, "", NULL},
	         "disconnected alice (sshd, ssh, from 10.0.0.9): peer silent for 1m31s, limit 1m30s"},
		{{REPORT_DISCONNECTED, REASON_KEEPALIVE, 90, true, true, "", NULL},
	         "disconnected alice (sshd, ssh, from 10.0.0.9): peer silent for 1m30s, limit 1m30s"
	         ", though its kernel or a proxy still answers"},
		{{REPORT_TAMPERED, REASON_SPOOF, 725, false, false, "pts/3", NULL},
	         "tampering in the session of alice (sshd, pts/3, from 10.0.0.9): the stamps of a terminal were set by hand"
	         ", which counts as nothing; idle 12m05s"},
		{{REPORT_DISCONNECTED, REASON_MAX, 43200, true, false, "pts/3", NULL},
	         "disconnected alice (sshd, pts/3, from 10.0.0.9): in session for 12h00m00s, limit 12h"},
		{{REPORT_DISCONNECTED, REASON_LEADER_LOST, 12, true, false, "pts/3", NULL},
	         "disconnected alice (sshd, pts/3, from 10.0.0.9): the process that led the session died without closing it"},
		{{REPORT_WOULD_DISCONNECT, REASON_IDLE, 900, false, false, "pts/3", NULL},
	         "would disconnect alice (sshd, pts/3, from 10.0.0.9): idle 15m00s, limit 15m"},
		{{REPORT_WOULD_DISCONNECT, REASON_MAX, 43201, true, false, "pts/3", NULL},
	         "would disconnect alice (sshd, pts/3, from 10.0.0.9): in session for 12h00m01s, limit 12h"},
		{{REPORT_TAMPERED, REASON_WATCHDOG_LOST, 0, false, false, "", NULL},
	         "tampering in the session of alice (sshd, ssh, from 10.0.0.9): the watchdog of the session was lost"},
		{{REPORT_DISCONNECTED, REASON_ADMIN, 12, true, false, "pts/3", &maintenance},
	         "disconnected alice (sshd, pts/3, from 10.0.0.9): closed by uid 0, login uid 1001, pid 4242, reason maintenance"},
		{{REPORT_DISCONNECTED, REASON_ADMIN, 12, false, false, "pts/3", &no_word},
	         "disconnected alice (sshd, pts/3, from 10.0.0.9): closed by uid 0, login uid unset, pid 4242"
	         "; part of the session was left standing"},
		{{REPORT_EXTENDED, REASON_NONE, 0, false, false, "pts/3", &half_an_hour},
	         "extended alice (sshd, pts/3, from 10.0.0.9): 30m from now by uid 0, login uid 1001, pid 4242"},
		{{REPORT_ARMED, REASON_NONE, 0, false, false, "", NULL},
	         "armed alice (sshd, ssh, from 10.0.0.9): idle 15m, keepalive 30s, max 12h"},
	};

	(void)state;
	check_log_lines(rows, COUNT(rows), &alice);
}

static void log_line_leaves_out_what_is_not_known(void **state)
{
	static const struct session on_console = {.service = "login", .user = "bob"};
	static const struct session by_name = {.service = "rlogin", .user = "bob", .rhost = "old.example.org"};
	static const struct row console_rows[] = {
		{{REPORT_DISCONNECTED, REASON_IDLE, 7, true, false, "", NULL}, "disconnected bob (login): idle 0m07s, limit 15m"},
		{{REPORT_DISCONNECTED, REASON_IDLE, 7, true, false, "tty1", NULL}, "disconnected bob (login, tty1): idle 0m07s, limit 15m"},
	};
	static const struct row name_rows[] = {
		{{REPORT_DISCONNECTED, REASON_IDLE, 7, true, false, "", NULL},
	         "disconnected bob (rlogin, from old.example.org): idle 0m07s, limit 15m"},
	};

	(void)state;
	check_log_lines(console_rows, COUNT(console_rows), &on_console);
	check_log_lines(name_rows, COUNT(name_rows), &by_name);
}

static void hostile_strings_are_printed_safely(void **state)
{
	static const struct session mallory = {.service = "ss\nhd",
	                                       .user = "m\033[2Jallory\nNov 1 sshd: Accepted",
	                                       .tty = "p\tts",
	                                       .rhost = "a\x7f"};
	static const struct row rows[] = {
		{{REPORT_DISCONNECTED, REASON_IDLE, 900, true, false, "", NULL},
	         "disconnected m?[2Jallory?Nov 1 sshd: Accepted (ss?hd, p?ts, from a?): idle 15m00s, limit 15m"},
		{{REPORT_DISCONNECTED, REASON_IDLE, 900, true, false, "a\nb", NULL},
	         "disconnected m?[2Jallory?Nov 1 sshd: Accepted (ss?hd, a?b, from a?): idle 15m00s, limit 15m"},
	};

	(void)state;
	check_log_lines(rows, COUNT(rows), &mallory);
}

static void audit_texts_say_which_limit_and_how_long(void **state)
{
	static const struct row rows[] = {
		{{REPORT_ARMED, REASON_NONE, 0, false, false, "", NULL},
	         "op=idletimeout:armed acct=\"alice\" idle_max=900 ka_max=90 life_max=43200 opid=17"},
		{{REPORT_DISCONNECTED, REASON_IDLE, 907, true, false, "pts/3", NULL},
	         "op=idletimeout:disconnect reason=idle acct=\"alice\" idle=907 limit=900 opid=17"},
		{{REPORT_DISCONNECTED, REASON_KEEPALIVE, 91, true, false, "pts/3", NULL},
	         "op=idletimeout:disconnect reason=keepalive acct=\"alice\" idle=91 limit=90 opid=17"},
		{{REPORT_DISCONNECTED, REASON_MAX, 43200, false, false, "pts/3", NULL},
	         "op=idletimeout:disconnect reason=max acct=\"alice\" idle=43200 limit=43200 opid=17"},
		{{REPORT_DISCONNECTED, REASON_LEADER_LOST, 3, true, false, "", NULL},
	         "op=idletimeout:disconnect reason=leader-lost acct=\"alice\" idle=3 limit=0 opid=17"},
		{{REPORT_WOULD_DISCONNECT, REASON_IDLE, 900, false, false, "", NULL},
	         "op=idletimeout:would-disconnect reason=idle acct=\"alice\" idle=900 limit=900 opid=17"},
		{{REPORT_DISCONNECTED, REASON_ADMIN, 12, true, false, "pts/3", &maintenance},
	         "op=idletimeout:disconnect reason=admin note=maintenance acct=\"alice\" idle=12 limit=0 oauid=1001 oses=3 opid=17"},
		{{REPORT_DISCONNECTED, REASON_ADMIN, 12, true, false, "pts/3", &no_word},
	         "op=idletimeout:disconnect reason=admin acct=\"alice\" idle=12 limit=0 oauid=4294967295 oses=4294967295 opid=17"},
		{{REPORT_EXTENDED, REASON_NONE, 0, false, false, "pts/3", &half_an_hour},
	         "op=idletimeout:extend acct=\"alice\" extend=1800 oauid=1001 oses=3 opid=17"},
		{{REPORT_TAMPERED, REASON_WATCHDOG_LOST, 0, false, false, "", NULL},
	         "op=idletimeout:tamper reason=watchdog-lost acct=\"alice\" idle=0 limit=0 opid=17"},
		{{REPORT_TAMPERED, REASON_SPOOF, 725, false, false, "pts/3", NULL},
	         "op=idletimeout:tamper reason=spoof acct=\"alice\" idle=725 limit=900 opid=17"},
	};
	struct policy policy = usual_policy();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		TEXT(text, REPORT_AUDIT_SIZE);
		same_number(rows[i].words, report_audit_text(&rows[i].report, &alice, &policy, "acct=\"alice\"", &text), 0);
		same_string(rows[i].words, text.data, rows[i].words);
	}
}

/* Keys that audit itself adds, and endings by which ausearch and aureport would take a key of ours for one of its own. */
static bool is_forbidden(const char *key)
{
	static const char *const endings[] = {"uid", "acct", "exe", "res", "terminal", "ses", "hostname", "addr"};
	size_t length = strlen(key);

	if (strcmp(key, "pid") == 0 || strcmp(key, "subj") == 0)
		return true;
	/* The two that these tools pass over knowingly (ausearch-parse.c, parse_user). */
	if (strcmp(key, "oauid") == 0 || strcmp(key, "oses") == 0)
		return false;
	for (size_t i = 0; i < COUNT(endings); i++) {
		size_t ending = strlen(endings[i]);
		if (length >= ending && strcmp(key + length - ending, endings[i]) == 0 && strcmp(key, "acct") != 0)
			return true;
	}
	return false;
}

static void expect_no_forbidden_key(char *text)
{
	char *rest = text, *word;

	while ((word = strtok_r(rest, " ", &rest)) != NULL) {
		char *equals = strchr(word, '=');
		if (equals == NULL)
			fail_msg("'%s' is no field: a value has a blank in it", word);
		*equals = '\0';
		same_number(word, is_forbidden(word), false);
	}
}

static void audit_texts_use_no_key_of_audit_itself(void **state)
{
	struct policy policy = usual_policy();

	(void)state;
	for (enum report_kind kind = REPORT_ARMED; kind <= REPORT_EXTENDED; kind++) {
		for (enum report_reason reason = REASON_NONE; reason <= REASON_ADMIN; reason++) {
			const struct report report = {.kind = kind, .reason = reason, .terminals = "", .order = &maintenance};
			TEXT(text, REPORT_AUDIT_SIZE);
			assert_int_equal(report_audit_text(&report, &alice, &policy, "acct=616C696365", &text), 0);
			expect_no_forbidden_key(text.data);
		}
	}
}

static void longest_names_fit(void **state)
{
	struct session session = {.leader_pid = INT32_MAX};
	struct policy policy = usual_policy();
	char terminals[128] = "", acct[5 + 2 * 256 + 1] = "";
	struct given_order longest = {
		.order = {.kind = ORDER_CLOSE, .word = "0123456789ABCDEFGHIJ.-_abcdefghi"},
		.caller = {.uid = UINT32_MAX, .pid = INT32_MAX, .login_uid = UINT32_MAX - 1, .audit_session = UINT32_MAX},
	};
	struct report report = {REPORT_DISCONNECTED, REASON_LEADER_LOST, UINT64_MAX, false, false, terminals, NULL};
	TEXT(line, REPORT_LOG_SIZE);
	TEXT(record, REPORT_AUDIT_SIZE);

	(void)state;
	memset(session.user, 'u', sizeof session.user - 1);
	memset(session.service, 's', sizeof session.service - 1);
	memset(session.rhost, 'r', sizeof session.rhost - 1);
	memset(terminals, 't', sizeof terminals - 1);
	memset(acct, 'a', sizeof acct - 1);
	assert_int_equal(report_log_line(&report, &session, &policy, &line), 0);
	assert_int_equal(report_audit_text(&report, &session, &policy, acct, &record), 0);
	report.reason = REASON_ADMIN;
	report.order = &longest;
	text_init(&line, line_data, sizeof line_data);
	text_init(&record, record_data, sizeof record_data);
	assert_int_equal(report_log_line(&report, &session, &policy, &line), 0);
	assert_int_equal(report_audit_text(&report, &session, &policy, acct, &record), 0);
}

static void text_that_does_not_fit_is_said(void **state)
{
	struct policy policy = usual_policy();
	const struct report report = {.kind = REPORT_DISCONNECTED, .reason = REASON_IDLE, .terminals = ""};
	TEXT(line, 40);
	TEXT(record, 40);

	(void)state;
	assert_int_equal(report_log_line(&report, &alice, &policy, &line), -ENOSPC);
	assert_int_equal(report_audit_text(&report, &alice, &policy, "acct=\"alice\"", &record), -ENOSPC);
}

static void terminal_of_a_record_is_one_safe_token(void **state)
{
	static const struct {
		const char *terminals, *tty, *token;
	} rows[] = {
		{"pts/3", "ssh", "pts/3"},
		{"pts/3,pts/5", "ssh", "pts/3"},
		{"", "ssh", "ssh"},
		{"", "", "?"},
		{"", "x res=failed", "?"},
		{"x res=failed,pts/3", "ssh", "?"},
		{"pts/3\n", "ssh", "?"},
		{",pts/3", "ssh", "ssh"},
		{"0123456789012345678901234567890123456789012345678901234567890123456789", "ssh", "ssh"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct session session = {.service = "sshd"};
		const struct report report = {.kind = REPORT_DISCONNECTED, .terminals = rows[i].terminals};
		char token[65];
		assert_int_equal(text_copy(session.tty, sizeof session.tty, rows[i].tty), 0);
		report_terminal(&report, &session, token, sizeof token);
		same_string(rows[i].terminals, token, rows[i].token);
	}
}

static void every_end_is_counted_by_its_reason(void **state)
{
	static const struct {
		enum report_kind kind;
		enum report_reason reason;
		const char *total;
	} rows[] = {
		{REPORT_ARMED, REASON_NONE, ""},
		{REPORT_DISCONNECTED, REASON_IDLE, "disconnect.idle"},
		{REPORT_DISCONNECTED, REASON_WATCHDOG_LOST, "disconnect.watchdog-lost"},
		{REPORT_WOULD_DISCONNECT, REASON_KEEPALIVE, "would-disconnect.keepalive"},
		{REPORT_TAMPERED, REASON_SPOOF, "tamper.spoof"},
		{REPORT_TAMPERED, REASON_WATCHDOG_LOST, "tamper.watchdog-lost"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct report report = {.kind = rows[i].kind, .reason = rows[i].reason, .terminals = ""};
		TEXT(total, TOTAL_NAME_SIZE);
		report_add_total(&report, &total);
		same_string(rows[i].total, total.data, rows[i].total);
		assert_int_equal(text_result(&total), 0);
	}
}

static void policy_says_which_records_are_written(void **state)
{
	struct policy policy = usual_policy();

	(void)state;
	for (enum report_kind kind = REPORT_ARMED; kind <= REPORT_EXTENDED; kind++) {
		policy.value[OPTION_AUDIT] = AUDIT_ALL;
		assert_true(report_is_audited(kind, &policy));
		policy.value[OPTION_AUDIT] = AUDIT_DISCONNECT;
		assert_int_equal(report_is_audited(kind, &policy), kind != REPORT_ARMED);
		policy.value[OPTION_AUDIT] = AUDIT_OFF;
		assert_false(report_is_audited(kind, &policy));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_lines_say_who_from_where_which_limit_how_long),
		cmocka_unit_test(log_line_leaves_out_what_is_not_known),
		cmocka_unit_test(hostile_strings_are_printed_safely),
		cmocka_unit_test(audit_texts_say_which_limit_and_how_long),
		cmocka_unit_test(audit_texts_use_no_key_of_audit_itself),
		cmocka_unit_test(longest_names_fit),
		cmocka_unit_test(text_that_does_not_fit_is_said),
		cmocka_unit_test(terminal_of_a_record_is_one_safe_token),
		cmocka_unit_test(every_end_is_counted_by_its_reason),
		cmocka_unit_test(policy_says_which_records_are_written),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}

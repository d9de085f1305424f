/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/log_line.h"

#include <errno.h>

#include "helper/report.h"
#include "pam_idletimeout/describe.h"
#include "tests/unit/unit.h"

#define WATCHDOG "idle-watchdog"
#define LINE_SIZE 1200

static struct policy usual_policy(void)
{
	struct policy policy;

	policy_init(&policy);
	policy.value[OPTION_IDLE] = 900;
	policy.value[OPTION_KEEPALIVE] = 30;
	policy.value[OPTION_MAX] = 43200;
	return policy;
}

static void same_text(const char *row, const struct event *event, enum event_text which, const char *expected)
{
	same_string(row, event->text[which] != NULL ? event->text[which] : "-", expected);
}

static int parse(const char *tag, const char *message, char line[LINE_SIZE], struct event *ret_event)
{
	assert_int_equal(text_copy(line, LINE_SIZE, message), 0);
	return log_line_parse(tag, line, ret_event);
}

static void lines_of_the_watchdog(void **state)
{
	static const struct {
		const char *message;
		enum event_kind kind;
		const char *reason;
		int64_t lasted, limit;
		enum event_result result;
	} rows[] = {
		{"disconnected alice (sshd, pts/3, from 10.0.0.9): idle 15m07s, limit 15m", EVENT_DISCONNECTED, "idle", 907,
	         900, RESULT_SUCCESS},
		{"disconnected alice (sshd, pts/3, from 10.0.0.9): idle 15m07s, limit 15m; part of the session was left "
	         "standing",
	         EVENT_DISCONNECTED, "idle", 907, 900, RESULT_FAILED},
		{"disconnected alice (sshd, pts/3, from 10.0.0.9): peer silent for 1m31s, limit 1m30s", EVENT_DISCONNECTED,
	         "keepalive", 91, 90, RESULT_SUCCESS},
		{"would disconnect alice (sshd, pts/3, from 10.0.0.9): in session for 1d02h03m04s, limit 12h",
	         EVENT_WOULD_DISCONNECT, "max", 93784, 43200, RESULT_SUCCESS},
		{"disconnected alice (sshd, pts/3, from 10.0.0.9): the process that led the session died without closing it",
	         EVENT_DISCONNECTED, "leader-lost", -1, -1, RESULT_SUCCESS},
		{"tampering in the session of alice (sshd, pts/3, from 10.0.0.9): the watchdog of the session was lost",
	         EVENT_TAMPERING, "watchdog-lost", -1, -1, RESULT_FAILED},
		{"tampering in the session of alice (sshd, pts/3, from 10.0.0.9): the stamps of a terminal were set by hand, "
	         "which counts as nothing; idle 12m00s",
	         EVENT_TAMPERING, "spoof", 720, -1, RESULT_FAILED},
		{"disconnected alice (sshd, pts/3, from 10.0.0.9): peer silent for 1m31s, limit 1m30s, though its kernel or a "
	         "proxy still answers; part of the session was left standing",
	         EVENT_DISCONNECTED, "keepalive", 91, 90, RESULT_FAILED},
		/* of a newer watchdog */
		{"disconnected alice (sshd, pts/3, from 10.0.0.9): closed by uid 0, login uid 1001, pid 4242, reason maintenance",
	         EVENT_DISCONNECTED, "admin", -1, -1, RESULT_SUCCESS},
		{"extended alice (sshd, pts/3, from 10.0.0.9): 30m from now by uid 0, login uid 1001, pid 4242", EVENT_EXTENDED, "-",
	         -1, -1, RESULT_SUCCESS},
		{"disconnected alice (sshd, pts/3, from 10.0.0.9): the moon is full", EVENT_DISCONNECTED, "-", -1, -1,
	         RESULT_SUCCESS},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char line[LINE_SIZE];
		struct event event;
		same_number(rows[i].message, parse(WATCHDOG, rows[i].message, line, &event), 0);
		same_number(rows[i].message, event.kind, rows[i].kind);
		same_number(rows[i].message, event.number[EVENT_LASTED], rows[i].lasted);
		same_number(rows[i].message, event.number[EVENT_LIMIT], rows[i].limit);
		same_number(rows[i].message, event.result, rows[i].result);
		same_text(rows[i].message, &event, EVENT_REASON, rows[i].reason);
		same_text(rows[i].message, &event, EVENT_USER, "alice");
		same_text(rows[i].message, &event, EVENT_SERVICE, "sshd");
		same_text(rows[i].message, &event, EVENT_TTY, "pts/3");
		same_text(rows[i].message, &event, EVENT_ADDRESS, "10.0.0.9");
	}
}

static void lines_of_the_module(void **state)
{
	static const struct {
		const char *message;
		int64_t idle, keepalive, life;
	} rows[] = {
		{"pam_idletimeout(sshd:session): armed: alice (sshd, from 2001:db8::7): idle 15m", 900, -1, -1},
		{"pam_idletimeout(sshd:session): armed: alice (sshd, from 2001:db8::7): idle 15m, keepalive 30s x 3, max 12h",
	         900, 90, 43200},
		{"pam_idletimeout(sshd:session): armed: alice (sshd, from 2001:db8::7): max 1d12h (dry run)", -1, -1, 129600},
		{"pam_idletimeout(sshd:session): armed: alice (sshd, from 2001:db8::7): idle 15m, later 5m", 900, -1, -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char line[LINE_SIZE];
		struct event event;
		same_number(rows[i].message, parse("sshd-session", rows[i].message, line, &event), 0);
		same_number(rows[i].message, event.kind, EVENT_ARMED);
		same_number(rows[i].message, event.number[EVENT_IDLE_MAX], rows[i].idle);
		same_number(rows[i].message, event.number[EVENT_KEEPALIVE_MAX], rows[i].keepalive);
		same_number(rows[i].message, event.number[EVENT_LIFE_MAX], rows[i].life);
		same_text(rows[i].message, &event, EVENT_USER, "alice");
		same_text(rows[i].message, &event, EVENT_ADDRESS, "2001:db8::7");
		same_text(rows[i].message, &event, EVENT_TTY, "-");
	}
}

static void who_and_from_where(void **state)
{
	static const struct {
		const char *who, *user, *service, *tty, *address, *rhost;
	} rows[] = {
		{"bob (login)", "bob", "login", "-", "-", "-"},
		{"bob (login, tty1)", "bob", "login", "tty1", "-", "-"},
		{"bob (sshd, pts/3,pts/5, from ::1)", "bob", "sshd", "pts/3,pts/5", "::1", "-"},
		{"bob (rlogin, from old.example.org)", "bob", "rlogin", "-", "-", "old.example.org"},
		{"John Smith (sshd, pts/3, from ::1)", "John Smith", "sshd", "pts/3", "::1", "-"},
		{"John Smith (Admin) (sshd, pts/3)", "John Smith (Admin)", "sshd", "pts/3", "-", "-"},
		{"a, from 10.0.0.1 (sshd, from ::1)", "a, from 10.0.0.1", "sshd", "-", "::1", "-"},
		{"a): idle 1m00s, limit 1m (sshd)", "a): idle 1m00s, limit 1m", "sshd", "-", "-", "-"},
		{"? (sshd)", "?", "sshd", "-", "-", "-"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char line[LINE_SIZE];
		struct event event;
		TEXT(message, LINE_SIZE);
		text_add(&message, "disconnected ");
		text_add(&message, rows[i].who);
		text_add(&message, ": idle 15m07s, limit 15m");
		same_number(rows[i].who, parse(WATCHDOG, message.data, line, &event), 0);
		same_text(rows[i].who, &event, EVENT_USER, rows[i].user);
		same_text(rows[i].who, &event, EVENT_SERVICE, rows[i].service);
		same_text(rows[i].who, &event, EVENT_TTY, rows[i].tty);
		same_text(rows[i].who, &event, EVENT_ADDRESS, rows[i].address);
		same_text(rows[i].who, &event, EVENT_RHOST, rows[i].rhost);
		same_number(rows[i].who, event.number[EVENT_LASTED], 907);
	}
}

static void what_is_no_report(void **state)
{
	static const struct {
		const char *tag, *message;
		int error;
	} rows[] = {
		{WATCHDOG, "", -ENOENT},
		{WATCHDOG, "no audit record was written: No buffer space available", -ENOENT},
		{WATCHDOG, "pam_idletimeout(sshd:session): armed: alice (sshd): idle 15m", -ENOENT},
		{"sshd", "disconnected alice (sshd, pts/3): idle 15m00s, limit 15m", -ENOENT},
		{"idle-watchdogs", "disconnected alice (sshd, pts/3): idle 15m00s, limit 15m", -ENOENT},
		{"sshd", "Invalid user pam_idletimeout(sshd:session): armed: alice (sshd): idle 15m from ::1", -ENOENT},
		{"sshd", "pam_idletimeout(sshd:session): not armed: x:session): armed: root (sshd): idle 15m", -ENOENT},
		{"sshd", "pam_idletimeout(sshd:auth): armed: alice (sshd): idle 15m", -ENOENT},
		{"sshd", "pam_idletimeout(sshd:session): not armed: no limit is in force", -ENOENT},
		{"sshd", "pam_idletimeout(sshd:session): armed: alice", -EINVAL},
		{"sshd", "pam_idletimeout(sshd:session): armed: alice (sshd): idle soon", -EINVAL},
		{"sshd", "pam_idletimeout(sshd:session): armed: alice (sshd): keepalive 30s x many", -EINVAL},
		{WATCHDOG, "disconnected alice", -EINVAL},
		{WATCHDOG, "disconnected (sshd, pts/3): idle 15m00s, limit 15m", -EINVAL},
		{WATCHDOG, "disconnected  (sshd, pts/3): idle 15m00s, limit 15m", -EINVAL},
		{WATCHDOG, "disconnected alice (): idle 15m00s, limit 15m", -EINVAL},
		{WATCHDOG, "disconnected alice (sshd, ): idle 15m00s, limit 15m", -EINVAL},
		{WATCHDOG, "disconnected alice (sshd, from ): idle 15m00s, limit 15m", -EINVAL},
		{WATCHDOG, "disconnected alice (sshd, pts/3): idle 15x, limit 15m", -EINVAL},
		{WATCHDOG, "disconnected alice (sshd, pts/3): idle 15m00s, limit soon", -EINVAL},
		/* A remote host that was made up to be taken for the rest of the line. */
		{WATCHDOG, "disconnected alice (sshd, from h (sshd, from 10.0.0.1): idle 15m00s, limit 15m", -EINVAL},
		{WATCHDOG, "disconnected alice (sshd, pts/3, from h (sshd, from 10.0.0.1): idle 15m00s, limit 15m", -EINVAL},
		{WATCHDOG, "disconnected alice (sshd, from a, from b): idle 15m00s, limit 15m", -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char line[LINE_SIZE];
		struct event event = {.time_ms = 77};
		same_number(rows[i].message, parse(rows[i].tag, rows[i].message, line, &event), rows[i].error);
		same_number(rows[i].message, event.time_ms, 77);
	}
}

/* The last event of report.h as it is now. */
#define LAST_KIND REPORT_TAMPERED
#define LAST_REASON REASON_SPOOF

static bool is_written(enum report_kind kind, enum report_reason reason)
{
	return kind == REPORT_ARMED ? reason == REASON_NONE : reason != REASON_NONE;
}

static void check_report(enum report_kind kind, enum report_reason reason, const struct session *session)
{
	static const enum event_kind kinds[] = {EVENT_ARMED, EVENT_DISCONNECTED, EVENT_WOULD_DISCONNECT, EVENT_TAMPERING};
	const struct report report = {
		.kind = kind, .reason = reason, .measured_s = 907, .is_complete = true, .terminals = "pts/3,pts/5"};
	struct policy policy = usual_policy();
	char line[LINE_SIZE];
	struct event event;
	TEXT(text, REPORT_LOG_SIZE);

	assert_int_equal(report_log_line(&report, session, &policy, &text), 0);
	same_number(text.data, parse(WATCHDOG, text.data, line, &event), 0);
	same_number(text.data, event.kind, kinds[kind]);
	same_text(text.data, &event, EVENT_REASON, reason == REASON_NONE ? "-" : reason_name(reason));
	same_text(text.data, &event, EVENT_USER, session->user);
	same_text(text.data, &event, EVENT_SERVICE, "sshd");
	same_text(text.data, &event, EVENT_TTY, "pts/3,pts/5");
	same_text(text.data, &event, EVENT_ADDRESS, "10.0.0.9");
}

/* Whatever the watchdog writes is read back. */
static void every_report_is_understood(void **state)
{
	static const struct session sessions[] = {
		{.service = "sshd", .user = "alice", .tty = "ssh", .peer = {.address = "10.0.0.9"}},
		{.service = "sshd", .user = "a (b) c): idle 1m00s, limit 1m", .tty = "ssh", .peer = {.address = "10.0.0.9"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sessions); i++) {
		for (enum report_kind kind = REPORT_ARMED; kind <= LAST_KIND; kind++) {
			for (enum report_reason reason = REASON_NONE; reason <= LAST_REASON; reason++) {
				if (is_written(kind, reason))
					check_report(kind, reason, &sessions[i]);
			}
		}
	}
}

static void every_reason_can_be_asked_for(void **state)
{
	(void)state;
	for (enum report_reason reason = REASON_IDLE; reason <= LAST_REASON; reason++) {
		size_t i = 0;
		while (event_reasons[i] != NULL && strcmp(event_reasons[i], reason_name(reason)) != 0)
			i++;
		same_string(reason_name(reason), event_reasons[i] != NULL ? event_reasons[i] : "nothing", reason_name(reason));
	}
}

/* What the module writes when a session is armed (log_armed() in open.c). */
static void every_armed_session_is_understood(void **state)
{
	static const struct session session = {.service = "login", .user = "bob", .tty = "tty1", .rhost = "h.example"};
	struct policy policy = usual_policy();
	char line[LINE_SIZE];
	struct event event;
	TEXT(text, LINE_SIZE);
	TEXT(limits, 256);

	(void)state;
	policy.value[OPTION_DRY_RUN] = 1;
	text_add(&text, "pam_idletimeout(login:session): armed: ");
	describe_session(&session, &text);
	text_add(&text, ": ");
	describe_limits(&policy, &limits);
	text_add(&text, limits.data);
	assert_int_equal(parse("login", text.data, line, &event), 0);
	same_text(text.data, &event, EVENT_USER, "bob");
	same_text(text.data, &event, EVENT_TTY, "tty1");
	same_text(text.data, &event, EVENT_RHOST, "h.example");
	assert_int_equal(event.number[EVENT_IDLE_MAX], 900);
	assert_int_equal(event.number[EVENT_KEEPALIVE_MAX], 90);
	assert_int_equal(event.number[EVENT_LIFE_MAX], 43200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_the_watchdog),
		cmocka_unit_test(lines_of_the_module),
		cmocka_unit_test(who_and_from_where),
		cmocka_unit_test(what_is_no_report),
		cmocka_unit_test(every_report_is_understood),
		cmocka_unit_test(every_reason_can_be_asked_for),
		cmocka_unit_test(every_armed_session_is_understood),
	};

	return cmocka_run_group_tests_name("log_line", tests, NULL, NULL);
}

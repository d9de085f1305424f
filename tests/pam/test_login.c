/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which logins are armed, and what the record says of them.
 */
#include <stdio.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/duration.h"
#include "common/process.h"
#include "tests/pam/host.h"

/* A terminal in the eyes of stat(2), and there on every machine. */
#define TERMINAL "null"

/* Logins without a connection, by what the service says of its terminal. */
static const struct row {
	const char *tty;
	const char *arguments;
	int answer;
	const char *log; /* of one that is not armed */
} rows[] = {
	{"ssh", "idle=15m", PAM_SUCCESS, NULL},
	{"ssh", "keepalive=30s", PAM_SUCCESS, NULL},
	{"/dev/" TERMINAL, "idle=15m", PAM_SUCCESS, NULL},
	{TERMINAL, "max=12h", PAM_SUCCESS, NULL},
	{TERMINAL, "max=12h keepalive=30s", PAM_SUCCESS, NULL},
	{TERMINAL, "keepalive=30s", ANSWER_IGNORE, ""},
	{NULL, "idle=15m", ANSWER_IGNORE, ""},
	{"", "idle=15m", ANSWER_IGNORE, ""},
	{"cron", "idle=15m", ANSWER_IGNORE, ""},
	{"cron", "idle=15m debug", ANSWER_IGNORE, "debug: not armed: no connection or terminal to limit\n"},
	{"/dev/cron", "idle=15m", ANSWER_IGNORE, ""},
	{"/dev/../dev/" TERMINAL, "idle=15m", ANSWER_IGNORE, ""},
	{"//dev/" TERMINAL, "idle=15m", ANSWER_IGNORE, ""},
	{"shm", "idle=15m", ANSWER_IGNORE, ""},
	{":0", "idle=15m", ANSWER_IGNORE, "notice: not armed: graphical sessions are not measured\n"},
	{"host:10.0", "idle=15m", ANSWER_IGNORE, "notice: not armed: graphical sessions are not measured\n"},
	{":0", "idle=15m quiet", ANSWER_IGNORE, ""},
};

static void open_row(struct host *host, const struct row *row)
{
	const char *name = row->tty != NULL ? row->tty : "(none)";

	host_start(host, row->arguments);
	host_forget_log();
	host_set(host, PAM_TTY, row->tty);
	same_number(name, host_open(host), row->answer);
	if (row->log != NULL)
		same_string(name, host_log(), row->log);
	same_number(name, host_close(host), row->answer);
}

static void terminal_decides_without_a_connection(void **state)
{
	host_install("ready");
	for (size_t i = 0; i < COUNT(rows); i++)
		open_row(*state, &rows[i]);
}

static void ignored_login_starts_no_process(void **state)
{
	struct host *host = *state;

	host_install("ready");
	host_start(host, "idle=15m");
	host_set(host, PAM_TTY, "cron");
	assert_int_equal(host_open(host), ANSWER_IGNORE);
	assert_int_equal(access("pid", F_OK), -1);
}

static void record_says_who_and_where(void **state)
{
	struct host *host = *state;
	struct session session;
	struct policy policy;
	struct process_id self;
	int64_t before_s = clock_wall_ns() / NS_PER_SECOND, before_ns = clock_boot_ns();

	host_arm(host, "ready", "idle=15m warn=1m dry_run");
	host_read_record(&session, &policy);
	assert_true(session_is_id(session.id));
	assert_string_equal(session.service, "sshd");
	assert_string_equal(session.user, host->user);
	assert_int_equal(session.uid, geteuid());
	assert_string_equal(session.tty, "ssh");
	assert_string_equal(session.rhost, REMOTE);
	assert_string_equal(session.peer.address, "");
	assert_int_equal(process_self(&self), 0);
	assert_int_equal(session.leader_pid, self.pid);
	assert_int_equal(session.leader_start, self.start_time);
	assert_in_range(session.login_wall_s, before_s, clock_wall_ns() / NS_PER_SECOND);
	assert_in_range(session.login_boot_ns, before_ns, clock_boot_ns());
	assert_int_equal(policy.value[OPTION_IDLE], 900);
	assert_int_equal(policy.origin[OPTION_IDLE], ORIGIN_ARGUMENT);
	assert_int_equal(policy.origin[OPTION_MAX], ORIGIN_DEFAULT);
	assert_int_equal(policy.warning_count, 1);
	assert_int_equal(policy.value[OPTION_DRY_RUN], 1);
}

static void record_has_the_audit_session_if_there_is_one(void **state)
{
	struct session session;
	struct policy policy;
	uint32_t login_uid = AUDIT_UNSET, audit_session = AUDIT_UNSET;

	(void)process_login_uid(getpid(), &login_uid);
	(void)process_audit_session(getpid(), &audit_session);
	host_arm(*state, "ready", "idle=15m");
	host_read_record(&session, &policy);
	assert_int_equal(session.login_uid, login_uid);
	assert_int_equal(session.audit_session, audit_session);
}

static void record_has_the_terminal_without_dev(void **state)
{
	struct host *host = *state;
	struct session session;
	struct policy policy;
	char expected[512];

	host_install("ready");
	host_start(host, "idle=15m");
	host_set(host, PAM_TTY, "/dev/" TERMINAL);
	host_set(host, PAM_RHOST, NULL);
	assert_int_equal(host_open(host), PAM_SUCCESS);
	host_read_record(&session, &policy);
	assert_string_equal(session.tty, TERMINAL);
	assert_string_equal(session.rhost, "");
	(void)snprintf(expected, sizeof expected, "info: armed: %s (sshd, " TERMINAL "): idle 15m\n", host->user);
	assert_string_equal(host_log(), expected);
}

static void connection_of_ssh_is_named_even_if_it_is_not_found(void **state)
{
	struct host *host = *state;
	struct session session;
	struct policy policy;

	host_install("ready");
	host_start(host, "idle=15m");
	host_putenv(host, "SSH_CONNECTION=::ffff:192.0.2.9 51000 192.0.2.1 22");
	assert_int_equal(host_open(host), PAM_SUCCESS);
	host_read_record(&session, &policy);
	assert_string_equal(session.peer.address, "192.0.2.9");
	assert_int_equal(session.peer.port, 51000);
	assert_string_equal(session.local.address, "192.0.2.1");
	assert_int_equal(session.local.port, 22);
	assert_non_null(strstr(host_log(), ", from 192.0.2.9): idle 15m\n"));
}

static void foreign_name_is_safe_in_the_log_and_whole_in_the_record(void **state)
{
	struct host *host = *state;
	struct session session;
	struct policy policy;

	host_install("ready");
	host_start(host, "idle=15m");
	host_set(host, PAM_RHOST, "a\nb\x1b[2J%s\xc3\xa9");
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_non_null(strstr(host_log(), ", from a?b?[2J%s?" "?): idle 15m\n"));
	host_read_record(&session, &policy);
	assert_string_equal(session.rhost, "a\nb\x1b[2J%s\xc3\xa9");
}

static void refuse(struct host *host, int item, const char *value, const char *reason)
{
	host_start(host, "idle=15m");
	host_forget_log();
	host_set(host, item, value);
	same_number(reason, host_open(host), PAM_SESSION_ERR);
	if (strncmp(host_log(), "err: not armed: ", 16) != 0 || strstr(host_log(), reason) == NULL)
		fail_msg("'%s' is not in the log:\n%s", reason, host_log());
	same_number(reason, host_close(host), ANSWER_IGNORE);
	assert_int_equal(access("pid", F_OK), -1);
}

static void name_that_does_not_fit_is_refused(void **state)
{
	char longest[300];

	host_install("ready");
	memset(longest, 'x', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	refuse(*state, PAM_USER, longest, ": PAM_USER is longer than 256 bytes\n");
	refuse(*state, PAM_RHOST, longest, ": PAM_RHOST is longer than 256 bytes\n");
	refuse(*state, PAM_TTY, longest, ": PAM_TTY is longer than 64 bytes\n");
}

static void nobody_and_strangers_are_refused(void **state)
{
	host_install("ready");
	refuse(*state, PAM_USER, "no such user", "no such user (sshd, from " REMOTE
	                                         "): the user is not known to this system\n");
	refuse(*state, PAM_USER, NULL, "? (sshd, from " REMOTE "): PAM_USER is not set\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(terminal_decides_without_a_connection),
		TEST(ignored_login_starts_no_process),
		TEST(record_says_who_and_where),
		TEST(record_has_the_audit_session_if_there_is_one),
		TEST(record_has_the_terminal_without_dev),
		TEST(connection_of_ssh_is_named_even_if_it_is_not_found),
		TEST(foreign_name_is_safe_in_the_log_and_whole_in_the_record),
		TEST(name_that_does_not_fit_is_refused),
		TEST(nobody_and_strangers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

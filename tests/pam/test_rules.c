/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rules file at login: what a rule changes, whom it exempts, and that a file or a name service that fails refuses
 * the session, with the exact lines in the log.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/duration.h"
#include "tests/pam/scenario.h"
#include "tests/pam/snapshot.h"

#define RULES "/proc/self/cwd/" TEST_RULES

/* What is promised, and what a busy machine may add. */
#define LIMIT_MS 2000
#define MARGIN_MS 2000

#define SERVER "127.0.0.2"
#define CLIENT "127.0.0.1"

static char before[SNAPSHOT_SIZE], after[SNAPSHOT_SIZE];

/* Expects `answer`, and "LEVEL: WORD: USER (sshd, from ..)REST" alone in the log; NULL for an empty one. */
static void expect(struct host *host, const char *arguments, int answer, const char *word, const char *rest)
{
	char expected[2048] = "";

	host_start(host, arguments);
	host_forget_log();
	(void)snapshot_take(before);
	same_number(arguments, host_open(host), answer);
	if (word != NULL)
		(void)snprintf(expected, sizeof expected, "%s: %s (sshd, from " REMOTE ")%s\n", word, host->user, rest);
	same_string(arguments, host_log(), expected);
	if (answer == PAM_SUCCESS) {
		host_forget_log();
		assert_int_equal(host_close(host), PAM_SUCCESS);
		return;
	}
	same_string(arguments, snapshot_take(after), before);
}

static void expect_armed(struct host *host, const char *arguments, const char *limits)
{
	char rest[512];

	(void)snprintf(rest, sizeof rest, ": %s", limits);
	expect(host, arguments, PAM_SUCCESS, "info: armed", rest);
}

static void expect_refused(struct host *host, const char *arguments, const char *reason)
{
	char rest[1024];

	(void)snprintf(rest, sizeof rest, ": %s", reason);
	expect(host, arguments, PAM_SERVICE_ERR, "err: not armed", rest);
}

static void without_file_the_arguments_count(void **state)
{
	host_install("ready");
	expect_armed(*state, "idle=15m", "idle 15m");
}

static void without_match_the_arguments_count(void **state)
{
	host_install("ready");
	host_write(TEST_RULES, "su * * idle=1m\nsshd nobody-else * idle=2m\nsshd * 10.0.0.0/8 exempt\nsshd * local idle=3m\n");
	expect_armed(*state, "idle=15m", "idle 15m");
	assert_int_equal(access("asked", F_OK), -1);
}

static void rule_replaces_arguments_name_by_name(void **state)
{
	static const struct {
		const char *rules, *arguments, *limits;
	} rows[] = {
		{"sshd * * idle=5m", "idle=15m max=12h", "idle 5m, max 12h"},
		{"* * * idle=5m max=8h", "keepalive=30s", "idle 5m, keepalive 30s x 3, max 8h"},
		{"* * * idle=off", "idle=15m max=12h", "max 12h"},
		{"* * * keepalive_count=7", "keepalive=30s", "keepalive 30s x 7"},
		{"* * * idle=5m", "", "idle 5m"},
		{"* * * dry_run", "idle=15m", "idle 15m (dry run)"},
		{"* * 192.0.2.0/24 idle=1m\n* * * idle=2m", "idle=15m", "idle 1m"},
		{"* * 198.51.100.0/24 idle=1m\n* * * idle=2m", "idle=15m", "idle 2m"},
		{"* * ::ffff:192.0.2.7 idle=1m", "idle=15m", "idle 1m"},
	};

	host_install("ready");
	for (size_t i = 0; i < COUNT(rows); i++) {
		host_write(TEST_RULES, rows[i].rules);
		expect_armed(*state, rows[i].arguments, rows[i].limits);
	}
}

static void rule_for_a_user_is_for_that_user(void **state)
{
	struct host *host = *state;
	char rules[1024];

	host_install("ready");
	(void)snprintf(rules, sizeof rules, "* not-%s * idle=1m\n* %s * idle=2m\n", host->user, host->user);
	host_write(TEST_RULES, rules);
	expect_armed(host, "idle=15m", "idle 2m");
}

static void record_tells_the_rule(void **state)
{
	struct session session;
	struct policy policy;

	host_write(TEST_RULES, "#\n#\n* * * idle=5m");
	host_arm(*state, "ready", "idle=15m max=1h");
	host_read_record(&session, &policy);
	assert_string_equal(policy.conf, RULES);
	assert_int_equal(policy.rule_line, 3);
	assert_int_equal(policy.origin[OPTION_IDLE], ORIGIN_RULE);
	assert_int_equal(policy.value[OPTION_IDLE], 300);
	assert_int_equal(policy.origin[OPTION_MAX], ORIGIN_ARGUMENT);
}

static void exempt_session_starts_nothing(void **state)
{
	struct host *host = *state;

	host_write(TEST_RULES, "# c\n* * * exempt\n* * * idle=5m\n");
	expect(host, "idle=15m", ANSWER_IGNORE, "notice: exempt", ": " RULES ":2");
	assert_int_equal(host_close(host), ANSWER_IGNORE);
	expect(host, "idle=15m quiet", ANSWER_IGNORE, NULL, NULL);
}

static void rule_without_a_limit_is_ignored(void **state)
{
	struct host *host = *state;

	host_write(TEST_RULES, "* * * idle=off\n");
	expect(host, "idle=15m", ANSWER_IGNORE, NULL, NULL);
	host_start(host, "idle=15m debug");
	host_forget_log();
	assert_int_equal(host_open(host), ANSWER_IGNORE);
	assert_string_equal(host_log(), "debug: rule: " RULES ":1\ndebug: not armed: no limit is in force\n");
}

static void quiet_and_debug_may_come_from_a_rule(void **state)
{
	struct host *host = *state;

	host_install("ready");
	host_write(TEST_RULES, "* * * quiet");
	expect(host, "idle=15m", PAM_SUCCESS, NULL, NULL);
	host_write(TEST_RULES, "* * * debug");
	host_start(host, "idle=15m quiet");
	host_forget_log();
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_ptr_equal(strstr(host_log(), "debug: rule: " RULES ":1\n"), host_log());
}

static void other_file_is_named_by_an_argument(void **state)
{
	static const char arguments[] = "idle=15m conf=/proc/self/cwd/other.conf";

	host_install("ready");
	host_write(TEST_RULES, "* * * idle=1m");
	host_write("other.conf", "* * * idle=2m");
	expect_armed(*state, arguments, "idle 2m");
	assert_int_equal(unlink("other.conf"), 0);
	expect_refused(*state, arguments, "/proc/self/cwd/other.conf: No such file or directory");
}

/* No watchdog is installed: nothing is started for any of them. */
static void broken_file_is_told_and_refused(void **state)
{
	static const struct {
		const char *rules, *reason;
	} rows[] = {
		{"* * * idel=5m\n", RULES ":1:7: 'idel=5m' is not a known setting"},
		{"* * * idle=5m\n\n * * * max=never\n",
		 RULES ":3:8: max: 'never' is not a duration such as 90, 90s, 15m, 1h30m or 2d"},
		{"* * * exempt\nsshd\n", RULES ":2:5: no user or @group behind the service"},
		{"su @wheel local exempt\n* @wheel * exempt idle=5m\n", RULES ":2:19: 'exempt' stands alone"},
		{"* \x1b[31m * idle=5m\n", RULES ":1:3: a control character"},
		{"* * * conf=/etc/x", RULES ":1:7: conf: belongs on the PAM line, not into the rules"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		host_write(TEST_RULES, rows[i].rules);
		expect_refused(*state, "idle=15m", rows[i].reason);
		expect_refused(*state, "quiet", rows[i].reason);
		expect_refused(*state, "idle=15m dry_run", rows[i].reason);
	}
}

static void file_that_cannot_be_trusted_is_refused(void **state)
{
	host_write(TEST_RULES, "* * * exempt\n");
	assert_int_equal(chmod(TEST_RULES, 0666), 0);
	expect_refused(*state, "idle=15m", RULES ": can be written to by others than its owner");
	assert_int_equal(unlink(TEST_RULES), 0);
	assert_int_equal(mkfifo(TEST_RULES, 0644), 0);
	expect_refused(*state, "idle=15m", RULES ": is not a regular file");
	assert_int_equal(unlink(TEST_RULES), 0);
	assert_int_equal(symlink("pam.d/other", TEST_RULES), 0);
	expect_refused(*state, "idle=15m", RULES ": is a symbolic link");
	assert_int_equal(unlink(TEST_RULES), 0);
	assert_int_equal(mkdir(TEST_RULES, 0755), 0);
	expect_refused(*state, "idle=15m", RULES ": is not a regular file");
}

static void file_of_another_owner_is_refused(void **state)
{
	if (geteuid() != 0)
		skip();
	host_write(TEST_RULES, "* * * exempt\n");
	assert_int_equal(chown(TEST_RULES, 65534, 65534), 0);
	expect_refused(*state, "idle=15m", RULES ": does not belong to root");
}

static void group_is_asked_about_in_turn(void **state)
{
	static const struct {
		const char *rules, *groups, *limits;
	} rows[] = {
		{"* @ops * idle=1m", "ops\n", "idle 1m"},
		{"* @ops * idle=1m", "op\n", "idle 15m"},
		{"* @a * idle=1m\n* @b * idle=2m\n* @c * idle=3m", "c\nb\n", "idle 2m"},
		{"* \"@domain users\" * idle=1m", "domain users\n", "idle 1m"},
		{"* @j\xc3\xbcrgens * idle=1m", "j\xc3\xbcrgens\n", "idle 1m"},
		{"* @EXAMPLE\\ops * idle=1m", "EXAMPLE\\ops\n", "idle 1m"},
	};

	host_install("ready");
	for (size_t i = 0; i < COUNT(rows); i++) {
		host_write(TEST_RULES, rows[i].rules);
		host_write("groups", rows[i].groups);
		expect_armed(*state, "idle=15m", rows[i].limits);
		assert_string_equal(host_read("asked"), ((struct host *)*state)->user);
	}
}

static void group_is_not_asked_about_without_need(void **state)
{
	static const char *const rows[] = {
		"su @ops * idle=1m\n* * * idle=2m",
		"* @ops 10.0.0.0/8 idle=1m\n* * * idle=2m",
		"* @ops local idle=1m\n* * * idle=2m",
		"* * * idle=2m\n* @ops * idle=1m",
	};

	host_install("ready");
	host_write("groups", "ops\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		host_write(TEST_RULES, rows[i]);
		expect_armed(*state, "idle=15m", "idle 2m");
		same_number(rows[i], access("asked", F_OK), -1);
	}
}

static void process_that_is_asked_is_gone_afterwards(void **state)
{
	host_install("ready");
	host_write(TEST_RULES, "* @ops * exempt");
	host_write("groups", "ops\n");
	expect(*state, "idle=15m", ANSWER_IGNORE, "notice: exempt", ": " RULES ":1");
	assert_true(host_watchdog_is_gone());
}

static void group_that_cannot_be_told_refuses(void **state)
{
	static const struct {
		const char *groups, *reason;
	} rows[] = {
		{"FAIL\n", RULES ":2: cannot tell who is in @ops: the name service failed: no ?[31mroute"},
		{"DIE\n", RULES ":2: cannot tell who is in @ops: the process that asks the name service died"},
		{"NONSENSE\n",
		 RULES ":2: cannot tell who is in @ops: the process that asks the name service answered with nonsense: hel?lo"},
	};

	host_install("ready");
	host_write(TEST_RULES, "#\n* @ops * idle=5m\n* * * exempt\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		host_write("groups", rows[i].groups);
		expect_refused(*state, "idle=15m", rows[i].reason);
		assert_true(host_watchdog_is_gone());
	}
}

static void name_service_that_hangs_refuses_in_time(void **state)
{
	int64_t started_ns = clock_boot_ns();

	host_install("ready");
	host_write(TEST_RULES, "* @ops * idle=5m\n");
	host_write("groups", "HANG\n");
	expect_refused(*state, "idle=15m", RULES ":1: cannot tell who is in @ops: the name service did not answer in time");
	assert_in_range((clock_boot_ns() - started_ns) / NS_PER_MS, 1000, LIMIT_MS + MARGIN_MS);
	assert_true(host_watchdog_is_gone());
}

static void missing_program_is_named(void **state)
{
	host_write(TEST_RULES, "* @ops * idle=5m\n");
	expect_refused(*state, "idle=15m",
	               RULES ":1: cannot tell who is in @ops: /proc/self/cwd/" TEST_WATCHDOG ": No such file or directory");
}

/* -- Where a session comes from -- */

static void expect_limits(struct host *host, const char *limits)
{
	char expected[128];

	host_forget_log();
	assert_int_equal(host_open(host), PAM_SUCCESS);
	(void)snprintf(expected, sizeof expected, "): %s\n", limits);
	if (strstr(host_log(), expected) == NULL)
		fail_msg("%s instead of %s", host_log(), limits);
	assert_int_equal(host_close(host), PAM_SUCCESS);
}

static void connection_is_believed_before_the_service(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	host_install("ready");
	host_write(TEST_RULES, "* * " CLIENT " idle=1m\n* * " REMOTE " idle=2m\n");
	host_start(host, "idle=15m");
	assert_true(tcp_connect(SERVER, SERVER, &pair));
	host_set_ssh_connection(host, &pair);
	expect_limits(host, "idle 1m");
	tcp_close(&pair);
}

/* The variable alone may be the user's. */
static void environment_without_a_connection_is_not_believed(void **state)
{
	struct host *host = *state;

	host_install("ready");
	host_write(TEST_RULES, "* * 10.0.0.0/8 idle=1m\n* * " REMOTE " idle=2m\n");
	host_start(host, "idle=15m");
	host_putenv(host, "SSH_CONNECTION=10.0.0.9 5000 10.0.0.1 22");
	expect_limits(host, "idle 2m");
}

static void name_of_a_host_is_neither_local_nor_an_address(void **state)
{
	struct host *host = *state;

	host_install("ready");
	host_write(TEST_RULES, "* * local idle=1m\n* * 0.0.0.0/0 idle=2m\n* * ::/0 idle=3m\n* * * idle=4m\n");
	host_start(host, "idle=15m");
	host_set(host, PAM_RHOST, "localhost");
	expect_limits(host, "idle 4m");
	host_start(host, "idle=15m");
	host_set(host, PAM_RHOST, "");
	expect_limits(host, "idle 1m");
	host_start(host, "idle=15m");
	host_set(host, PAM_RHOST, "2001:db8::7");
	expect_limits(host, "idle 3m");
}

/* A connection that only forwards ports would live on. */
static void connection_of_a_refused_session_is_shut_down(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	host_write(TEST_RULES, "nonsense\n");
	host_start(host, "idle=15m");
	assert_true(tcp_connect(SERVER, SERVER, &pair));
	host_set_ssh_connection(host, &pair);
	assert_int_equal(host_open(host), PAM_SERVICE_ERR);
	assert_true(tcp_is_shut_down(&pair));
	tcp_close(&pair);
}

static void nothing_to_end_asks_nobody(void **state)
{
	struct host *host = *state;

	host_install("ready");
	host_write(TEST_RULES, "* @ops * idle=5m\n");
	host_write("groups", "HANG\n");
	host_start(host, "idle=15m");
	host_set(host, PAM_TTY, "cron");
	host_set(host, PAM_RHOST, "");
	assert_int_equal(host_open(host), ANSWER_IGNORE);
	assert_int_equal(access("asked", F_OK), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_file_the_arguments_count),
		TEST(without_match_the_arguments_count),
		TEST(rule_replaces_arguments_name_by_name),
		TEST(rule_for_a_user_is_for_that_user),
		TEST(record_tells_the_rule),
		TEST(exempt_session_starts_nothing),
		TEST(rule_without_a_limit_is_ignored),
		TEST(quiet_and_debug_may_come_from_a_rule),
		TEST(other_file_is_named_by_an_argument),
		TEST(broken_file_is_told_and_refused),
		TEST(file_that_cannot_be_trusted_is_refused),
		TEST(file_of_another_owner_is_refused),
		TEST(group_is_asked_about_in_turn),
		TEST(group_is_not_asked_about_without_need),
		TEST(process_that_is_asked_is_gone_afterwards),
		TEST(group_that_cannot_be_told_refuses),
		TEST(name_service_that_hangs_refuses_in_time),
		TEST(missing_program_is_named),
		TEST(connection_is_believed_before_the_service),
		TEST(environment_without_a_connection_is_not_believed),
		TEST(name_of_a_host_is_neither_local_nor_an_address),
		TEST(connection_of_a_refused_session_is_shut_down),
		TEST(nothing_to_end_asks_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

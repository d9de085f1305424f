/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every argument, good and bad: what PAM answers, and the exact lines in the log.
 */
#include <stdio.h>
#include <unistd.h>

#include "tests/pam/host.h"

/* 255 bytes are the longest value that is looked at. */
#define SIXTEEN "0000000000000000"
#define SIXTY_FOUR SIXTEEN SIXTEEN SIXTEEN SIXTEEN
#define TOO_LONG SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR

#define ACTIVITIES "auto, input, output, process, network"

struct row {
	const char *arguments;
	const char *log; /* of a bad one the reason, of a good one the limits */
};

static const struct row bad[] = {
	{"idle", "idle: '' is empty: a value is needed"},
	{"idle=", "idle: '' is empty: a value is needed"},
	{"idle=-1", "idle: '-1' is not a duration such as 90, 90s, 15m, 1h30m or 2d"},
	{"idle=0", "idle: '0' is not within 1s to 3650d"},
	{"idle=0s", "idle: '0s' is not within 1s to 3650d"},
	{"idle=15min", "idle: '15min' is not a duration such as 90, 90s, 15m, 1h30m or 2d"},
	{"idle=15x", "idle: '15x' needs units d, h, m or s, from large to small, each once"},
	{"idle=30m1h", "idle: '30m1h' needs units d, h, m or s, from large to small, each once"},
	{"idle=1.5h", "idle: '1.5h' needs units d, h, m or s, from large to small, each once"},
	{"idle=4000d", "idle: '4000d' is not within 1s to 3650d"},
	{"idle=18446744073709551616", "idle: '18446744073709551616' is too large"},
	{"idle=" TOO_LONG, "idle: '..' is too long"},
	{"idle=15m idle=15m", "idle: is given twice"},
	{"idle=15m idle=5m max=1h", "idle: is given twice"},
	{"Idle=15m", "'Idle=15m' is not a known setting"},
	{"[idle =15m]", "'idle =15m' is not a known setting"},
	{"idle=15m unknown", "'unknown' is not a known setting"},
	{"conf=idletimeout.conf", "conf: 'idletimeout.conf' is not an absolute path"},
	{"conf=/etc/a conf=/etc/b", "conf: is given twice"},
	{"[id\tle=15m]", "'id?le=15m' is not a known setting"},
	{"keepalive=", "keepalive: '' is empty: a value is needed"},
	{"keepalive=10h", "keepalive: '10h' is not within 1s to 9h6m7s"},
	{"keepalive_count=0", "keepalive_count: '0' is not within 1 to 127"},
	{"keepalive_count=128", "keepalive_count: '128' is not within 1 to 127"},
	{"keepalive_count=3x", "keepalive_count: '3x' is not a number"},
	{"keepalive_count=18446744073709551616",
	 "keepalive_count: '18446744073709551616' is not within 1 to 127"},
	{"keepalive_proof=udp", "keepalive_proof: 'udp' is not one of tcp|data"},
	{"max=never", "max: 'never' is not a duration such as 90, 90s, 15m, 1h30m or 2d"},
	{"activity=typing", "activity: 'typing' is not one of " ACTIVITIES},
	{"activity=input,", "activity: '' is empty"},
	{"activity=process,input,process", "activity: 'process' stands twice"},
	{"activity=auto,output", "activity: 'auto' cannot be combined with other words"},
	{"activity=input activity=output", "activity: is given twice"},
	{"warn=", "warn: '' is empty: a value is needed"},
	{"warn=1m,,10s", "warn: '' is empty"},
	{"warn=1m,60", "warn: '60' stands twice"},
	{"warn=1,2,3,4,5,6,7,8,9", "warn: '1,2,3,4,5,6,7,8,9' has more than 8 steps"},
	{"kill=user", "kill: 'user' is not one of connection|session"},
	{"on_watchdog_loss=ignore", "on_watchdog_loss: 'ignore' is not one of close|log"},
	{"audit=on", "audit: 'on' is not one of all|disconnect|off"},
	{"require_audit=yes", "require_audit: 'yes' is not expected: the setting takes no value"},
	{"dry_run=", "dry_run: '' is not expected: the setting takes no value"},
	{"debug=1", "debug: '1' is not expected: the setting takes no value"},
	{"quiet quiet", "quiet: is given twice"},
};

static const struct row good[] = {
	{"idle=15m", "idle 15m"},
	{"idle=90", "idle 1m30s"},
	{"idle=1s", "idle 1s"},
	{"idle=3650d", "idle 3650d"},
	{"idle=15m max=12h", "idle 15m, max 12h"},
	{"max=12h idle=15m", "idle 15m, max 12h"},
	{"keepalive=30s", "keepalive 30s x 3"},
	{"keepalive=30s keepalive_count=5 keepalive_proof=data", "keepalive 30s x 5"},
	{"idle=15m keepalive=30s max=off", "idle 15m, keepalive 30s x 3"},
	{"max=8h activity=input warn=5m,1m kill=session", "max 8h"},
	{"idle=15m activity=network,process,output,input", "idle 15m"},
	{"max=8h warn=off on_watchdog_loss=log audit=off require_audit", "max 8h"},
	{"idle=15m dry_run", "idle 15m (dry run)"},
};

/* No limit: nothing to do and, without debug, nothing to say. */
static const char *const without_limit[] = {
	"", "idle=off", "idle=off keepalive=off max=off", "warn=1m", "dry_run"};

static void with_argument(struct host *host, const char *arguments, const char *more)
{
	char all[1024];

	(void)snprintf(all, sizeof all, "%s %s", arguments, more);
	host_forget_log();
	host_start(host, all);
}

static void check_bad(struct host *host, const struct row *row, const char *more)
{
	char expected[1024];

	(void)snprintf(expected, sizeof expected, "err: bad argument: %s\n", row->log);
	with_argument(host, row->arguments, more);
	same_number(row->arguments, host_open(host), PAM_SERVICE_ERR);
	same_string(row->arguments, host_log(), expected);
}

/* No watchdog is installed: had one been started, the answer and the log would tell. */
static void bad_argument_is_named_and_refused(void **state)
{
	for (size_t i = 0; i < COUNT(bad); i++)
		check_bad(*state, &bad[i], "");
}

static void quiet_and_debug_do_not_hide_a_bad_argument(void **state)
{
	static const struct row row = {"quiet debug idle=", "idle: '' is empty: a value is needed"};

	check_bad(*state, &row, "");
}

static void good_argument_arms(void **state)
{
	struct host *host = *state;
	char expected[1024];

	host_install("ready");
	for (size_t i = 0; i < COUNT(good); i++) {
		(void)snprintf(expected, sizeof expected, "info: armed: %s (sshd, from " REMOTE "): %s\n",
		               host->user, good[i].log);
		with_argument(host, good[i].arguments, "");
		same_number(good[i].arguments, host_open(host), PAM_SUCCESS);
		same_string(good[i].arguments, host_log(), expected);
		host_forget_log();
		same_number(good[i].arguments, host_close(host), PAM_SUCCESS);
		same_string(good[i].arguments, host_log(), "");
	}
}

static void quiet_arms_without_a_word(void **state)
{
	struct host *host = *state;

	host_install("ready");
	for (size_t i = 0; i < COUNT(good); i++) {
		with_argument(host, good[i].arguments, "quiet");
		same_number(good[i].arguments, host_open(host), PAM_SUCCESS);
		same_number(good[i].arguments, host_close(host), PAM_SUCCESS);
		same_string(good[i].arguments, host_log(), "");
	}
}

/* The id and the time it took differ from run to run. */
static void debug_adds_the_id_and_the_watchdog(void **state)
{
	struct host *host = *state;
	struct session session;
	struct policy policy;
	char expected[512];

	host_arm(host, "ready", "idle=15m quiet debug");
	host_read_record(&session, &policy);
	(void)snprintf(expected, sizeof expected, "debug: session %s, leader %d: ", session.id, (int)getpid());
	assert_ptr_equal(strstr(host_log(), expected), host_log());
	assert_non_null(strstr(host_log(), TEST_WATCHDOG " ready after "));
	assert_ptr_equal(strchr(host_log(), '\n') + 1, host_log() + strlen(host_log()));
}

static void no_limit_is_ignored_in_silence(void **state)
{
	struct host *host = *state;

	for (size_t i = 0; i < COUNT(without_limit); i++) {
		with_argument(host, without_limit[i], "");
		same_number(without_limit[i], host_open(host), ANSWER_IGNORE);
		same_number(without_limit[i], host_close(host), ANSWER_IGNORE);
		same_string(without_limit[i], host_log(), "");
	}
}

static void no_limit_is_explained_under_debug(void **state)
{
	struct host *host = *state;

	for (size_t i = 0; i < COUNT(without_limit); i++) {
		with_argument(host, without_limit[i], "debug");
		same_number(without_limit[i], host_open(host), ANSWER_IGNORE);
		same_string(without_limit[i], host_log(), "debug: not armed: no limit is in force\n");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_argument_is_named_and_refused),
		TEST(quiet_and_debug_do_not_hide_a_bad_argument),
		TEST(good_argument_arms),
		TEST(quiet_arms_without_a_word),
		TEST(debug_adds_the_id_and_the_watchdog),
		TEST(no_limit_is_ignored_in_silence),
		TEST(no_limit_is_explained_under_debug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

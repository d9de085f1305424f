/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * No watchdog, no session: every way in which arming fails, what is logged, and that nothing is left behind.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "tests/fault/row.h"
#include "tests/pam/scenario.h"
#include "tests/pam/snapshot.h"

/* What is promised, and what a busy machine may add. */
#define LIMIT_MS 2000
#define MARGIN_MS 2000

#define PATH "/proc/self/cwd/" TEST_WATCHDOG

/* Both must be the same: what the module did to the host it undid. */
static char before[SNAPSHOT_SIZE], after[SNAPSHOT_SIZE];

static void refuse(struct host *host, const char *reason)
{
	char expected[1024];

	host_start(host, "idle=15m quiet");
	host_forget_log();
	(void)snapshot_take(before);
	same_number(reason, host_open(host), PAM_SESSION_ERR);
	same_string(reason, snapshot_take(after), before);
	(void)snprintf(expected, sizeof expected, "err: not armed: %s (sshd, from " REMOTE "): %s\n", host->user,
	               reason);
	same_string(reason, host_log(), expected);
	same_number(reason, host_close(host), ANSWER_IGNORE);
}

static void refuse_behaviour(struct host *host, const char *behaviour, const char *reason)
{
	(void)unlink("pid");
	host_install(behaviour);
	refuse(host, reason);
	assert_true(host_watchdog_is_gone());
}

static void watchdog_that_fails_gives_the_reason(void **state)
{
	refuse_behaviour(*state, "failed", "the watchdog failed: no ?[31maccount?for it");
}

static void reason_is_heard_though_the_record_is_not(void **state)
{
	refuse_behaviour(*state, "failed-at-once", "the watchdog failed: not today");
}

static void watchdog_that_dies_is_noticed(void **state)
{
	refuse_behaviour(*state, "die", "the watchdog died before it was ready");
	refuse_behaviour(*state, "die-with-record", "the watchdog died before it was ready");
}

static void watchdog_that_talks_nonsense_is_killed(void **state)
{
	refuse_behaviour(*state, "nonsense", "the watchdog answered with nonsense: hel?lo");
	refuse_behaviour(*state, "too-much", "the watchdog answered with something too long");
}

static void refuse_hanging(struct host *host, const char *behaviour, const char *what)
{
	int64_t started_ns = clock_boot_ns();

	refuse_behaviour(host, behaviour, "the watchdog did not answer in time");
	int64_t took_ms = (clock_boot_ns() - started_ns) / NS_PER_MS;
	assert_in_range(took_ms, 1000, LIMIT_MS + MARGIN_MS);
	TEXT(observed, 64);
	text_add(&observed, "refused and killed after ");
	text_add_signed(&observed, took_ms);
	text_add(&observed, " ms");
	row_add("The watchdog's program", what, "refused within 2 s, one line that says why, nothing left", observed.data,
	        "pam/test_failures: watchdog_that_hangs_is_killed_in_time");
}

static void watchdog_that_hangs_is_killed_in_time(void **state)
{
	refuse_hanging(*state, "hang", "hangs before READY");
	refuse_hanging(*state, "hang-deaf", "hangs before it takes the record");
}

/* It is a race whether the module still sees the death itself; if not, the kernel reports it. */
static void watchdog_that_dies_after_ready_is_noticed_either_way(void **state)
{
	struct host *host = *state;
	sigset_t term;
	struct timespec patience = {.tv_sec = 5};

	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &term, NULL);
	host_install("ready-and-die");
	host_start(host, "idle=15m quiet");
	if (host_open(host) == PAM_SUCCESS) {
		assert_int_equal(sigtimedwait(&term, NULL, &patience), SIGTERM);
		return;
	}
	assert_non_null(strstr(host_log(), ": the watchdog died as soon as it was ready\n"));
	/* It may have died between the arming and the look. */
	patience.tv_sec = 0;
	(void)sigtimedwait(&term, NULL, &patience);
}

static void missing_program_is_named(void **state)
{
	refuse(*state, PATH ": No such file or directory");
}

static void directory_is_no_program(void **state)
{
	assert_int_equal(mkdir(TEST_WATCHDOG, 0755), 0);
	refuse(*state, PATH " is not a regular file");
}

static void mode_of_the_program_is_checked(void **state)
{
	static const struct {
		mode_t mode;
		const char *reason;
	} rows[] = {
		{0644, PATH " is not executable"},
		{0775, PATH " can be written to by others than its owner"},
		{0757, PATH " can be written to by others than its owner"},
		{0777, PATH " can be written to by others than its owner"},
	};

	host_install("ready");
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(chmod(TEST_WATCHDOG, rows[i].mode), 0);
		refuse(*state, rows[i].reason);
	}
	assert_int_equal(access("pid", F_OK), -1);
}

static void owner_of_the_program_is_checked(void **state)
{
	if (geteuid() != 0)
		skip();
	host_install("ready");
	assert_int_equal(chown(TEST_WATCHDOG, 65534, 65534), 0);
	refuse(*state, PATH " does not belong to root");
}

static void program_that_does_not_run_is_reported(void **state)
{
	autoclose int fd = open(TEST_WATCHDOG, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);

	assert_int_equal(write(fd, "neither", 7), 7);
	close_fd(&fd);
	refuse(*state, "the watchdog failed: cannot run " PATH " (errno 8)");
}

static void limit_fds(rlim_t soft)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = soft;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* Whether the module armed: libpam, which has descriptors of its own to open, may still refuse. */
static bool arms_with(struct host *host, rlim_t given, rlim_t enough)
{
	host_forget_log();
	limit_fds(given);
	int answer = host_open(host);
	limit_fds(enough);
	if (strstr(host_log(), "err: not armed: ") == NULL)
		return true;
	assert_int_not_equal(answer, PAM_SUCCESS);
	same_string(host_log(), snapshot_take(after), before);
	return false;
}

/* One descriptor more each time, until it is enough: every place where one is made fails once. */
static void run_out_of_descriptors(void **state)
{
	struct host *host = *state;
	rlim_t given = 3, enough = 256;

	host_install("ready");
	host_start(host, "idle=15m quiet");
	limit_fds(enough);
	(void)snapshot_take(before);
	while (!arms_with(host, given, enough))
		given++;
	assert_in_range(given, 5, enough - 1);
	assert_int_equal(host_close(host), PAM_SUCCESS);
	TEXT(observed, 64);
	text_add(&observed, "refused with 3 to ");
	text_add_unsigned(&observed, given - 1);
	text_add(&observed, ", armed with ");
	text_add_unsigned(&observed, given);
	row_add("Shortages", "EMFILE: the host may have so many descriptors, one more each time", "refused with a line until it is enough",
	        observed.data, "pam/test_failures: shortage_of_descriptors_leaves_nothing_behind");
}

static void shortage_of_descriptors_leaves_nothing_behind(void **state)
{
	scenario_run(*state, run_out_of_descriptors);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(watchdog_that_fails_gives_the_reason),
		TEST(reason_is_heard_though_the_record_is_not),
		TEST(watchdog_that_dies_is_noticed),
		TEST(watchdog_that_talks_nonsense_is_killed),
		TEST(watchdog_that_hangs_is_killed_in_time),
		TEST(watchdog_that_dies_after_ready_is_noticed_either_way),
		TEST(missing_program_is_named),
		TEST(directory_is_no_program),
		TEST(mode_of_the_program_is_checked),
		TEST(owner_of_the_program_is_checked),
		TEST(program_that_does_not_run_is_reported),
		TEST(shortage_of_descriptors_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the watchdog finds when it starts: its descriptors and nothing of its host's.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/pam/scenario.h"

#define NO_SIGNALS "0000000000000000"

static void assert_reported(const char *key, const char *expected)
{
	same_string(key, host_report(key), expected);
}

static void descriptors_are_the_lifeline_and_the_leader(void **state)
{
	char self[16];

	host_arm(*state, "ready", "idle=15m");
	(void)snprintf(self, sizeof self, "%d", (int)getpid());
	assert_reported("fds", "0 1 2 3 4 6");
	assert_reported("leader", self);
	assert_reported("stdin", "/dev/null");
	assert_reported("stdout", "/dev/null");
	assert_reported("stderr", "/dev/null");
}

static void arm_with_connection(struct host *host)
{
	struct tcp_pair pair;

	assert_true(tcp_connect("127.0.0.1", "127.0.0.1", &pair));
	host_install("ready");
	host_start(host, "idle=15m");
	host_set_ssh_connection(host, &pair);
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_reported("fds", "0 1 2 3 4 5 6");
	assert_int_equal(strtoull(host_report("connection"), NULL, 10), tcp_inode(pair.server));
	tcp_close(&pair);
}

static void connection_is_one_descriptor_more(void **state)
{
	arm_with_connection(*state);
}

/* The descriptors that the module makes then begin at 0, where those of the watchdog are to go. */
static void arm_without_stdio(void **state)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		(void)close(fd);
	arm_with_connection(*state);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void host_without_stdio_gives_it_the_same(void **state)
{
	scenario_run(*state, arm_without_stdio);
}

static void arm_with_many_open(void **state)
{
	int fd, last = 0;

	while (last < 500 && (fd = dup(STDIN_FILENO)) >= 0)
		last = fd;
	assert_int_equal(last, 500);
	arm_with_connection(*state);
}

static void none_of_many_descriptors_is_inherited(void **state)
{
	scenario_run(*state, arm_with_many_open);
}

static void arm_with_signals_in_disorder(void **state)
{
	sigset_t blocked;

	for (int number = 1; number <= SIGRTMAX; number++)
		(void)signal(number, SIG_IGN);
	(void)sigfillset(&blocked);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL);
	host_arm(*state, "ready", "idle=15m");
	assert_reported("blocked", NO_SIGNALS);
	assert_reported("ignored", NO_SIGNALS);
}

static void signals_are_as_after_boot(void **state)
{
	scenario_run(*state, arm_with_signals_in_disorder);
}

static void lower(int resource, rlim_t soft)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(resource, &limit), 0);
	limit.rlim_cur = soft;
	assert_int_equal(setrlimit(resource, &limit), 0);
}

static void arm_under_limits(void **state)
{
	lower(RLIMIT_CPU, 600);
	lower(RLIMIT_FSIZE, 1 << 20);
	host_arm(*state, "ready", "idle=15m");
	assert_reported("cpu", "raised");
	assert_reported("fsize", "raised");
}

static void limits_of_the_user_do_not_bind_it(void **state)
{
	scenario_run(*state, arm_under_limits);
}

static void program_starts_alone_and_knows_nothing(void **state)
{
	host_arm(*state, "ready", "idle=15m");
	assert_reported("session_leader", "1");
	assert_reported("arguments", "1");
	assert_reported("name", "idle-watchdog");
	assert_reported("environment", "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(descriptors_are_the_lifeline_and_the_leader),
		TEST(connection_is_one_descriptor_more),
		TEST(host_without_stdio_gives_it_the_same),
		TEST(none_of_many_descriptors_is_inherited),
		TEST(signals_are_as_after_boot),
		TEST(limits_of_the_user_do_not_bind_it),
		TEST(program_starts_alone_and_knows_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

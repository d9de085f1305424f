/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Hosts of every kind: what the module must leave exactly as it was, and who must not notice its children.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fault/row.h"
#include "tests/pam/scenario.h"
#include "tests/pam/snapshot.h"

static char before[SNAPSHOT_SIZE], during[SNAPSHOT_SIZE], after[SNAPSHOT_SIZE];

/* Bytes of the first line, which lists the descriptors. */
static size_t fd_list_length(const char *snapshot)
{
	return strcspn(snapshot, "\n");
}

/* Opens and closes; while the session is open, a descriptor more is all that may differ. */
static void check_session(struct host *host)
{
	host_install("ready");
	host_start(host, "idle=15m quiet");
	(void)snapshot_take(before);
	assert_int_equal(host_open(host), PAM_SUCCESS);
	(void)snapshot_take(during);
	assert_string_equal(during + fd_list_length(during), before + fd_list_length(before));
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_string_equal(snapshot_take(after), before);
	assert_string_equal(host_log(), "");
	assert_true(host_watchdog_is_gone());
}

static void run_plain(void **state)
{
	check_session(*state);
}

static void plain_host_is_left_as_it_was(void **state)
{
	scenario_run(*state, run_plain);
}

static void run_unusual(void **state)
{
	struct rlimit files = {.rlim_cur = 100, .rlim_max = 200};
	sigset_t blocked;

	(void)umask(0123);
	assert_int_equal(setenv("LC_ALL", "C", 1), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGUSR1);
	(void)sigaddset(&blocked, SIGCHLD);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	check_session(*state);
}

static void settings_of_the_host_are_its_own(void **state)
{
	scenario_run(*state, run_unusual);
}

static void run_ignoring_children(void **state)
{
	(void)signal(SIGCHLD, SIG_IGN);
	check_session(*state);
}

static void host_may_ignore_its_children(void **state)
{
	scenario_run(*state, run_ignoring_children);
}

static volatile sig_atomic_t seen;

static void reap_everything(int number)
{
	(void)number;
	seen++;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static void run_reaping(void **state)
{
	struct sigaction action = {.sa_handler = reap_everything, .sa_flags = SA_RESTART};

	(void)sigemptyset(&action.sa_mask);
	assert_int_equal(sigaction(SIGCHLD, &action, NULL), 0);
	check_session(*state);
	assert_int_equal(seen, 0);
}

static void host_that_reaps_everything_sees_no_child(void **state)
{
	scenario_run(*state, run_reaping);
}

static void run_reaping_a_failure(void **state)
{
	struct host *host = *state;
	struct sigaction action = {.sa_handler = reap_everything, .sa_flags = SA_RESTART};

	(void)sigemptyset(&action.sa_mask);
	assert_int_equal(sigaction(SIGCHLD, &action, NULL), 0);
	host_install("die");
	host_start(host, "idle=15m");
	assert_int_equal(host_open(host), PAM_SESSION_ERR);
	host_sleep_ms(100);
	assert_int_equal(seen, 0);
}

static void failed_arming_is_no_child_either(void **state)
{
	scenario_run(*state, run_reaping_a_failure);
}

/* A thread that waits for children, of which the host has one that lives as long as a pipe is open. */
struct waiter {
	int options;
	pid_t child, first;
	int pipe[2];
	pthread_t thread;
};

static void *wait_for_any(void *data)
{
	struct waiter *waiter = data;

	do
		waiter->first = waitpid(-1, NULL, waiter->options);
	while (waiter->first > 0 && waiter->first != waiter->child && (waiter->options & __WALL) != 0);
	return NULL;
}

static void start_waiting(struct waiter *waiter)
{
	char byte;

	assert_int_equal(pipe2(waiter->pipe, O_CLOEXEC), 0);
	waiter->child = fork();
	assert_true(waiter->child >= 0);
	if (waiter->child == 0) {
		(void)close(waiter->pipe[1]);
		_exit(read(waiter->pipe[0], &byte, 1) == 0 ? 0 : 1);
	}
	assert_int_equal(pthread_create(&waiter->thread, NULL, wait_for_any, waiter), 0);
	host_sleep_ms(50);
}

static void stop_waiting(struct waiter *waiter)
{
	(void)close(waiter->pipe[1]);
	assert_int_equal(pthread_join(waiter->thread, NULL), 0);
	(void)close(waiter->pipe[0]);
}

static void run_with_waiting_thread(void **state)
{
	struct waiter waiter = {.options = 0};

	start_waiting(&waiter);
	check_session(*state);
	stop_waiting(&waiter);
	assert_int_equal(waiter.first, waiter.child);
}

static void thread_that_waits_gets_only_its_own_child(void **state)
{
	scenario_run(*state, run_with_waiting_thread);
}

/* It may take the child in the middle: that must harm neither. */
static void run_with_greedy_thread(void **state)
{
	struct waiter waiter = {.options = __WALL};

	start_waiting(&waiter);
	check_session(*state);
	stop_waiting(&waiter);
	assert_int_equal(waiter.first, waiter.child);
}

static void thread_that_waits_for_every_kind_does_no_harm(void **state)
{
	scenario_run(*state, run_with_greedy_thread);
}

static pthread_mutex_t is_being_made = PTHREAD_MUTEX_INITIALIZER;

static void *run_session(void *host)
{
	(void)pthread_mutex_lock(&is_being_made);
	check_session(host);
	return NULL;
}

/* The process is the leader, whichever thread of it calls. */
static void run_in_thread(void **state)
{
	pthread_t thread;

	/* Until pthread_create is through it blocks every signal of its caller, whose mask the snapshots show. */
	(void)pthread_mutex_lock(&is_being_made);
	assert_int_equal(pthread_create(&thread, NULL, run_session, *state), 0);
	(void)pthread_mutex_unlock(&is_being_made);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static void session_may_be_opened_by_any_thread(void **state)
{
	scenario_run(*state, run_in_thread);
}

static void run_without_stdio(void **state)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		(void)close(fd);
	check_session(*state);
}

static void host_may_lack_stdio(void **state)
{
	scenario_run(*state, run_without_stdio);
}

/* On one processor, where a watchdog that is slow has not left send(2) yet when the module reads what it sent. */
static void run_many_sessions(void **state)
{
	struct host *host = *state;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	(void)sched_setaffinity(0, sizeof one, &one);
	host_install("ready-and-slow");
	host_start(host, "idle=15m quiet");
	(void)snapshot_take(before);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(host_open(host), PAM_SUCCESS);
		assert_int_equal(host_close(host), PAM_SUCCESS);
	}
	assert_string_equal(snapshot_take(after), before);
}

static void sessions_one_after_the_other_leave_no_trace_and_no_signal(void **state)
{
	scenario_run(*state, run_many_sessions);
}

#define SEVERAL 3

static void expect_open(struct host *host)
{
	assert_int_equal(chdir(host->directory), 0);
	assert_int_equal(access("goodbye", F_OK), -1);
	assert_int_equal(access("abandoned", F_OK), -1);
}

/* As a display manager does; each watchdog has a directory of its own. */
static void run_several(void **state)
{
	void *hosts[SEVERAL];

	(void)state;
	for (size_t i = 0; i < SEVERAL; i++) {
		assert_int_equal(host_setup(&hosts[i]), 0);
		host_arm(hosts[i], "ready", "idle=15m quiet");
	}
	for (size_t closed = 0; closed < SEVERAL; closed++) {
		struct host *host = hosts[closed];
		assert_int_equal(chdir(host->directory), 0);
		assert_int_equal(host_close(host), PAM_SUCCESS);
		assert_true(host_watchdog_is_gone());
		(void)host_read("goodbye");
		for (size_t i = closed + 1; i < SEVERAL; i++)
			expect_open(hosts[i]);
	}
	for (size_t i = 0; i < SEVERAL; i++)
		(void)host_teardown(&hosts[i]);
}

static void several_sessions_of_one_host_end_one_by_one(void **state)
{
	scenario_run(*state, run_several);
	row_add("What hosts do with a session", "three sessions open in one process, closed one by one", "each ends alone, the others are watched",
	        "each ended alone", "pam/test_hosts: several_sessions_of_one_host_end_one_by_one");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_host_is_left_as_it_was),
		TEST(settings_of_the_host_are_its_own),
		TEST(host_may_ignore_its_children),
		TEST(host_that_reaps_everything_sees_no_child),
		TEST(failed_arming_is_no_child_either),
		TEST(thread_that_waits_gets_only_its_own_child),
		TEST(thread_that_waits_for_every_kind_does_no_harm),
		TEST(session_may_be_opened_by_any_thread),
		TEST(host_may_lack_stdio),
		TEST(several_sessions_of_one_host_end_one_by_one),
		TEST(sessions_one_after_the_other_leave_no_trace_and_no_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

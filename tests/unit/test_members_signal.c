/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/process.h"
#include "common/session.h"
#include "helper/members.h"
#include "tests/unit/tree.h"

/* Of a process that runs away. Its pids are the whole machine's. */
#define GENERATIONS 3000

/* valgrind before 3.20 knows no pidfd_open(2), through which everything is signalled. */
static void need_pidfds(void)
{
	struct process_id self;

	assert_int_equal(process_self(&self), 0);
	autoclose int pidfd = process_open(&self);
	if (pidfd == -ENOSYS)
		skip();
}

static void children_are_signalled_and_nobody_else(void **state)
{
	int status;

	(void)state;
	need_pidfds();
	pid_t bystander = start_chain(1, -1);
	pid_t leader = start_chain(3, -1);
	autoclose int pidfd = (int)syscall(SYS_pidfd_open, leader, 0);
	assert_int_equal(members_signal_children(leader, pidfd, SIGKILL), 1);
	/* The grandchild goes with its parent, by PR_SET_PDEATHSIG; the leader and others stay. */
	assert_int_equal(waitpid(leader, &status, WNOHANG), 0);
	assert_int_equal(waitpid(bystander, &status, WNOHANG), 0);
	end(leader);
	end(bystander);
}

/* The pidfd of a process that is gone says that the number is not its own any more. */
static void children_of_another_under_the_number_are_spared(void **state)
{
	(void)state;
	need_pidfds();
	pid_t gone = start_chain(1, -1);
	autoclose int pidfd = (int)syscall(SYS_pidfd_open, gone, 0);
	end(gone);
	pid_t leader = start_chain(3, -1);
	assert_int_equal(members_signal_children(leader, pidfd, SIGKILL), 0);
	end(leader);
}

static void process_without_children_signals_nobody(void **state)
{
	(void)state;
	need_pidfds();
	pid_t leader = start_chain(1, -1);
	autoclose int pidfd = (int)syscall(SYS_pidfd_open, leader, 0);
	assert_int_equal(members_signal_children(leader, pidfd, SIGKILL), 0);
	assert_int_equal(waitpid(leader, NULL, WNOHANG), 0);
	end(leader);
}

static void sweep_without_a_session_id_is_refused(void **state)
{
	(void)state;
	assert_int_equal(members_signal_session(AUDIT_UNSET, 0, 0), -EINVAL);
}

/* A child in an audit session of its own, as user `uid`; 0 without the privilege to make one. */
static pid_t start_session(uid_t uid)
{
	int ready[2];
	char byte;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		autoclose int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "65534", 5) != 5 || setuid(uid) < 0)
			_exit(1);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		wait_for_the_end(ready[1]);
	}
	(void)close(ready[1]);
	bool is_ready = read(ready[0], &byte, 1) == 1;
	(void)close(ready[0]);
	if (!is_ready)
		assert_int_equal(waitpid(child, NULL, 0), child);
	return is_ready ? child : 0;
}

static pid_t need_session(uid_t uid, uint32_t *ret_session)
{
	pid_t child;

	need_pidfds();
	child = start_session(uid);
	if (child == 0 || process_audit_session(child, ret_session) < 0 || *ret_session == AUDIT_UNSET) {
		if (child > 0)
			end(child);
		print_message("skipped: no audit session can be made here\n");
		skip();
	}
	return child;
}

/* A process of another user can be made, and signalled, by root only. */
static pid_t need_session_of_another(uint32_t *ret_session)
{
	if (getuid() != 0) {
		print_message("skipped: needs root\n");
		skip();
	}
	return need_session(65534, ret_session);
}

static void sweep_reaches_the_session_and_spares_the_leader(void **state)
{
	uint32_t session = AUDIT_UNSET;
	pid_t child = need_session_of_another(&session);
	int status;

	(void)state;
	assert_int_equal(members_signal_session(session, 0, 0), 1);
	assert_int_equal(members_signal_session(session, child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	assert_int_equal(members_signal_session(session, 0, SIGKILL), 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void sweep_does_not_count_the_dead(void **state)
{
	uint32_t session = AUDIT_UNSET;
	pid_t child = need_session_of_another(&session);
	siginfo_t info;

	(void)state;
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(members_signal_session(session, 0, 0), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

/* Watchdogs of sessions nested in this one run as the same user as this one's. */
static void sweep_spares_processes_of_its_own_user(void **state)
{
	uint32_t session = AUDIT_UNSET;
	pid_t child = need_session(getuid(), &session);

	(void)state;
	assert_int_equal(members_signal_session(session, 0, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
	end(child);
}

/* Forks and ends, again and again, for some seconds: whoever reads its number in /proc finds it gone soon after. */
static _Noreturn void run_away(void)
{
	for (unsigned generation = 0; generation < GENERATIONS; generation++) {
		pid_t child = fork();
		if (child != 0)
			_exit(0);
		(void)usleep(2000);
	}
	_exit(0);
}

/* Its session, which it tells itself: whoever logs in here meanwhile gets the next. AUDIT_UNSET where none can be made. */
static uint32_t start_runaway(void)
{
	uint32_t session = AUDIT_UNSET;
	int told[2];

	assert_int_equal(pipe2(told, O_CLOEXEC), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		autoclose int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "65534", 5) != 5 || process_audit_session(getpid(), &session) < 0 || setuid(65534) < 0 ||
		    write(told[1], &session, sizeof session) != sizeof session)
			_exit(1);
		(void)close(told[1]);
		run_away();
	}
	(void)close(told[1]);
	if (read(told[0], &session, sizeof session) != sizeof session)
		session = AUDIT_UNSET;
	(void)close(told[0]);
	return session;
}

static void process_that_runs_away_is_caught(void **state)
{
	unsigned tries = 0;

	(void)state;
	need_pidfds();
	/* Whoever is orphaned comes here, and leaves no zombie. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_true(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
	uint32_t session = start_runaway();
	/* Once is enough on a machine that does nothing else; on a busy one it gets away several times. */
	while (session != AUDIT_UNSET && tries < 25 && (members_kill_session(session, 0) != 0 || members_has_session(session, 0)))
		tries++;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
	assert_true(signal(SIGCHLD, SIG_DFL) != SIG_ERR);
	if (session == AUDIT_UNSET) {
		print_message("skipped: no audit session can be made here\n");
		skip();
	}
	assert_true(tries < 25);
}

static void kill_without_a_session_id_is_refused(void **state)
{
	(void)state;
	assert_int_equal(members_kill_session(AUDIT_UNSET, 0), -EINVAL);
	assert_false(members_has_session(AUDIT_UNSET, 0));
}

static void sweep_of_a_session_nobody_is_in_finds_nobody(void **state)
{
	(void)state;
	/* The kernel counts sessions up from one; nobody comes that far. Signal 0 reaches nobody either. */
	assert_int_equal(members_signal_session(AUDIT_UNSET - 1, 0, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(children_are_signalled_and_nobody_else),
		cmocka_unit_test(children_of_another_under_the_number_are_spared),
		cmocka_unit_test(process_without_children_signals_nobody),
		cmocka_unit_test(sweep_without_a_session_id_is_refused),
		cmocka_unit_test(sweep_reaches_the_session_and_spares_the_leader),
		cmocka_unit_test(sweep_does_not_count_the_dead),
		cmocka_unit_test(sweep_spares_processes_of_its_own_user),
		cmocka_unit_test(process_that_runs_away_is_caught),
		cmocka_unit_test(kill_without_a_session_id_is_refused),
		cmocka_unit_test(sweep_of_a_session_nobody_is_in_finds_nobody),
	};

	return cmocka_run_group_tests_name("members_signal", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/members.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/process.h"
#include "common/session.h"
#include "tests/unit/unit.h"

/* No process of this test lives longer. */
#define SECONDS_MAX 60

static void expect_ready(int fd)
{
	char byte;

	assert_int_equal(read(fd, &byte, 1), 1);
}

/* In a child: says that all is set up, and waits to be killed. */
static _Noreturn void wait_for_the_end(int ready)
{
	(void)alarm(SECONDS_MAX);
	if (write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		(void)pause();
}

static void take_terminal(int slave)
{
	if (slave >= 0 && (setsid() < 0 || ioctl(slave, TIOCSCTTY, 0) < 0))
		_exit(1);
}

/*
 * A chain of `depth` processes, each the child of the one before, under a hostile name; the last has the terminal
 * `slave` (none if negative). Returns the first, when the last is ready.
 */
static pid_t start_chain(unsigned depth, int slave)
{
	int ready[2];

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t first = fork();
	assert_true(first >= 0);
	if (first == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)prctl(PR_SET_NAME, ") R 1 34816 (");
		while (--depth > 0) {
			pid_t child = fork();
			if (child != 0)
				wait_for_the_end(open("/dev/null", O_WRONLY));
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		}
		take_terminal(slave);
		wait_for_the_end(ready[1]);
	}
	expect_ready(ready[0]);
	(void)close(ready[0]);
	(void)close(ready[1]);
	return first;
}

static void end(pid_t child)
{
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

struct pty {
	int master, slave;
	uint32_t device;
};

static struct pty open_pty(void)
{
	struct stat status;
	struct pty pty;

	assert_int_equal(openpty(&pty.master, &pty.slave, NULL, NULL, NULL), 0);
	assert_int_equal(fstat(pty.slave, &status), 0);
	pty.device = (minor(status.st_rdev) & 0xff) | major(status.st_rdev) << 8 | (minor(status.st_rdev) & ~0xffU) << 12;
	return pty;
}

static void close_pty(const struct pty *pty)
{
	(void)close(pty->slave);
	(void)close(pty->master);
}

/* The set without the terminal that the test itself may run on. */
static bool holds(const struct terminal_set *set, uint32_t device)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->device[i] == device)
			return true;
	}
	return false;
}

static void terminal_of_a_descendant_is_found_at_any_depth(void **state)
{
	struct procstat self = {0};

	(void)state;
	assert_int_equal(process_read_stat(getpid(), &self), 0);
	for (unsigned depth = 1; depth <= 5; depth++) {
		struct pty pty = open_pty();
		struct terminal_set set;
		/* Those above the last have the terminal of this test, if it has one, and hide what is below. */
		pid_t leader = start_chain(self.tty == 0 ? depth : 1, pty.slave);
		members_find_terminals(leader, &set);
		assert_int_equal(set.count, 1);
		assert_true(holds(&set, pty.device));
		end(leader);
		close_pty(&pty);
	}
}

/* A leader that forks one child for each terminal, from threads as from its main one. */
struct branch {
	int slave, ready;
};

static void *fork_from_thread(void *context)
{
	const struct branch *branch = context;

	if (fork() == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		take_terminal(branch->slave);
		wait_for_the_end(branch->ready);
	}
	/* The parent-death signal is of the thread: it stays. */
	for (;;)
		(void)pause();
}

static _Noreturn void lead(const struct pty *terminals, int ready)
{
	struct branch branch = {terminals[1].slave, ready};
	pthread_t thread;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setsid() < 0)
		_exit(1);
	if (fork() == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		take_terminal(terminals[0].slave);
		wait_for_the_end(ready);
	}
	if (pthread_create(&thread, NULL, fork_from_thread, &branch) != 0)
		_exit(1);
	(void)alarm(SECONDS_MAX);
	for (;;)
		(void)pause();
}

static void terminals_of_all_branches_and_threads_are_found(void **state)
{
	struct pty terminals[2] = {open_pty(), open_pty()};
	struct terminal_set set;
	int ready[2];

	(void)state;
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t leader = fork();
	assert_true(leader >= 0);
	if (leader == 0)
		lead(terminals, ready[1]);
	expect_ready(ready[0]);
	expect_ready(ready[0]);
	members_find_terminals(leader, &set);
	assert_int_equal(set.count, 2);
	assert_true(holds(&set, terminals[0].device));
	assert_true(holds(&set, terminals[1].device));
	end(leader);
	for (size_t i = 0; i < COUNT(terminals); i++)
		close_pty(&terminals[i]);
	(void)close(ready[0]);
	(void)close(ready[1]);
}

static void leader_that_is_gone_has_no_terminal(void **state)
{
	struct terminal_set set = {.count = 7};
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	members_find_terminals(child, &set);
	assert_int_equal(set.count, 0);
}

static void terminal_is_added_once_and_no_more_than_fit(void **state)
{
	struct terminal_set set = {.count = 0};

	(void)state;
	for (uint32_t device = 1; device <= 2 * MEMBERS_TERMINALS_MAX; device++) {
		terminal_set_add(&set, device);
		terminal_set_add(&set, device);
		assert_int_equal(set.count, device < MEMBERS_TERMINALS_MAX ? device : MEMBERS_TERMINALS_MAX);
	}
	assert_true(holds(&set, MEMBERS_TERMINALS_MAX));
	assert_false(holds(&set, MEMBERS_TERMINALS_MAX + 1));
}

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
	assert_int_equal(members_signal_children(leader, SIGKILL), 1);
	/* The grandchild goes with its parent, by PR_SET_PDEATHSIG; the leader and others stay. */
	assert_int_equal(waitpid(leader, &status, WNOHANG), 0);
	assert_int_equal(waitpid(bystander, &status, WNOHANG), 0);
	end(leader);
	end(bystander);
}

static void process_without_children_signals_nobody(void **state)
{
	(void)state;
	need_pidfds();
	pid_t leader = start_chain(1, -1);
	assert_int_equal(members_signal_children(leader, SIGKILL), 0);
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
	uint32_t session;
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
	uint32_t session;
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
	uint32_t session;
	pid_t child = need_session(getuid(), &session);

	(void)state;
	assert_int_equal(members_signal_session(session, 0, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
	end(child);
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
		cmocka_unit_test(terminal_of_a_descendant_is_found_at_any_depth),
		cmocka_unit_test(terminals_of_all_branches_and_threads_are_found),
		cmocka_unit_test(leader_that_is_gone_has_no_terminal),
		cmocka_unit_test(terminal_is_added_once_and_no_more_than_fit),
		cmocka_unit_test(children_are_signalled_and_nobody_else),
		cmocka_unit_test(process_without_children_signals_nobody),
		cmocka_unit_test(sweep_without_a_session_id_is_refused),
		cmocka_unit_test(sweep_reaches_the_session_and_spares_the_leader),
		cmocka_unit_test(sweep_does_not_count_the_dead),
		cmocka_unit_test(sweep_spares_processes_of_its_own_user),
		cmocka_unit_test(sweep_of_a_session_nobody_is_in_finds_nobody),
	};

	return cmocka_run_group_tests_name("members", tests, NULL, NULL);
}

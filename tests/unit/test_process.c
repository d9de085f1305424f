/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "tests/unit/unit.h"

/* valgrind before 3.20 knows no pidfd_open(2); every kernel of ours does. */
static void need_pidfds(void)
{
	autoclose int pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);

	if (pidfd < 0 && errno == ENOSYS)
		skip();
}

/* A child that has called itself `name` and now waits to be killed. */
static pid_t start_child(const char *name)
{
	int ready[2];
	char byte;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)prctl(PR_SET_NAME, name);
		(void)close(ready[0]);
		(void)close(ready[1]);
		for (;;)
			(void)pause();
	}
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 0);
	(void)close(ready[0]);
	return child;
}

static struct process_id identity_of(pid_t pid)
{
	struct procstat stat = {0};

	assert_int_equal(process_read_stat(pid, &stat), 0);
	return (struct process_id){.pid = stat.pid, .start_time = stat.start_time};
}

/* Kills the child and waits until it is a zombie, which `reap` then takes away. */
static void make_zombie(pid_t child)
{
	siginfo_t info;

	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
}

static void reap(pid_t child)
{
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void own_identity_is_that_of_proc(void **state)
{
	struct process_id self;
	struct procstat stat;

	(void)state;
	assert_int_equal(process_self(&self), 0);
	assert_int_equal(self.pid, getpid());
	assert_int_equal(process_read_stat(getpid(), &stat), 0);
	assert_true(self.start_time == stat.start_time);
	assert_int_equal(stat.parent, getppid());
	assert_true(self.start_time > 0);
	assert_true(process_is_alive(&self));
}

/* Without privilege a user namespace gives the right to make it, where the machine lets it. */
static bool enter_pid_namespace(void)
{
	return unshare(CLONE_NEWPID) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWPID) == 0;
}

static int ask_in_pid_namespace(void)
{
	struct process_id self;
	int status;

	if (!enter_pid_namespace())
		return 77;
	pid_t child = fork();
	if (child == 0)
		_exit(process_self(&self) == -EXDEV ? 0 : 1);
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

static void numbers_of_another_pid_namespace_are_refused(void **state)
{
	int status;

	(void)state;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(ask_in_pid_namespace());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void pidfd_of_the_right_process_is_close_on_exec(void **state)
{
	struct process_id self;

	(void)state;
	need_pidfds();
	assert_int_equal(process_self(&self), 0);
	autoclose int pidfd = process_open(&self);
	assert_true(pidfd >= 0);
	assert_int_equal(fcntl(pidfd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(process_signal(pidfd, 0), 0);
}

static void other_start_time_is_another_process(void **state)
{
	struct process_id self;

	(void)state;
	need_pidfds();
	int lowest = dup(0);
	(void)close(lowest);
	assert_int_equal(process_self(&self), 0);
	self.start_time++;
	assert_int_equal(process_open(&self), -ESRCH);
	assert_false(process_is_alive(&self));
	self.start_time = 0;
	assert_int_equal(process_open(&self), -ESRCH);
	/* Nothing stays open behind a refusal. */
	int next = dup(0);
	assert_int_equal(next, lowest);
	(void)close(next);
}

static void number_that_is_no_pid_is_nobody(void **state)
{
	static const int32_t rows[] = {0, -1, INT32_MIN, INT32_MAX};

	(void)state;
	need_pidfds();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct process_id id = {.pid = rows[i], .start_time = 0};
		struct procstat stat;
		assert_int_equal(process_open(&id), -ESRCH);
		assert_false(process_is_alive(&id));
		assert_int_equal(process_read_stat(rows[i], &stat), -ESRCH);
	}
}

static void *open_own_thread(void *result)
{
	struct process_id id = identity_of(gettid());

	*(int *)result = process_open(&id);
	return NULL;
}

/* A pid can come back as the number of a thread, which pidfd_open refuses in ways of its own. */
static void thread_is_no_process(void **state)
{
	pthread_t thread;
	int result = 0;

	(void)state;
	need_pidfds();
	assert_int_equal(pthread_create(&thread, NULL, open_own_thread, &result), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(result, -ESRCH);
}

static void living_child_is_alive_whatever_its_name(void **state)
{
	static const char *const names[] = {"child", ") Z 1 1 1 1 1 1", "(\n)", "x) Z 0\n", "", ")))))))))))))))"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct procstat stat;
		pid_t child = start_child(names[i]);
		struct process_id id = identity_of(child);
		assert_int_equal(process_read_stat(child, &stat), 0);
		same_number(names[i], stat.pid, child);
		same_number(names[i], stat.parent, getpid());
		same_number(names[i], process_is_alive(&id), true);
		make_zombie(child);
		same_number(names[i], process_is_alive(&id), false);
		reap(child);
	}
}

static void pidfd_tells_the_end_of_a_child(void **state)
{
	(void)state;
	need_pidfds();
	pid_t child = start_child("child");
	struct process_id id = identity_of(child);
	autoclose int pidfd = process_open(&id);
	struct pollfd waited = {.fd = pidfd, .events = POLLIN};
	assert_true(pidfd >= 0);
	assert_int_equal(poll(&waited, 1, 0), 0);
	make_zombie(child);
	assert_int_equal(poll(&waited, 1, 1000), 1);
	reap(child);
	assert_int_equal(process_signal(pidfd, SIGTERM), -ESRCH);
}

static void child_that_is_gone_is_nobody(void **state)
{
	struct procstat stat;
	uint32_t number;
	char data[64];

	(void)state;
	need_pidfds();
	pid_t child = start_child("child");
	struct process_id id = identity_of(child);
	make_zombie(child);
	reap(child);
	assert_int_equal(process_open(&id), -ESRCH);
	assert_int_equal(process_read_stat(child, &stat), -ESRCH);
	assert_int_equal(process_read_file(child, "comm", data, sizeof data), -ENOENT);
	assert_int_equal(process_audit_session(child, &number), -ENOENT);
	assert_false(process_is_alive(&id));
}

static void signal_reaches_the_process_held(void **state)
{
	int status;

	(void)state;
	need_pidfds();
	pid_t child = start_child("child");
	struct process_id id = identity_of(child);
	autoclose int pidfd = process_open(&id);
	assert_int_equal(process_signal(pidfd, 4711), -EINVAL);
	assert_int_equal(process_signal(pidfd, SIGTERM), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	assert_int_equal(process_signal(-1, SIGTERM), -EBADF);
}

static void file_that_fits_with_its_terminator_is_read(void **state)
{
	char data[8] = "xxxxxxx";
	pid_t child = start_child("abcdef");

	(void)state;
	assert_int_equal(process_read_file(child, "comm", data, sizeof data), 7);
	assert_string_equal(data, "abcdef\n");
	assert_int_equal(process_read_file(child, "comm", data, sizeof data - 1), -EMSGSIZE);
	assert_int_equal(process_read_file(child, "comm", data, 1), -EMSGSIZE);
	assert_int_equal(process_read_file(child, "no-such-file", data, sizeof data), -ENOENT);
	make_zombie(child);
	reap(child);
}

/* What the buffer takes beside its terminator is read whole but for the last byte, behind which there could be more. */
static void end_of_a_longer_file_is_read(void **state)
{
	static const char file[] = "abcdefghijklmno\n";
	char data[16];
	pid_t child = start_child("abcdefghijklmno");

	(void)state;
	assert_int_equal(process_read_file(child, "comm", data, sizeof data), -EMSGSIZE);
	for (size_t size = 1; size <= sizeof data; size++) {
		memset(data, 'x', sizeof data);
		int length = process_read_end(child, "comm", data, size);
		assert_in_range(length, (size - 1) / 2, size - 1);
		assert_string_equal(data, file + strlen(file) - length);
	}
	assert_int_equal(process_read_end(child, "no-such-file", data, sizeof data), -ENOENT);
	make_zombie(child);
	reap(child);
	assert_int_equal(process_read_end(child, "comm", data, sizeof data), -ENOENT);
}

static void file_that_fits_is_read_whole_from_its_end(void **state)
{
	char data[32];
	pid_t child = start_child("abcdef");

	(void)state;
	assert_int_equal(process_read_end(child, "comm", data, sizeof data), 7);
	assert_string_equal(data, "abcdef\n");
	make_zombie(child);
	reap(child);
}

/* The labels that are looked for begin with a newline, and a name may hold one: the kernel escapes it. */
static void name_with_newlines_forges_no_status(void **state)
{
	static const char *const names[] = {"\nUid:\t4711\n", "\nvoluntary_ctxt", "\n\n\n\nUid:\t47\t"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		char status[8192];
		uint32_t uid = 0;
		uint64_t switches;
		struct procstat stat;
		pid_t child = start_child(names[i]);
		assert_int_equal(process_read_stat(child, &stat), 0);
		same_string(names[i], stat.name, names[i]);
		assert_true(process_read_end(child, "status", status, sizeof status) > 0);
		same_number(names[i], procstat_parse_uid(status, &uid), 0);
		same_unsigned(names[i], uid, getuid());
		same_number(names[i], procstat_parse_switches(status, &switches), 0);
		assert_in_range(switches, 0, 1000);
		make_zombie(child);
		reap(child);
	}
}

/* Root can have NGROUPS_MAX groups, 65536: their line in status is some 700 KB. */
static _Noreturn void wait_in_groups(int ready)
{
	static gid_t groups[65536];

	for (size_t i = 0; i < COUNT(groups); i++)
		groups[i] = (gid_t)(4000000000 + i);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setgroups(COUNT(groups), groups) < 0 || write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		(void)pause();
}

static void switches_are_found_behind_any_number_of_groups(void **state)
{
	char status[4096], byte;
	uint64_t switches;
	int ready[2];

	(void)state;
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		wait_in_groups(ready[1]);
	(void)close(ready[1]);
	bool is_ready = read(ready[0], &byte, 1) == 1;
	(void)close(ready[0]);
	if (!is_ready) {
		reap(child);
		print_message("skipped: needs the privilege to set groups\n");
		skip();
	}
	assert_int_equal(process_read_file(child, "status", status, sizeof status), -EMSGSIZE);
	assert_true(process_read_end(child, "status", status, sizeof status) > 0);
	assert_int_equal(procstat_parse_switches(status, &switches), 0);
	make_zombie(child);
	reap(child);
}

static void too_long_a_name_is_refused(void **state)
{
	char data[8];

	(void)state;
	assert_int_equal(process_read_file(1, "task/1/a-name-that-is-longer-than-any-file-of-proc-has-ever-been", data,
	                                   sizeof data),
	                 -ENAMETOOLONG);
}

/* What the shell would read from /proc/self/NAME; false when the kernel has no audit. */
static bool read_own_number(const char *name, unsigned long *ret_number)
{
	char path[64];

	(void)snprintf(path, sizeof path, "/proc/self/%s", name);
	autofclose FILE *stream = fopen(path, "re");
	return stream != NULL && fscanf(stream, "%lu", ret_number) == 1;
}

static void audit_ids_are_those_of_proc(void **state)
{
	unsigned long session = 0, login_uid = 0;
	uint32_t number;

	(void)state;
	if (!read_own_number("sessionid", &session) || !read_own_number("loginuid", &login_uid)) {
		assert_int_equal(process_audit_session(getpid(), &number), -ENOENT);
		skip();
	}
	assert_int_equal(process_audit_session(getpid(), &number), 0);
	assert_int_equal(number, session);
	assert_int_equal(process_login_uid(getpid(), &number), 0);
	assert_int_equal(number, login_uid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_identity_is_that_of_proc),
		cmocka_unit_test(numbers_of_another_pid_namespace_are_refused),
		cmocka_unit_test(pidfd_of_the_right_process_is_close_on_exec),
		cmocka_unit_test(other_start_time_is_another_process),
		cmocka_unit_test(number_that_is_no_pid_is_nobody),
		cmocka_unit_test(thread_is_no_process),
		cmocka_unit_test(living_child_is_alive_whatever_its_name),
		cmocka_unit_test(pidfd_tells_the_end_of_a_child),
		cmocka_unit_test(child_that_is_gone_is_nobody),
		cmocka_unit_test(signal_reaches_the_process_held),
		cmocka_unit_test(file_that_fits_with_its_terminator_is_read),
		cmocka_unit_test(end_of_a_longer_file_is_read),
		cmocka_unit_test(file_that_fits_is_read_whole_from_its_end),
		cmocka_unit_test(name_with_newlines_forges_no_status),
		cmocka_unit_test(switches_are_found_behind_any_number_of_groups),
		cmocka_unit_test(too_long_a_name_is_refused),
		cmocka_unit_test(audit_ids_are_those_of_proc),
	};

	return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}

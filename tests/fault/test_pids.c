/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Never the wrong process: the leader ends, all process numbers go by, and its own is taken by somebody who has nothing to do
 * with it, while the watchdog is stopped. Once it goes on, it must leave whoever has the number alone, and his child.
 *
 * In a pid namespace whose numbers end at 400 (its own kernel.pid_max since Linux 6.14). Needs root.
 */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "common/process.h"
#include "tests/fault/plan.h"
#include "tests/fault/row.h"
#include "tests/pam/scenario.h"

#define LAST_PID "400"
/* Numbers below are given out once only (kernel/pid.c, RESERVED_PIDS). */
#define FIRST_REUSED 300
#define FORKS_MAX 2000
#define PATIENCE_MS 8000

#define SECTION "The leader's number is taken by another process"
#define EXPECTED "who has the number now, and his child, live on; the watchdog ends"

/* What the processes of a test tell each other. */
static struct {
	_Atomic pid_t leader, innocent_child;
	atomic_bool is_armed, is_hung_up;
} *shared;

static struct fault_plan *plan;

/* -- The cast ------------------------------------------------------------------------------------------------------ */

/* Opens a session, notes when its connection is shut down, and does not mind. */
static void lead(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	atomic_store(&shared->leader, getpid());
	assert_true(tcp_connect("127.0.0.1", "127.0.0.1", &pair));
	host_start(host, "idle=15m max=1s kill=session quiet");
	host_set_ssh_connection(host, &pair);
	assert_int_equal(host_open(host), PAM_SUCCESS);
	atomic_store(&shared->is_armed, true);
	(void)poll(&(struct pollfd){.fd = pair.server}, 1, PATIENCE_MS);
	(void)kill(atomic_load(&plan->watchdog), SIGSTOP);
	atomic_store(&shared->is_hung_up, true);
	for (;;)
		(void)pause();
}

static noreturn void be_innocent(void)
{
	pid_t child = fork();

	if (child > 0)
		atomic_store(&shared->innocent_child, child);
	for (;;)
		(void)pause();
}

/* Forks until the number comes round; the process that gets it stays. */
static void let_take(pid_t wanted)
{
	for (int i = 0; i < FORKS_MAX; i++) {
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0 && getpid() == wanted)
			be_innocent();
		if (child == 0)
			_exit(0);
		if (child == wanted)
			return;
		assert_int_equal(waitpid(child, NULL, 0), child);
	}
	fail_msg("number %d does not come round", (int)wanted);
}

/* Beyond the numbers that never come again. */
static void pass_reserved(void)
{
	pid_t child;

	do {
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			_exit(0);
		assert_int_equal(waitpid(child, NULL, 0), child);
	} while (child <= FIRST_REUSED);
}

/* -- The story ----------------------------------------------------------------------------------------------------- */

static bool is_in_state(pid_t pid, char wanted)
{
	struct procstat stat;

	return pid > 0 && process_read_stat(pid, &stat) == 0 && stat.state == wanted;
}

static bool is_alive(pid_t pid)
{
	struct procstat stat;

	return pid > 0 && process_read_stat(pid, &stat) == 0 && procstat_is_alive(&stat);
}

static void wait_until(const char *what, bool (*is_so)(void))
{
	for (int waited_ms = 0; !is_so(); waited_ms++) {
		if (waited_ms > PATIENCE_MS)
			fail_msg("not within %d ms: %s; watchdog: '%s'", PATIENCE_MS, what, plan->log);
		host_sleep_ms(1);
	}
}

static bool is_armed(void)
{
	return atomic_load(&shared->is_armed);
}

static bool is_hung_up(void)
{
	return atomic_load(&shared->is_hung_up);
}

static bool is_watchdog_stopped(void)
{
	return is_in_state(atomic_load(&plan->watchdog), 'T');
}

static bool is_watchdog_gone(void)
{
	return !is_alive(atomic_load(&plan->watchdog));
}

static bool has_innocent_child(void)
{
	return is_alive(atomic_load(&shared->innocent_child));
}

static void begin(struct scenario *leader, struct host *host, enum fault_kind kind, uint32_t strike_at)
{
	atomic_store(&shared->innocent_child, 0);
	atomic_store(&shared->is_armed, false);
	atomic_store(&shared->is_hung_up, false);
	host_install_program("idle-watchdog");
	plan = plan_make(FAULT_IN_WATCHDOG, kind);
	plan_aim(plan, FAULT_IN_PARENT, strike_at);
	pass_reserved();
	scenario_begin(leader, host, lead);
}

static void replace_leader(struct scenario *leader)
{
	assert_int_equal(kill(leader->child, SIGKILL), 0);
	assert_int_equal(waitpid(leader->child, NULL, 0), leader->child);
	assert_int_equal(close(leader->output), 0);
	let_take(leader->child);
	wait_until("the innocent has a child", has_innocent_child);
}

/* The watchdog goes on and ends; nobody who is innocent has come to harm. */
static void end(const struct scenario *leader)
{
	assert_int_equal(kill(atomic_load(&plan->watchdog), SIGCONT), 0);
	wait_until("the watchdog ends", is_watchdog_gone);
	assert_true(is_alive(leader->child));
	assert_true(has_innocent_child());
	assert_int_equal(kill(atomic_load(&shared->innocent_child), SIGKILL), 0);
	assert_int_equal(kill(leader->child, SIGKILL), 0);
	assert_int_equal(waitpid(leader->child, NULL, 0), leader->child);
	plan_release(plan);
}

static void number_taken_while_the_session_is_open(void **state)
{
	struct scenario leader;

	begin(&leader, *state, FAULT_ERROR, 0);
	wait_until("the session is armed", is_armed);
	assert_int_equal(kill(atomic_load(&plan->watchdog), SIGSTOP), 0);
	wait_until("the watchdog is stopped", is_watchdog_stopped);
	replace_leader(&leader);
	end(&leader);
	row_add(SECTION, "while the session is open", EXPECTED, "both live, the watchdog is gone",
	        "fault/test_pids: number_taken_while_the_session_is_open");
}

/* The next step, which is about the leader's children, is due already when the watchdog goes on. */
static void number_taken_while_the_session_is_ended(void **state)
{
	struct scenario leader;

	begin(&leader, *state, FAULT_ERROR, 0);
	wait_until("the connection is shut down", is_hung_up);
	wait_until("the watchdog is stopped", is_watchdog_stopped);
	host_sleep_ms(700);
	replace_leader(&leader);
	end(&leader);
	row_add(SECTION, "between two steps of the disconnect", EXPECTED, "both live, the watchdog is gone",
	        "fault/test_pids: number_taken_while_the_session_is_ended");
}

/* Stopped at every tenth call on its way to READY, and once after it. */
static void number_taken_before_arming_ends(void **state)
{
	unsigned moments = 0;
	TEXT(observed, 128);

	atomic_store(&shared->is_armed, false);
	for (uint32_t number = 1; !is_armed(); number += 10) {
		struct scenario leader;
		begin(&leader, *state, FAULT_PAUSE, number);
		wait_until("the watchdog is stopped", is_watchdog_stopped);
		moments += !is_armed();
		replace_leader(&leader);
		end(&leader);
	}
	assert_in_range(moments, 4, UINT32_MAX);
	text_add(&observed, "both live, the watchdog is gone, at each of ");
	text_add_unsigned(&observed, moments);
	text_add(&observed, " moments");
	row_add(SECTION, "before arming ends", EXPECTED, observed.data, "fault/test_pids: number_taken_before_arming_ends");
}

/* -- The stage ----------------------------------------------------------------------------------------------------- */

static bool has_own_pid_max(void)
{
	struct utsname system;
	unsigned long major = 0, minor = 0;
	char *end;

	if (uname(&system) == 0) {
		major = strtoul(system.release, &end, 10);
		minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
	}
	return major > 6 || (major == 6 && minor >= 14);
}

static int write_pid_max(void)
{
	autofclose FILE *file = fopen("/proc/sys/kernel/pid_max", "we");

	return file != NULL && fputs(LAST_PID "\n", file) >= 0 && fflush(file) == 0 ? 0 : -1;
}

static int group_setup(void **state)
{
	(void)state;
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("proc", "/proc", "proc", 0, NULL), 0);
	assert_int_equal(mount("tmpfs", "/run", "tmpfs", 0, "mode=755"), 0);
	assert_int_equal(write_pid_max(), 0);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return shared == MAP_FAILED;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

static int play(void)
{
	const struct CMUnitTest tests[] = {
		TEST(number_taken_while_the_session_is_open),
		TEST(number_taken_while_the_session_is_ended),
		TEST(number_taken_before_arming_ends),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}

static int wait_for(pid_t child)
{
	int status = 0;
	pid_t gone;

	while ((gone = wait(&status)) > 0 && gone != child)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* The first process of the namespace only collects whoever is orphaned. */
static noreturn void be_init(void)
{
	pid_t child = fork();

	if (child == 0) {
		int failed = play();
		(void)fflush(NULL);
		_exit(failed);
	}
	_exit(wait_for(child));
}

int main(void)
{
	if (geteuid() != 0 || !has_own_pid_max()) {
		print_message("SKIP: needs root, and a kernel.pid_max of its own for each pid namespace (Linux 6.14)\n");
		return 77;
	}
	if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0) {
		print_message("SKIP: no namespaces here\n");
		return 77;
	}
	pid_t init = fork();
	if (init == 0)
		be_init();
	/* Past the leak check, which cannot make a thread where a pid namespace has ended. */
	_exit(wait_for(init));
}

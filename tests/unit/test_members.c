/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/members.h"

#include <pthread.h>

#include "common/process.h"
#include "tests/unit/tree.h"

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
		struct members members;
		/* Those above the last have the terminal of this test, if it has one, and hide what is below. */
		pid_t leader = start_chain(self.tty == 0 ? depth : 1, pty.slave);
		members_survey(leader, false, &members);
		assert_int_equal(members.terminals.count, 1);
		assert_true(holds(&members.terminals, pty.device));
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
	struct members members;
	int ready[2];

	(void)state;
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t leader = fork();
	assert_true(leader >= 0);
	if (leader == 0)
		lead(terminals, ready[1]);
	expect_ready(ready[0]);
	expect_ready(ready[0]);
	members_survey(leader, false, &members);
	assert_int_equal(members.terminals.count, 2);
	assert_true(holds(&members.terminals, terminals[0].device));
	assert_true(holds(&members.terminals, terminals[1].device));
	end(leader);
	for (size_t i = 0; i < COUNT(terminals); i++)
		close_pty(&terminals[i]);
	(void)close(ready[0]);
	(void)close(ready[1]);
}

static void leader_that_is_gone_has_no_members(void **state)
{
	struct members members = {.terminals = {.count = 7}, .cpu_ticks = 7, .switches = 7, .count = 7};
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	members_survey(child, true, &members);
	assert_int_equal(members.terminals.count, 0);
	assert_int_equal(members.cpu_ticks, 0);
	assert_int_equal(members.switches, 0);
	assert_int_equal(members.count, 0);
}

static void terminal_is_added_once_and_no_more_than_fit(void **state)
{
	struct terminal_set set = {.count = 0};

	(void)state;
	for (uint32_t device = 1; device <= 2 * MEMBERS_TERMINALS_MAX; device++) {
		terminal_set_add(&set, device, 0);
		terminal_set_add(&set, device, 0);
		assert_int_equal(set.count, device < MEMBERS_TERMINALS_MAX ? device : MEMBERS_TERMINALS_MAX);
	}
	assert_true(holds(&set, MEMBERS_TERMINALS_MAX));
	assert_false(holds(&set, MEMBERS_TERMINALS_MAX + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terminal_of_a_descendant_is_found_at_any_depth),
		cmocka_unit_test(terminals_of_all_branches_and_threads_are_found),
		cmocka_unit_test(leader_that_is_gone_has_no_members),
		cmocka_unit_test(terminal_is_added_once_and_no_more_than_fit),
	};

	return cmocka_run_group_tests_name("members", tests, NULL, NULL);
}

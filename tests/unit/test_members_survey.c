/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The work of a session, of real processes in the shapes that sshd gives them: whose CPU time is counted, and how often.
 */
#include <time.h>

#include "common/process.h"
#include "helper/members.h"
#include "tests/unit/tree.h"

/* What a worker burns when it is told to, and what of it shows at least: fields of stat are cut to whole ticks. */
#define BURNT_MS 100
#define BURNT_TICKS (sysconf(_SC_CLK_TCK) * BURNT_MS / 1000)
#define TICKS_CUT 2

/* A process that says that it is ready goes to sleep only after that: looks at it are repeated, so many times at most. */
#define LOOKS_MAX 100

/* Between this test and the processes of its tree, which inherit it. */
static struct {
	int ready[2], go[2];
	struct pty pty;
} scene;

static void open_scene(void)
{
	scene.pty = open_pty();
	assert_int_equal(pipe2(scene.ready, O_CLOEXEC), 0);
	assert_int_equal(pipe2(scene.go, O_CLOEXEC), 0);
}

static void close_scene(void)
{
	for (size_t i = 0; i < 2; i++) {
		(void)close(scene.ready[i]);
		(void)close(scene.go[i]);
	}
	close_pty(&scene.pty);
}

/* -- In the tree: what its processes do -- */

static pid_t spawn(void run(void))
{
	pid_t child = fork();

	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)alarm(SECONDS_MAX);
		run();
		_exit(0);
	}
	return child;
}

static void say_ready(void)
{
	if (write(scene.ready[1], "", 1) != 1)
		_exit(1);
}

static void wait_for_go(void)
{
	char byte;

	if (read(scene.go[0], &byte, 1) != 1)
		_exit(1);
}

static void burn(void)
{
	struct timespec used;

	do {
		if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) < 0)
			_exit(1);
	} while (used.tv_sec == 0 && used.tv_nsec < BURNT_MS * 1000000L);
}

static void work(void)
{
	say_ready();
	wait_for_go();
	burn();
	wait_for_the_end(scene.ready[1]);
}

static void rest(void)
{
	wait_for_the_end(scene.ready[1]);
}

/* What serves a channel without a terminal begins a session of its own. */
static void serve(void)
{
	(void)setsid();
	work();
}

static void serve_and_end(void)
{
	(void)setsid();
	(void)prctl(PR_SET_NAME, "command");
	burn();
}

static void serve_under_another_name(void)
{
	(void)prctl(PR_SET_NAME, "command");
	serve();
}

static void rest_under_another_name(void)
{
	(void)prctl(PR_SET_NAME, "sleep");
	(void)setsid();
	rest();
}

static void sit(void)
{
	(void)prctl(PR_SET_NAME, "shell");
	take_terminal(scene.pty.slave);
	(void)spawn(work);
	rest();
}

static void relay_worker_sleeper_and_shell(void)
{
	(void)spawn(serve_under_another_name);
	(void)spawn(rest_under_another_name);
	(void)spawn(sit);
	rest();
}

static void relay_a_channel_of_the_same_name(void)
{
	(void)spawn(serve);
	rest();
}

static void relay_a_child_of_its_own_session(void)
{
	(void)spawn(work);
	rest();
}

static void relay_a_command_that_ends(void)
{
	siginfo_t info;
	pid_t child;

	say_ready();
	wait_for_go();
	child = spawn(serve_and_end);
	if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0)
		_exit(1);
	say_ready();
	wait_for_go();
	if (waitpid(child, NULL, 0) != child)
		_exit(1);
	rest();
}

static void worker_of_the_same_session(void)
{
	(void)prctl(PR_SET_NAME, "shell");
	work();
}

/* -- In the test -- */

/*
 * A leader with one child that runs `run`; the tree says so many times that it is ready. Each leader has a scene of its own: what
 * is below it ends some time after it.
 */
static pid_t start_leader(const char *name, void run(void), unsigned ready)
{
	open_scene();
	pid_t leader = fork();
	assert_true(leader >= 0);
	if (leader == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)prctl(PR_SET_NAME, name);
		(void)alarm(SECONDS_MAX);
		if (setsid() < 0)
			_exit(1);
		(void)spawn(run);
		for (;;)
			(void)pause();
	}
	while (ready-- > 0)
		expect_ready(scene.ready[0]);
	return leader;
}

static void end_leader(pid_t leader)
{
	end(leader);
	close_scene();
}

/* Tells one process of those that wait for it to go on, and waits until it has done so. */
static void go(void)
{
	assert_int_equal(write(scene.go[1], "", 1), 1);
	expect_ready(scene.ready[0]);
}

static struct members look(pid_t leader, bool is_everything)
{
	struct members members;

	members_survey(leader, is_everything, &members);
	return members;
}

static void wait_a_moment(void)
{
	(void)nanosleep(&(struct timespec){.tv_nsec = BURNT_MS * 1000000L}, NULL);
}

static void expect_burnt(const struct members *before, const struct members *after)
{
	assert_true(after->cpu_ticks >= before->cpu_ticks);
	assert_in_range(after->cpu_ticks - before->cpu_ticks, BURNT_TICKS - TICKS_CUT, 2 * BURNT_TICKS);
}

static void expect_no_more(const struct members *before, const struct members *after)
{
	assert_in_range(after->cpu_ticks, 0, before->cpu_ticks + TICKS_CUT);
	assert_int_equal(after->count, before->count);
}

static const char *const leader_names[] = {"sshd", "sshd-session", ") R 1 1 1 1", "\n(", ")))))))))))))))"};

/* Two wait to be told: the one without a terminal, and the one below the shell. Which of them it is does not matter to both sums. */
static void work_without_a_terminal_is_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(leader_names); i++) {
		pid_t leader = start_leader(leader_names[i], relay_worker_sleeper_and_shell, 5);
		struct members before = look(leader, false), everything_before = look(leader, true);
		assert_int_equal(before.count, 2);
		assert_int_equal(everything_before.count, 4);
		go();
		go();
		struct members after = look(leader, false), everything_after = look(leader, true);
		expect_burnt(&before, &after);
		assert_in_range(everything_after.cpu_ticks - everything_before.cpu_ticks, 2 * (BURNT_TICKS - TICKS_CUT),
		                4 * BURNT_TICKS);
		end_leader(leader);
	}
}

static void terminals_are_the_same_with_everything(void **state)
{
	(void)state;
	pid_t leader = start_leader("sshd", relay_worker_sleeper_and_shell, 5);
	struct members members = look(leader, false), everything = look(leader, true);
	assert_int_equal(members.terminals.count, 1);
	assert_int_equal(members.terminals.device[0], scene.pty.device);
	assert_memory_equal(&members.terminals, &everything.terminals, sizeof members.terminals);
	end_leader(leader);
}

static void what_only_sleeps_does_no_work(void **state)
{
	(void)state;
	pid_t leader = start_leader("su", rest_under_another_name, 1);
	struct members before, after = look(leader, true);
	assert_int_equal(after.count, 1);
	unsigned looks = 0;
	do {
		before = after;
		wait_a_moment();
		after = look(leader, true);
		expect_no_more(&before, &after);
	} while (after.switches != before.switches && ++looks < LOOKS_MAX);
	assert_true(after.switches > 0);
	assert_int_equal(after.switches, before.switches);
	end_leader(leader);
}

/* sshd's process on the user's side, which keepalives keep awake. */
static void relay_does_no_work(void **state)
{
	(void)state;
	pid_t leader = start_leader("sshd", work, 1);
	struct members before = look(leader, true);
	assert_int_equal(before.count, 0);
	assert_int_equal(before.switches, 0);
	go();
	struct members after = look(leader, true);
	expect_no_more(&before, &after);
	end_leader(leader);
}

/* The sftp server within sshd: for root before OpenSSH 9.8 below the leader, else below the relay. A relay has no relay. */
static void channel_of_the_same_name_is_no_relay(void **state)
{
	static const struct {
		void (*run)(void);
		unsigned ready;
	} shapes[] = {
		{serve, 1},
		{relay_a_channel_of_the_same_name, 2},
		{relay_a_child_of_its_own_session, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		pid_t leader = start_leader("sshd", shapes[i].run, shapes[i].ready);
		struct members before = look(leader, false);
		assert_int_equal(before.count, 1);
		go();
		struct members after = look(leader, false);
		expect_burnt(&before, &after);
		/* It waits again. */
		for (unsigned looks = 0; after.switches <= before.switches && looks < LOOKS_MAX; looks++) {
			wait_a_moment();
			after = look(leader, false);
		}
		assert_true(after.switches > before.switches);
		end_leader(leader);
	}
}

/* su(1) without a terminal: the shell stays in the session of its leader. */
static void other_name_in_the_same_session_is_no_relay(void **state)
{
	(void)state;
	pid_t leader = start_leader("su", worker_of_the_same_session, 1);
	struct members before = look(leader, false);
	assert_int_equal(before.count, 1);
	go();
	struct members after = look(leader, false);
	expect_burnt(&before, &after);
	end_leader(leader);
}

static void command_that_ended_did_its_work_once(void **state)
{
	(void)state;
	pid_t leader = start_leader("sshd", relay_a_command_that_ends, 1);
	struct members before = look(leader, false);
	assert_int_equal(before.count, 0);
	go();
	struct members zombie = look(leader, false);
	assert_int_equal(zombie.count, 0);
	expect_burnt(&before, &zombie);
	go();
	struct members waited = look(leader, false);
	expect_no_more(&zombie, &waited);
	expect_burnt(&before, &waited);
	end_leader(leader);
}

/* The walk stops at a leader that has a terminal itself, as su(1) has, unless everything is to be counted. */
static void leader_with_a_terminal_hides_what_is_below(void **state)
{
	(void)state;
	pid_t leader = start_leader("login", sit, 2);
	struct members members = look(leader, false), everything = look(leader, true);
	assert_int_equal(members.count, 0);
	assert_int_equal(everything.count, 2);
	assert_int_equal(members.terminals.count, 1);
	end_leader(leader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_without_a_terminal_is_counted),
		cmocka_unit_test(terminals_are_the_same_with_everything),
		cmocka_unit_test(what_only_sleeps_does_no_work),
		cmocka_unit_test(relay_does_no_work),
		cmocka_unit_test(channel_of_the_same_name_is_no_relay),
		cmocka_unit_test(other_name_in_the_same_session_is_no_relay),
		cmocka_unit_test(command_that_ended_did_its_work_once),
		cmocka_unit_test(leader_with_a_terminal_hides_what_is_below),
	};

	return cmocka_run_group_tests_name("members_survey", tests, NULL, NULL);
}

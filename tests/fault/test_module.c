/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every call that the module makes fails once, in a session that is opened and closed: armed or refused, never half,
 * and nothing is left behind. The module is one of faults (fault.h), the watchdog a fake that is well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/duration.h"
#include "tests/fault/plan.h"
#include "tests/pam/scenario.h"
#include "tests/pam/snapshot.h"

/* What is promised, and what a busy machine may add. */
#define LIMIT_MS 2000
#define MARGIN_MS 2000

#define SHOTS_MAX 1024

#define SECTION "The module's calls, one failing at a time"
#define EITHER "armed or refused within 2 s, one line if refused, nothing left"

static const char *const words[OUTCOME_COUNT] = {"armed", "refused", "lost"};
static char before[SNAPSHOT_SIZE], after[SNAPSHOT_SIZE];
static struct shot shots[SHOTS_MAX];

/* Linked in by the leak sanitizer, where there is one. */
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

/* What the module itself should have waited for: children that are no ordinary ones (__WCLONE, wait(2)). */
static bool has_quiet_child(void)
{
	siginfo_t child = {0};

	return waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT | __WCLONE) == 0;
}

/* Orphans are this process's (PR_SET_CHILD_SUBREAPER): all have to end by themselves. */
static void wait_for_orphans(const char *what)
{
	int64_t end_ns = clock_boot_ns() + (LIMIT_MS + MARGIN_MS) * NS_PER_MS;
	pid_t gone;

	while ((gone = waitpid(-1, NULL, WNOHANG)) >= 0) {
		if (clock_boot_ns() > end_ns)
			fail_msg("%s: a watchdog is left", what);
		if (gone == 0)
			host_sleep_ms(1);
	}
}

/* The log of a refusal is its one line. */
static void check_refused(struct host *host, const char *what, int answer, struct tcp_pair *pair)
{
	const char *log = host_log();

	if (answer != PAM_SESSION_ERR && answer != PAM_BUF_ERR && answer != PAM_SERVICE_ERR)
		fail_msg("%s: %s", what, pam_strerror(host->pamh, answer));
	if (strncmp(log, "err: not armed: ", 16) != 0 || strchr(log, '\n') != log + strlen(log) - 1)
		fail_msg("%s: the log says '%s'", what, log);
	/* The peer is named where the connection was found. */
	if (strstr(log, "from 127.0.0.1") != NULL && !tcp_is_shut_down(pair))
		fail_msg("%s: refused, and the connection is still up", what);
	same_number(what, host_close(host), ANSWER_IGNORE);
}

static void check_armed(struct host *host, const char *what, struct tcp_pair *pair)
{
	struct session session;
	struct policy policy;

	host_read_record(&session, &policy);
	same_string(what, session.peer.address, "127.0.0.1");
	if (strtoull(host_report("connection"), NULL, 10) != tcp_inode(pair->server))
		fail_msg("%s: armed without the connection", what);
	same_number(what, host_close(host), PAM_SUCCESS);
}

static void forget_watchdog(void)
{
	static const char *const files[] = {"pid", "report", "record", "goodbye", "abandoned", "asked"};

	for (size_t i = 0; i < COUNT(files); i++)
		(void)unlink(files[i]);
}

/* One session with the call that the plan is aimed at failing. Returns whether there was such a call. */
static bool shoot(struct host *host, struct fault_plan *plan, struct shot *ret_shot)
{
	struct tcp_pair pair;
	char what[64];

	host_forget_log();
	forget_watchdog();
	assert_true(tcp_connect("127.0.0.1", "127.0.0.1", &pair));
	host_start(host, "idle=15m keepalive=30s quiet");
	host_set_ssh_connection(host, &pair);
	(void)snapshot_take(before);
	int64_t started_ns = clock_boot_ns();
	int answer = host_open(host);
	ret_shot->took_ms = (clock_boot_ns() - started_ns) / NS_PER_MS;
	(void)snprintf(what, sizeof what, "call %u, %s", (unsigned)plan->strike_at, plan->struck);
	assert_in_range(ret_shot->took_ms, 0, LIMIT_MS + MARGIN_MS);
	ret_shot->outcome = answer == PAM_SUCCESS ? OUTCOME_ARMED : OUTCOME_REFUSED;
	if (answer == PAM_SUCCESS)
		check_armed(host, what, &pair);
	else
		check_refused(host, what, answer, &pair);
	if (has_quiet_child())
		fail_msg("%s: a child of the module's is left", what);
	wait_for_orphans(what);
	same_string(what, snapshot_take(after), before);
	tcp_close(&pair);
	memcpy(ret_shot->call, plan->struck, sizeof plan->struck);
	return plan->struck[0] != '\0';
}

/* Each call in turn, until a session passes without. Returns the number of shots so far. */
static size_t sweep(struct host *host, struct fault_plan *plan, enum fault_scope scope, size_t count)
{
	uint32_t number = 0;

	do {
		assert_in_range(count, 0, SHOTS_MAX - 1);
		plan_aim(plan, scope, ++number);
	} while (shoot(host, plan, &shots[count]) && ++count > 0);
	assert_int_equal(shots[count].outcome, OUTCOME_ARMED);
	assert_true(number > 1);
	return count;
}

/* With a rule for a group, so that the module starts its program twice. */
static struct fault_plan *prepare(enum fault_kind kind)
{
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	host_install("ready");
	host_write("groups", "staff\n");
	host_write(TEST_RULES, "* @wheel * idle=1m\n* @staff * idle=5m\n");
	return plan_make(FAULT_IN_MODULE, kind);
}

static void finish(struct fault_plan *plan, const char *expected, const char *test, size_t count)
{
	enum fault_kind kind = plan->kind;

	plan_release(plan);
	if (__lsan_do_recoverable_leak_check != NULL)
		assert_int_equal(__lsan_do_recoverable_leak_check(), 0);
	assert_int_equal(plan_report(SECTION, test, kind, expected, words, shots, count), count);
	print_message("%zu calls\n", count);
}

static void run_errors(void **state)
{
	struct fault_plan *plan = prepare(FAULT_ERROR);
	size_t count = sweep(*state, plan, FAULT_IN_PARENT, 0);

	count = sweep(*state, plan, FAULT_IN_CHILDREN, count);
	finish(plan, EITHER, "fault/test_module: each_call_fails_once", count);
}

static void each_call_fails_once(void **state)
{
	scenario_run(*state, run_errors);
}

static void run_full_table(void **state)
{
	struct fault_plan *plan = prepare(FAULT_TABLE_FULL);
	size_t count = sweep(*state, plan, FAULT_IN_PARENT, 0);

	count = sweep(*state, plan, FAULT_IN_CHILDREN, count);
	finish(plan, EITHER, "fault/test_module: file_table_of_the_machine_is_full", count);
}

static void file_table_of_the_machine_is_full(void **state)
{
	scenario_run(*state, run_full_table);
}

/* In the host: its children block all signals. */
static void run_interruptions(void **state)
{
	struct fault_plan *plan = prepare(FAULT_INTERRUPTED);
	size_t count = sweep(*state, plan, FAULT_IN_PARENT, 0);

	for (size_t i = 0; i < count; i++)
		same_number(shots[i].call, shots[i].outcome, OUTCOME_ARMED);
	finish(plan, "armed, as without the signal", "fault/test_module: each_wait_is_interrupted_once", count);
}

static void each_wait_is_interrupted_once(void **state)
{
	scenario_run(*state, run_interruptions);
}

static void run_deaths(void **state)
{
	struct fault_plan *plan = prepare(FAULT_DEATH);
	size_t count = sweep(*state, plan, FAULT_IN_CHILDREN, 0);

	for (size_t i = 0; i < count; i++)
		same_number(shots[i].call, shots[i].outcome, OUTCOME_REFUSED);
	finish(plan, "refused within 2 s with one line, nothing left",
	       "fault/test_module: child_dies_at_each_of_its_calls", count);
}

static void child_dies_at_each_of_its_calls(void **state)
{
	scenario_run(*state, run_deaths);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_call_fails_once),
		TEST(file_table_of_the_machine_is_full),
		TEST(each_wait_is_interrupted_once),
		TEST(child_dies_at_each_of_its_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

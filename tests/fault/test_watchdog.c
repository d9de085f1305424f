/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every call that the watchdog makes fails once, in a session of one second: refused, or cut in time, or ended because
 * its watchdog was lost; never left unwatched, never without a line. The watchdog is the real one, built for faults (fault.h).
 *
 * Needs root, and has a /run to itself. Many sessions live beside each other, each in a process of its own.
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "common/process.h"
#include "tests/fault/plan.h"
#include "tests/pam/scenario.h"

#define WORKERS 40
#define SHOTS_MAX 2048
#define DIRECTORY "/run/idletimeout-fault"

/* What is promised, and what a busy machine may add. */
#define SESSION_MS 1000
#define LIMIT_MS 2000
#define MARGIN_MS 2000

#define SECTION "The watchdog's calls, one failing at a time, in a session of one second"
#define EITHER                                                                                                         \
	"refused, or cut within 2 s of the limit, or ended with its watchdog; told in log and audit; nothing left but what " \
	"unlinkat leaves"
#define ENDED "refused, or ended with its watchdog, and told; if killed after the end, its record may be left"

static const char *const words[OUTCOME_COUNT] = {"cut at the limit", "refused", "ended with the watchdog"};

/* One sweep over all calls. */
struct sweep {
	enum fault_kind kind;
	enum fault_scope scope;
	struct shot shots[SHOTS_MAX];
};

/* The worker's part of it: every one of so many shots. */
struct worker {
	struct scenario scenario;
	struct sweep *sweep;
	size_t first;
};

/* -- One session --------------------------------------------------------------------------------------------------- */

static void fail_shot(const struct fault_plan *plan, const char *what)
{
	fail_msg("call %u, %s: %s; watchdog: '%s', module: '%s'", (unsigned)plan->strike_at, plan->struck, what, plan->log,
	         host_log());
}

/* SIGTERM is blocked: whether it has come by then. */
static bool is_terminated(long ms)
{
	const struct timespec time = {.tv_nsec = ms * NS_PER_MS};
	sigset_t term;

	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &term, NULL);
	return sigtimedwait(&term, NULL, &time) == SIGTERM;
}

/* As a login service: until the connection is shut down or it is told to go. Milliseconds; fails when neither comes. */
static int64_t wait_for_end(const struct fault_plan *plan, const struct tcp_pair *pair, int64_t started_ns)
{
	struct pollfd connection = {.fd = pair->server};

	while (poll(&connection, 1, 0) == 0 && !is_terminated(5)) {
		if (clock_boot_ns() - started_ns > (SESSION_MS + LIMIT_MS + MARGIN_MS) * NS_PER_MS)
			fail_shot(plan, "nobody ends the session");
	}
	return (clock_boot_ns() - started_ns) / NS_PER_MS;
}

static void wait_for_watchdog(const struct fault_plan *plan)
{
	int64_t end_ns = clock_boot_ns() + (LIMIT_MS + MARGIN_MS) * NS_PER_MS;
	pid_t watchdog = atomic_load(&plan->watchdog);
	struct procstat stat;

	while (watchdog > 0 && process_read_stat(watchdog, &stat) == 0 && procstat_is_alive(&stat)) {
		if (clock_boot_ns() > end_ns)
			fail_shot(plan, "the watchdog lives on");
		host_sleep_ms(2);
	}
}

static bool is_said(const struct fault_plan *plan, const char *by_watchdog)
{
	return strstr(plan->log, by_watchdog) != NULL || strstr(host_log(), "was lost") != NULL;
}

/* Log and record say how it ended, each in the words of whoever ended it. Children that write may be late. */
static void check_told(const struct fault_plan *plan)
{
	int tries = 0;

	while (!is_said(plan, "log: disconnected") ||
	       (strstr(plan->log, "audit: op=idletimeout:disconnect") == NULL && strstr(plan->log, "no audit record") == NULL)) {
		if (++tries > LIMIT_MS)
			fail_shot(plan, "its end is not told");
		host_sleep_ms(1);
	}
}

static void live(struct host *host, const struct fault_plan *plan, const struct tcp_pair *pair, int64_t started_ns,
                 struct shot *shot)
{
	shot->took_ms = wait_for_end(plan, pair, started_ns);
	shot->outcome = shot->took_ms >= SESSION_MS ? OUTCOME_ARMED : OUTCOME_LOST;
	if (host_close(host) != PAM_SUCCESS)
		fail_shot(plan, "cannot be closed");
	wait_for_watchdog(plan);
	/* Killed after the end of the session, it may have told nobody yet. */
	if (plan->kind != FAULT_DEATH || shot->outcome == OUTCOME_LOST)
		check_told(plan);
}

static void check_refused(const struct fault_plan *plan, int answer)
{
	const char *log = host_log();

	if (answer != PAM_SESSION_ERR)
		fail_shot(plan, "not refused as it should be");
	if (strncmp(log, "err: not armed: ", 16) != 0 || strchr(log, '\n') != log + strlen(log) - 1)
		fail_shot(plan, "not refused with one line");
	wait_for_watchdog(plan);
}

/* Whether a record of this leader is there; it is removed. */
static bool take_record(void)
{
	char mine[32], record[SESSION_RECORD_SIZE], path[PATH_MAX];
	autoclosedir DIR *directory = opendir(DIRECTORY);
	const struct dirent *entry;
	bool found = false;

	(void)snprintf(mine, sizeof mine, "\nleader_pid=%d\n", (int)getpid());
	while (directory != NULL && !found && (entry = readdir(directory)) != NULL) {
		(void)snprintf(path, sizeof path, DIRECTORY "/%s", entry->d_name);
		autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
		ssize_t length = fd < 0 ? -1 : read(fd, record, sizeof record - 1);
		if (length <= 0)
			continue;
		record[length] = '\0';
		found = strstr(record, mine) != NULL && unlink(path) == 0;
	}
	return found;
}

/* Returns whether the call was made. */
static bool shoot(struct host *host, struct fault_plan *plan, struct shot *shot)
{
	struct tcp_pair pair;

	/* One for a session before it is not for this one. */
	(void)is_terminated(0);
	host_forget_log();
	assert_true(tcp_connect("127.0.0.1", "127.0.0.1", &pair));
	host_start(host, "idle=15m keepalive=30s max=1s quiet");
	host_set_ssh_connection(host, &pair);
	int64_t started_ns = clock_boot_ns();
	int answer = host_open(host);
	shot->took_ms = (clock_boot_ns() - started_ns) / NS_PER_MS;
	if (shot->took_ms > LIMIT_MS + MARGIN_MS)
		fail_shot(plan, "decided too late");
	shot->outcome = OUTCOME_REFUSED;
	if (answer == PAM_SUCCESS)
		live(host, plan, &pair, started_ns, shot);
	else
		check_refused(plan, answer);
	if (take_record() && plan->kind != FAULT_DEATH && strcmp(plan->struck, "unlinkat") != 0)
		fail_shot(plan, "its record is left");
	tcp_close(&pair);
	memcpy(shot->call, plan->struck, sizeof plan->struck);
	return plan->struck[0] != '\0';
}

/* -- All of them --------------------------------------------------------------------------------------------------- */

static void work(void **state)
{
	struct worker *worker = *state;
	struct sweep *sweep = worker->sweep;
	void *host;
	bool more = true;

	(void)alarm(0);
	assert_int_equal(host_setup(&host), 0);
	host_install_program("idle-watchdog");
	for (size_t i = worker->first; more && i < SHOTS_MAX; i += WORKERS) {
		struct fault_plan *plan = plan_make(FAULT_IN_WATCHDOG, sweep->kind);
		plan_aim(plan, sweep->scope, (uint32_t)i + 1);
		more = shoot(host, plan, &sweep->shots[i]);
		plan_release(plan);
	}
	(void)host_teardown(&host);
}

static void shoot_all(struct sweep *sweep)
{
	static struct worker workers[WORKERS];

	for (size_t i = 0; i < WORKERS; i++) {
		workers[i] = (struct worker){.sweep = sweep, .first = i};
		scenario_begin(&workers[i].scenario, (struct host *)&workers[i], work);
	}
	for (size_t i = 0; i < WORKERS; i++)
		scenario_end(&workers[i].scenario);
}

static size_t sweep_calls(struct sweep **state, enum fault_kind kind, enum fault_scope scope, const char *test)
{
	struct sweep *sweep = *state;

	memset(sweep, 0, sizeof *sweep);
	sweep->kind = kind;
	sweep->scope = scope;
	shoot_all(sweep);
	size_t hit = plan_report(SECTION, test, kind, kind == FAULT_DEATH ? ENDED : EITHER, words, sweep->shots, SHOTS_MAX);
	print_message("%zu calls\n", hit);
	return hit;
}

static void each_call_fails_once(void **state)
{
	assert_in_range(sweep_calls((struct sweep **)state, FAULT_ERROR, FAULT_IN_PARENT,
	                            "fault/test_watchdog: each_call_fails_once"),
	                100, SHOTS_MAX - 1);
}

static void each_call_of_reporting_children_fails_once(void **state)
{
	assert_in_range(sweep_calls((struct sweep **)state, FAULT_ERROR, FAULT_IN_CHILDREN,
	                            "fault/test_watchdog: each_call_of_reporting_children_fails_once"),
	                1, SHOTS_MAX - 1);
}

static void killed_at_each_call(void **state)
{
	assert_in_range(sweep_calls((struct sweep **)state, FAULT_DEATH, FAULT_IN_PARENT, "fault/test_watchdog: killed_at_each_call"),
	                100, SHOTS_MAX - 1);
}

/* In mounts of its own, so that nothing of the machine's is touched. */
static int group_setup(void **state)
{
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("tmpfs", "/run", "tmpfs", 0, "mode=755"), 0);
	*state = mmap(NULL, sizeof(struct sweep), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return *state == MAP_FAILED;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_of_reporting_children_fails_once),
		cmocka_unit_test(each_call_fails_once),
		cmocka_unit_test(killed_at_each_call),
	};

	if (geteuid() != 0) {
		print_message("SKIP: a watchdog is started by root\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, group_setup, NULL);
}

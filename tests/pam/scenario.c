/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pam/scenario.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdnoreturn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"

#define PATIENCE_S 30

/* A group of one test: a failed assertion ends that, and not the copy of the parent's tests. */
static noreturn void run_alone(struct host *host, void (*run)(void **state), int output)
{
	const struct CMUnitTest tests[] = {{.name = "scenario", .test_func = run, .initial_state = host}};

	(void)dup2(output, STDOUT_FILENO);
	(void)dup2(output, STDERR_FILENO);
	(void)close(output);
	(void)alarm(PATIENCE_S);
	int failed = cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
	(void)fflush(NULL);
	_exit(failed);
}

static void read_output(int fd, struct text *output)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof bytes)) > 0)
		text_add_bytes(output, bytes, (size_t)n);
}

void scenario_begin(struct scenario *scenario, struct host *host, void (*run)(void **state))
{
	int ends[2];

	(void)fflush(NULL);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	*scenario = (struct scenario){.child = fork(), .output = ends[0]};
	assert_true(scenario->child >= 0);
	if (scenario->child == 0) {
		(void)close(ends[0]);
		run_alone(host, run, ends[1]);
	}
	(void)close(ends[1]);
}

void scenario_end(struct scenario *scenario)
{
	int status;
	TEXT(output, 16384);

	read_output(scenario->output, &output);
	(void)close(scenario->output);
	assert_int_equal(waitpid(scenario->child, &status, 0), scenario->child);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("status %#x\n%s", (unsigned)status, output.data);
}

void scenario_run(struct host *host, void (*run)(void **state))
{
	struct scenario scenario;

	scenario_begin(&scenario, host, run);
	scenario_end(&scenario);
}

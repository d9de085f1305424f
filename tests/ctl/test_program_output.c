/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/program_output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/duration.h"
#include "tests/unit/unit.h"

#define PATIENCE (10 * NS_PER_SECOND)

/* Makes the program and runs it. */
static int run(const char *script, int64_t timeout_ns, char *data, size_t size)
{
	static const char *const argv[] = {"program", "word", NULL};
	FILE *stream;

	assert_true(mkdir("bin", 0755) == 0 || errno == EEXIST);
	stream = fopen("bin/program", "we");
	assert_non_null(stream);
	assert_true(fprintf(stream, "#!/bin/sh\n%s\n", script) > 0);
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(chmod("bin/program", 0755), 0);
	return program_output(argv, timeout_ns, data, size);
}

static void output_is_read(void **state)
{
	char data[64];

	(void)state;
	assert_int_equal(run("echo \"$1\"; exec 1>&-", PATIENCE, data, sizeof data), 0);
	assert_string_equal(data, "word\n");
	assert_int_equal(run(":", PATIENCE, data, sizeof data), 0);
	assert_string_equal(data, "");
}

static void room_is_kept(void **state)
{
	char data[5];

	(void)state;
	assert_int_equal(run("printf 1234", PATIENCE, data, sizeof data), 0);
	assert_string_equal(data, "1234");
	assert_int_equal(run("printf 12345", PATIENCE, data, sizeof data), -EMSGSIZE);
	assert_int_equal(run("exec yes", PATIENCE, data, sizeof data), -EMSGSIZE);
}

static void failure_is_told(void **state)
{
	static const char *const argv[] = {"no-such-program", NULL};
	char data[64];

	(void)state;
	assert_int_equal(run("echo word; exit 1", PATIENCE, data, sizeof data), -EIO);
	assert_int_equal(run("kill -9 $$", PATIENCE, data, sizeof data), -EIO);
	assert_int_equal(program_output(argv, PATIENCE, data, sizeof data), -ENOENT);
}

/* What it has started may hold its output open: that is not waited for, either. */
static void time_is_kept(void **state)
{
	int64_t begin_ns = clock_boot_ns();
	char data[64];

	(void)state;
	assert_int_equal(run("exec sleep 60", 200 * NS_PER_MS, data, sizeof data), -ETIMEDOUT);
	assert_int_equal(run("sleep 3 &\nexit 0", 200 * NS_PER_MS, data, sizeof data), -ETIMEDOUT);
	assert_true(clock_boot_ns() - begin_ns < PATIENCE);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* In a directory of its own, for programs are made. */
static int set_up(void **state)
{
	static char directory[] = "program-output-XXXXXX";

	*state = directory;
	return mkdtemp(directory) == NULL || chdir(directory) < 0;
}

static int clean_up(void **state)
{
	if (unlink("bin/program") < 0 || rmdir("bin") < 0 || chdir("..") < 0)
		return 1;
	return rmdir(*state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_is_read),
		cmocka_unit_test(room_is_kept),
		cmocka_unit_test(failure_is_told),
		cmocka_unit_test(time_is_kept),
	};

	return cmocka_run_group_tests_name("program_output", tests, set_up, clean_up);
}

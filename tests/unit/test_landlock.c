/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * In a RUN_DIR below the current directory (tests/local.mk). What is confined is a child: it cannot be undone.
 */
#include "helper/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "tests/unit/unit.h"

#define OWN_FILE RUN_DIR "/own"
#define OTHER_FILE "test_landlock.other"
#define NEW_FILE "test_landlock.new"

/* What a confined child reports by its exit status, beside an errno. */
#define IS_ALLOWED 0
#define CANNOT_CONFINE 200

typedef int attempt(void);

/* The errno of `what` in a child that has confined itself, IS_ALLOWED, or CANNOT_CONFINE. */
static int confined(const char *login_tty, attempt *what)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(landlock_confine(login_tty) < 0 ? CANNOT_CONFINE : what());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int nothing(void)
{
	return IS_ALLOWED;
}

static int confine_and_tell(void)
{
	return -landlock_confine("");
}

/* In a child, because it is for good. */
static int reason_not_to_confine(void)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(confine_and_tell());
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static void need_landlock(void)
{
	int error = reason_not_to_confine();

	if (error != EOPNOTSUPP && error != ENOSYS)
		return;
	print_message("skipped: this kernel has no Landlock\n");
	skip();
}

static int try_open(const char *path, int flags)
{
	autoclose int fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0600);

	return fd < 0 ? errno : IS_ALLOWED;
}

static int read_password_file(void)
{
	return try_open("/etc/passwd", O_RDONLY);
}

static int create_elsewhere(void)
{
	return try_open(NEW_FILE, O_WRONLY | O_CREAT);
}

static int create_in_run_dir(void)
{
	return try_open(RUN_DIR "/new", O_WRONLY | O_CREAT);
}

static int read_in_run_dir(void)
{
	return try_open(OWN_FILE, O_RDONLY);
}

static int write_in_run_dir(void)
{
	return try_open(OWN_FILE, O_WRONLY);
}

static int remove_in_run_dir(void)
{
	return unlink(OWN_FILE) < 0 ? errno : IS_ALLOWED;
}

static int remove_elsewhere(void)
{
	return unlink(OTHER_FILE) < 0 ? errno : IS_ALLOWED;
}

static int read_proc(void)
{
	return try_open("/proc/self/stat", O_RDONLY);
}

static int list_proc(void)
{
	return try_open("/proc/self/task", O_RDONLY | O_DIRECTORY);
}

static int write_proc(void)
{
	return try_open("/proc/self/oom_score_adj", O_WRONLY);
}

static int list_root(void)
{
	return try_open("/", O_RDONLY | O_DIRECTORY);
}

static int write_null(void)
{
	return try_open("/dev/null", O_WRONLY);
}

static int read_null(void)
{
	return try_open("/dev/null", O_RDONLY);
}

static int run_program(void)
{
	(void)execl("/bin/true", "true", (char *)NULL);
	return errno;
}

static int gain_privilege(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? EPERM : IS_ALLOWED;
}

static int make_run_dir(void **state)
{
	(void)state;
	(void)mkdir(RUN_DIR, 0700);
	return try_open(OWN_FILE, O_WRONLY | O_CREAT) + try_open(OTHER_FILE, O_WRONLY | O_CREAT);
}

static int remove_run_dir(void **state)
{
	(void)state;
	(void)unlink(OWN_FILE);
	(void)unlink(RUN_DIR "/new");
	(void)unlink(OTHER_FILE);
	(void)unlink(NEW_FILE);
	(void)rmdir(RUN_DIR);
	return 0;
}

static void only_what_the_watchdog_needs_is_allowed(void **state)
{
	static const struct {
		const char *row;
		attempt *what;
		int result;
	} rows[] = {
		{"nothing", nothing, IS_ALLOWED},
		{"read /etc/passwd", read_password_file, EACCES},
		{"list /", list_root, EACCES},
		{"create a file", create_elsewhere, EACCES},
		{"remove a file", remove_elsewhere, EACCES},
		{"write a device", write_null, EACCES},
		{"run a program", run_program, EACCES},
		{"gain privilege by exec", gain_privilege, EPERM},
		{"read /proc", read_proc, IS_ALLOWED},
		{"list /proc", list_proc, IS_ALLOWED},
		{"write /proc", write_proc, EACCES},
		{"create in RUN_DIR", create_in_run_dir, EACCES},
		{"read in RUN_DIR", read_in_run_dir, EACCES},
		{"write in RUN_DIR", write_in_run_dir, EACCES},
		{"remove in RUN_DIR", remove_in_run_dir, IS_ALLOWED},
	};

	(void)state;
	need_landlock();
	for (size_t i = 0; i < COUNT(rows); i++)
		same_number(rows[i].row, confined("", rows[i].what), rows[i].result);
}

static void terminal_of_the_login_is_written_and_not_read(void **state)
{
	(void)state;
	need_landlock();
	assert_int_equal(confined("null", write_null), IS_ALLOWED);
	assert_int_equal(confined("null", read_null), EACCES);
	assert_int_equal(confined("null", read_password_file), EACCES);
}

static void name_that_is_no_terminal_is_no_error(void **state)
{
	static const char *const names[] = {
		"ssh",
		"cron",
		":0",
		"no such name",
		"a/name/that/is/longer/than/any/device/has/ever/had/and/does/not/fit/into/the/buffer/for/names/of/devices",
	};

	(void)state;
	need_landlock();
	for (size_t i = 0; i < COUNT(names); i++)
		same_number(names[i], confined(names[i], read_password_file), EACCES);
}

static void without_a_run_dir_nothing_is_confined(void **state)
{
	(void)state;
	need_landlock();
	(void)remove_run_dir(state);
	assert_int_equal(reason_not_to_confine(), ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_what_the_watchdog_needs_is_allowed, make_run_dir, remove_run_dir),
		cmocka_unit_test_setup_teardown(terminal_of_the_login_is_written_and_not_read, make_run_dir, remove_run_dir),
		cmocka_unit_test_setup_teardown(name_that_is_no_terminal_is_no_error, make_run_dir, remove_run_dir),
		cmocka_unit_test_setup_teardown(without_a_run_dir_nothing_is_confined, make_run_dir, remove_run_dir),
	};

	return cmocka_run_group_tests_name("landlock", tests, NULL, NULL);
}

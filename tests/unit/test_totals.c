/* SPDX-License-Identifier: BSD-3-Clause */
/* What is counted, and the file that many watchdogs count in, in a directory below the current one. */
#include "common/totals.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "helper/totals.h"
#include "tests/unit/unit.h"

#define DIRECTORY "test_totals.dir"
#define FILE_PATH DIRECTORY "/" TOTALS_FILE_NAME

static uint64_t count_of(const struct totals *totals, const char *name)
{
	for (size_t i = 0; i < totals->count; i++) {
		if (strcmp(totals->items[i].name, name) == 0)
			return totals->items[i].count;
	}
	return UINT64_MAX;
}

static void what_has_not_happened_is_zero(void **state)
{
	struct totals totals;

	(void)state;
	totals_init(&totals);
	same_unsigned("idle", count_of(&totals, "disconnect.idle"), 0);
	same_unsigned("spoof", count_of(&totals, "tamper.spoof"), 0);
	assert_int_equal(totals_add(&totals, "disconnect.idle"), 0);
	assert_int_equal(totals_add(&totals, "disconnect.idle"), 0);
	same_unsigned("idle", count_of(&totals, "disconnect.idle"), 2);
}

static void encoded_and_decoded_is_the_same(void **state)
{
	struct totals totals, again;
	TEXT(text, TOTALS_SIZE);

	(void)state;
	totals_init(&totals);
	assert_int_equal(totals_add(&totals, "disconnect.of-tomorrow"), 0);
	totals.items[0].count = UINT64_MAX;
	assert_int_equal(totals_add(&totals, totals.items[0].name), 0);
	assert_int_equal(totals_encode(&totals, &text), 0);
	assert_int_equal(totals_decode(text.data, text.used, &again), 0);
	assert_int_equal(again.count, totals.count);
	same_unsigned("at its end", again.items[0].count, UINT64_MAX);
	same_unsigned("not known here", count_of(&again, "disconnect.of-tomorrow"), 1);
}

static void full_totals_fit_and_take_no_more(void **state)
{
	struct totals totals;
	TEXT(text, TOTALS_SIZE);
	char name[] = "a-name-of-the-longest-length-000";

	(void)state;
	name[TOTAL_NAME_SIZE - 1] = '\0';
	totals_init(&totals);
	while (totals.count < TOTALS_MAX) {
		name[0] = (char)('A' + totals.count);
		assert_int_equal(totals_add(&totals, name), 0);
	}
	for (size_t i = 0; i < totals.count; i++)
		totals.items[i].count = UINT64_MAX;
	assert_int_equal(totals_encode(&totals, &text), 0);
	assert_int_equal(totals_add(&totals, "one-more"), -ENOSPC);
	assert_int_equal(totals_add(&totals, "a-name-that-is-longer-than-any-name-may-be"), -ENOSPC);
	assert_int_equal(totals_add(&totals, "disconnect.idle"), 0);
}

static void damaged_totals_are_refused(void **state)
{
	static const char *const rows[] = {
		"disconnect.idle", "disconnect.idle=1",    "disconnect.idle=\n",  "disconnect.idle=-1\n",
		"=1\n",            "disconnect.idle=1x\n", "disconnect.idle=1\n\n", "disconnect.idle=18446744073709551616\n",
		"a-name-that-is-longer-than-any-name-may-be=1\n",
	};
	struct totals totals;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		same_number(rows[i], totals_decode(rows[i], strlen(rows[i]), &totals), -EINVAL);
	assert_int_equal(totals_decode("", 0, &totals), 0);
}

static int make_directory(void **state)
{
	(void)state;
	return mkdir(DIRECTORY, 0700);
}

static int remove_directory(void **state)
{
	(void)state;
	(void)unlink(FILE_PATH);
	(void)unlink(DIRECTORY "/other");
	return rmdir(DIRECTORY);
}

static int open_totals(void)
{
	autoclose int directory = open(DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(directory >= 0);
	return totals_open(directory);
}

static struct totals read_file(void)
{
	char bytes[TOTALS_SIZE + 1];
	struct totals totals;
	autoclose int fd = open(FILE_PATH, O_RDONLY | O_CLOEXEC);
	ssize_t length = read(fd, bytes, sizeof bytes);

	assert_true(length > 0);
	assert_int_equal(totals_decode(bytes, (size_t)length, &totals), 0);
	return totals;
}

static void write_file(const char *bytes)
{
	autoclose int fd = open(FILE_PATH, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
}

static void counts_are_kept_in_the_file(void **state)
{
	autoclose int first = open_totals();
	autoclose int second = open_totals();
	struct stat status;

	(void)state;
	assert_int_equal(totals_count(first, "disconnect.idle"), 0);
	assert_int_equal(totals_count(second, "disconnect.idle"), 0);
	assert_int_equal(totals_count(first, "tamper.spoof"), 0);
	struct totals totals = read_file();
	same_unsigned("idle", count_of(&totals, "disconnect.idle"), 2);
	same_unsigned("spoof", count_of(&totals, "tamper.spoof"), 1);
	assert_int_equal(stat(FILE_PATH, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
}

static void foreign_content_gives_way(void **state)
{
	static const char *const rows[] = {"\n\n\n", "something else", "disconnect.idle=7\ntorn"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		write_file(rows[i]);
		autoclose int fd = open_totals();
		assert_int_equal(totals_count(fd, "disconnect.max"), 0);
		struct totals totals = read_file();
		same_unsigned(rows[i], count_of(&totals, "disconnect.max"), 1);
		same_unsigned(rows[i], count_of(&totals, "disconnect.idle"), 0);
	}
}

static void huge_file_gives_way(void **state)
{
	(void)state;
	write_file("x");
	assert_int_equal(truncate(FILE_PATH, 1 << 20), 0);
	autoclose int fd = open_totals();
	assert_int_equal(totals_count(fd, "disconnect.max"), 0);
	struct totals totals = read_file();
	same_unsigned("max", count_of(&totals, "disconnect.max"), 1);
}

static void no_other_file_is_opened(void **state)
{
	(void)state;
	assert_int_equal(symlink("other", FILE_PATH), 0);
	assert_int_equal(open_totals(), -ELOOP);
	assert_int_equal(access(DIRECTORY "/other", F_OK), -1);
	assert_int_equal(unlink(FILE_PATH), 0);
	write_file("");
	assert_int_equal(link(FILE_PATH, DIRECTORY "/other"), 0);
	assert_int_equal(open_totals(), -EPERM);
	assert_int_equal(unlink(DIRECTORY "/other"), 0);
	assert_int_equal(chmod(FILE_PATH, 0620), 0);
	assert_int_equal(open_totals(), -EPERM);
	assert_int_equal(unlink(FILE_PATH), 0);
	assert_int_equal(mkfifo(FILE_PATH, 0600), 0);
	assert_int_equal(open_totals(), -EPERM);
	if (geteuid() != 0)
		return;
	assert_int_equal(unlink(FILE_PATH), 0);
	write_file("");
	assert_int_equal(chown(FILE_PATH, 65534, 65534), 0);
	assert_int_equal(open_totals(), -EPERM);
}

static void without_a_file_nothing_is_counted(void **state)
{
	(void)state;
	assert_int_equal(totals_open(-ENOENT), -ENOENT);
	assert_int_equal(totals_count(-EPERM, "disconnect.idle"), -EPERM);
}

/* A watchdog that is stopped in the middle of it, or was taken over. */
static void lock_that_is_not_given_back_is_not_waited_for(void **state)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	autoclose int stuck = open_totals();
	autoclose int fd = open_totals();

	(void)state;
	assert_int_equal(fcntl(stuck, F_OFD_SETLK, &whole), 0);
	int64_t before = clock_boot_ns();
	assert_int_equal(totals_count(fd, "disconnect.idle"), -EAGAIN);
	assert_true(clock_boot_ns() - before < 20 * TOTALS_PATIENCE_MS * NS_PER_MS);
	whole.l_type = F_UNLCK;
	assert_int_equal(fcntl(stuck, F_OFD_SETLK, &whole), 0);
	assert_int_equal(totals_count(fd, "disconnect.idle"), 0);
}

#define COUNTERS 4
#define COUNTS_EACH 250

/* In a child: tries until it was counted, as a busy machine may make one wait too long. */
static void count_many(void)
{
	int fd = open_totals();
	int counted = 0;

	for (int tries = 0; counted < COUNTS_EACH && tries < COUNTS_EACH * 10; tries++)
		counted += totals_count(fd, "disconnect.idle") == 0;
	_exit(counted == COUNTS_EACH ? 0 : 1);
}

static void many_that_count_at_once_lose_nothing(void **state)
{
	pid_t children[COUNTERS];
	int status;

	(void)state;
	for (size_t i = 0; i < COUNTERS; i++) {
		children[i] = fork();
		if (children[i] == 0)
			count_many();
	}
	for (size_t i = 0; i < COUNTERS; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	struct totals totals = read_file();
	same_unsigned("all", count_of(&totals, "disconnect.idle"), COUNTERS * COUNTS_EACH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_not_happened_is_zero),
		cmocka_unit_test(encoded_and_decoded_is_the_same),
		cmocka_unit_test(full_totals_fit_and_take_no_more),
		cmocka_unit_test(damaged_totals_are_refused),
		cmocka_unit_test_setup_teardown(counts_are_kept_in_the_file, make_directory, remove_directory),
		cmocka_unit_test_setup_teardown(foreign_content_gives_way, make_directory, remove_directory),
		cmocka_unit_test_setup_teardown(huge_file_gives_way, make_directory, remove_directory),
		cmocka_unit_test_setup_teardown(no_other_file_is_opened, make_directory, remove_directory),
		cmocka_unit_test(without_a_file_nothing_is_counted),
		cmocka_unit_test_setup_teardown(lock_that_is_not_given_back_is_not_waited_for, make_directory,
		                                remove_directory),
		cmocka_unit_test_setup_teardown(many_that_count_at_once_lose_nothing, make_directory, remove_directory),
	};

	return cmocka_run_group_tests_name("totals", tests, NULL, NULL);
}

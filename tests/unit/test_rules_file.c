/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/rules_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "common/cleanup.h"
#include "tests/unit/unit.h"

/* The directory of a test, and in it the file that conf= names. */
struct place {
	char directory[64];
	char path[80];
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	assert_non_null(place);
	(void)snprintf(place->directory, sizeof place->directory, "/tmp/test_rules_file.XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	(void)snprintf(place->path, sizeof place->path, "%s/rules", place->directory);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	(void)remove(place->path);
	(void)rmdir(place->directory);
	free(place);
	return 0;
}

static void write_rules(const struct place *place, const char *text, mode_t mode)
{
	autoclose int fd = open(place->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
}

static void name_file(struct policy *policy, const char *path, enum origin origin)
{
	TEXT(setting, POLICY_PATH_SIZE + 8);
	TEXT(why, POLICY_WHY_SIZE);

	policy_init(policy);
	text_add(&setting, "conf=");
	text_add(&setting, path);
	assert_int_equal(policy_set(policy, setting.data, origin, &why), 0);
}

/* Expects "PATH" and `reason`. */
static void expect_refused(const struct place *place, int result, const char *reason)
{
	struct policy policy;
	struct rules_file file = {0};
	char expected[RULES_WHY_SIZE];
	TEXT(why, RULES_WHY_SIZE);

	name_file(&policy, place->path, ORIGIN_ARGUMENT);
	(void)snprintf(expected, sizeof expected, "%s%s", place->path, reason);
	same_number(reason, rules_file_read(&policy, &file, &why), result);
	same_string(reason, why.data, expected);
	assert_null(file.text);
}

static void expect_read(const struct place *place, const char *text)
{
	struct policy policy;
	autofree_rules struct rules_file file = {0};
	TEXT(why, RULES_WHY_SIZE);

	name_file(&policy, place->path, ORIGIN_ARGUMENT);
	int r = rules_file_read(&policy, &file, &why);
	if (r < 0)
		fail_msg("%s", why.data);
	assert_string_equal(why.data, "");
	assert_non_null(file.text);
	assert_int_equal(file.length, strlen(text));
	assert_memory_equal(file.text, text, file.length);
}

static void good_file_is_read(void **state)
{
	static const mode_t modes[] = {0600, 0644, 0400, 0444, 0755};

	for (size_t i = 0; i < COUNT(modes); i++) {
		write_rules(*state, "* * * exempt\n", modes[i]);
		expect_read(*state, "* * * exempt\n");
		assert_int_equal(remove(((struct place *)*state)->path), 0);
	}
	write_rules(*state, "", 0644);
	expect_read(*state, "");
}

static void absent_file_of_the_default_is_no_rules(void **state)
{
	const struct place *place = *state;
	struct policy policy;
	struct rules_file file = {.length = 1};
	TEXT(why, RULES_WHY_SIZE);

	name_file(&policy, place->path, ORIGIN_DEFAULT);
	assert_int_equal(rules_file_read(&policy, &file, &why), 0);
	assert_string_equal(why.data, "");
	assert_null(file.text);
	assert_int_equal(file.length, 0);
	expect_refused(place, -ENOENT, ": No such file or directory");
}

/* The default may be absent, not broken. */
static void broken_file_of_the_default_is_refused(void **state)
{
	const struct place *place = *state;
	struct policy policy;
	struct rules_file file = {0};
	TEXT(why, RULES_WHY_SIZE);

	assert_int_equal(symlink("nowhere", place->path), 0);
	name_file(&policy, place->path, ORIGIN_DEFAULT);
	assert_int_equal(rules_file_read(&policy, &file, &why), -EBADMSG);
}

static void mode_is_checked(void **state)
{
	static const mode_t modes[] = {0664, 0646, 0666, 0620, 0602};

	for (size_t i = 0; i < COUNT(modes); i++) {
		write_rules(*state, "* * * exempt\n", modes[i]);
		expect_refused(*state, -EBADMSG, ": can be written to by others than its owner");
	}
}

static void owner_is_checked(void **state)
{
	const struct place *place = *state;

	if (geteuid() != 0)
		skip();
	write_rules(place, "* * * exempt\n", 0644);
	assert_int_equal(chown(place->path, 65534, 0), 0);
	expect_refused(place, -EBADMSG, ": does not belong to root");
}

static void link_is_not_followed(void **state)
{
	const struct place *place = *state;

	assert_int_equal(symlink("/etc/passwd", place->path), 0);
	expect_refused(place, -EBADMSG, ": is a symbolic link");
}

static void only_a_regular_file_is_read(void **state)
{
	const struct place *place = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	assert_int_equal(mkfifo(place->path, 0644), 0);
	expect_refused(place, -EBADMSG, ": is not a regular file");
	assert_int_equal(remove(place->path), 0);
	assert_int_equal(mkdir(place->path, 0755), 0);
	expect_refused(place, -EBADMSG, ": is not a regular file");
	assert_int_equal(remove(place->path), 0);
	autoclose int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(text_copy(address.sun_path, sizeof address.sun_path, place->path), 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	expect_refused(place, -EBADMSG, ": is not a regular file");
}

static void device_is_no_file(void **state)
{
	struct policy policy;
	struct rules_file file = {0};
	TEXT(why, RULES_WHY_SIZE);

	(void)state;
	name_file(&policy, "/dev/null", ORIGIN_ARGUMENT);
	assert_int_equal(rules_file_read(&policy, &file, &why), -EBADMSG);
	assert_string_equal(why.data, "/dev/null: is not a regular file");
}

static void length_is_bounded(void **state)
{
	const struct place *place = *state;

	write_rules(place, "", 0644);
	assert_int_equal(truncate(place->path, 10 * RULES_FILE_MAX), 0);
	expect_refused(place, -EBADMSG, ": is longer than 1 MiB");
	assert_int_equal(truncate(place->path, RULES_FILE_MAX + 1), 0);
	expect_refused(place, -EBADMSG, ": is longer than 1 MiB");
	assert_int_equal(truncate(place->path, RULES_FILE_MAX), 0);
	expect_refused(place, -EBADMSG, ":1:1: a NUL byte: this is no text");
}

static void longest_file_is_checked_to_its_end(void **state)
{
	static char text[RULES_FILE_MAX + 1];
	static const char line[] = "sshd alice 10.0.0.0/8 idle=5m\n", last[] = "* * * idle=0";
	size_t used = 0;
	char reason[64];
	uint32_t lines = 0;

	while (used + 2 * sizeof line < RULES_FILE_MAX) {
		memcpy(text + used, line, sizeof line);
		used += sizeof line - 1;
		lines++;
	}
	write_rules(*state, text, 0644);
	expect_read(*state, text);
	memcpy(text + used, last, sizeof last);
	write_rules(*state, text, 0644);
	(void)snprintf(reason, sizeof reason, ":%u:7: idle: '0' is not within 1s to 3650d", lines + 1);
	expect_refused(*state, -EBADMSG, reason);
}

static void fault_has_its_place(void **state)
{
	write_rules(*state, "# c\n* * * idle=5m\n* * client.example \x1b", 0644);
	expect_refused(*state, -EBADMSG, ":3:20: a control character");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(good_file_is_read),
		TEST(absent_file_of_the_default_is_no_rules),
		TEST(broken_file_of_the_default_is_refused),
		TEST(mode_is_checked),
		TEST(owner_is_checked),
		TEST(link_is_not_followed),
		TEST(only_a_regular_file_is_read),
		TEST(device_is_no_file),
		TEST(length_is_bounded),
		TEST(longest_file_is_checked_to_its_end),
		TEST(fault_has_its_place),
	};

	return cmocka_run_group_tests_name("rules_file", tests, NULL, NULL);
}

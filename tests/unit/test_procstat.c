/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/procstat.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/unit.h"

/* A pts/3 shell's fields from the state on: parent 41, session 43, terminal 34819, ticks 5 6 7 8, start time 8812345. */
#define SHELL_FIELDS                                                                                                   \
	"S 41 42 43 34819 42 4194304 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9000000 1200 18446744073709551615 1 1 "          \
	"0 0 0 0 0 4096 65538 1 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n"

/* The 20 fields that are read, with a placeholder for the one under test. */
#define LINE_WITH_TTY(tty) "42 (sh) S 41 42 42 " tty " 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n"

#define LINE_WITH_TICKS(user, system, waited_user, waited_system)                                                      \
	"42 (sh) S 41 42 42 0 42 0 1 2 3 4 " user " " system " " waited_user " " waited_system " 20 0 1 0 8812345 9\n"

static int parse(const char *line, struct procstat *ret_stat)
{
	return procstat_parse(line, strlen(line), ret_stat);
}

static void expect_shell(const char *row, const struct procstat *stat)
{
	same_number(row, stat->pid, 42);
	same_number(row, stat->state, 'S');
	same_number(row, stat->parent, 41);
	same_unsigned(row, stat->tty, 34819);
	same_number(row, stat->session, 43);
	same_unsigned(row, stat->cpu_ticks, 5 + 6);
	same_unsigned(row, stat->waited_ticks, 7 + 8);
	same_unsigned(row, stat->start_time, 8812345);
}

/* A name that is longer than any that a process can give itself is cut. */
static void expect_name(const char *row, const struct procstat *stat, const char *name)
{
	size_t length = strlen(name) < sizeof stat->name ? strlen(name) : sizeof stat->name - 1;

	same_number(row, memcmp(stat->name, name, length), 0);
	same_number(row, stat->name[length], '\0');
}

static const char name_of_64_bytes[] = "kworker/u513:12-events_unbound) Z 1 0 (and a name that is cut at";

static const char *const hostile_names[] = {
	"sh",   "",       ")",        "(",    "()",         ")(",     " ",          "a b",
	"\n",   "a\nb",   ") R 1 1 1", ") Z 0 0 0\n", ")\n1 (x) Z 1", "foo) Z ", "(((((((((((((((",
	")))))))))))))))", "\x01\x7f\xff\xc3\xbc", "42 (sh) S 41 42", ") R 0 0 0 0 0 0", name_of_64_bytes,
};

static void name_cannot_forge_the_fields_after_it(void **state)
{
	(void)state;
	assert_int_equal(strlen(name_of_64_bytes), 64);
	for (size_t i = 0; i < COUNT(hostile_names); i++) {
		char line[PROCSTAT_SIZE];
		struct procstat stat = {0};
		(void)snprintf(line, sizeof line, "42 (%s) %s", hostile_names[i], SHELL_FIELDS);
		same_number(line, parse(line, &stat), 0);
		expect_shell(line, &stat);
		expect_name(line, &stat, hostile_names[i]);
	}
}

static void cut_line_is_refused_or_read_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hostile_names); i++) {
		char line[PROCSTAT_SIZE];
		size_t whole = (size_t)snprintf(line, sizeof line, "42 (%s) %s", hostile_names[i], SHELL_FIELDS);
		size_t refused = 0;
		for (size_t length = 0; length < whole; length++) {
			struct procstat stat = {0};
			int r = procstat_parse(line, length, &stat);
			refused += r == -EINVAL;
			if (r == 0)
				expect_shell(line, &stat);
			if (r == 0)
				expect_name(line, &stat, hostile_names[i]);
		}
		/* The start time is the last field read: whole only when its blank is there. */
		same_unsigned(line, refused, (size_t)(strstr(line, "8812345 ") + strlen("8812345") - line) + 1);
	}
}

static void line_of_wrong_shape_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"\n",
		"42",
		")",
		"42 (sh)",
		"42 (sh) ",
		"42 (sh)S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42 sh S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"(sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		" 42 (sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"-42 (sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"2147483648 (sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42000000000000000000 (sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42 (sh) SS 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42 (sh) 5 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42 (sh) [ 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42 (sh) S -1 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42 (sh) S 2147483648 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42 (sh) S  41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42 (sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 -1 9\n",
		"42 (sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 18446744073709551616 9\n",
		"42 (sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345",
		"42 (sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0\n",
		"42 sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42  (sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42(sh) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42 ) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42) S 41 42 42 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42 (sh) S 41 42 x 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		"42 (sh) S 41 42 2147483648 34819 42 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n",
		LINE_WITH_TICKS("x", "6", "7", "8"),
		LINE_WITH_TICKS("5", "", "7", "8"),
		LINE_WITH_TICKS("5", "6", "-", "8"),
		LINE_WITH_TICKS("5", "6", "7", "--8"),
		LINE_WITH_TICKS("5", "6", "7", "+8"),
		LINE_WITH_TICKS("18446744073709551616", "6", "7", "8"),
		LINE_WITH_TICKS("5", "6", "7", "-18446744073709551616"),
		LINE_WITH_TTY("x"),
		LINE_WITH_TTY("--1"),
		LINE_WITH_TTY("-"),
		LINE_WITH_TTY("4294967296"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct procstat stat = {.pid = 7};
		same_number(rows[i], parse(rows[i], &stat), -EINVAL);
		same_number(rows[i], stat.pid, 7);
	}
}

static void numbers_reach_their_ends(void **state)
{
	struct procstat stat;

	(void)state;
	const char *line = "2147483647 (x) R 2147483647 1 1 0 1 0 1 2 3 4 5 6 7 8 20 0 1 0 18446744073709551615\n";
	assert_int_equal(parse(line, &stat), 0);
	assert_int_equal(stat.pid, INT32_MAX);
	assert_int_equal(stat.parent, INT32_MAX);
	assert_true(stat.start_time == UINT64_MAX);
	assert_int_equal(stat.tty, 0);
}

static void ticks_are_added_up_within_their_range(void **state)
{
	static const struct {
		const char *line;
		uint64_t cpu, waited;
	} rows[] = {
		{LINE_WITH_TICKS("0", "0", "0", "0"), 0, 0},
		{LINE_WITH_TICKS("1", "20", "300", "4000"), 21, 4300},
		{LINE_WITH_TICKS("18446744073709551615", "0", "9223372036854775807", "0"), UINT64_MAX, INT64_MAX},
		{LINE_WITH_TICKS("18446744073709551615", "1", "0", "0"), UINT64_MAX, 0},
		{LINE_WITH_TICKS("18446744073709551614", "1", "0", "0"), UINT64_MAX, 0},
		{LINE_WITH_TICKS("5", "18446744073709551615", "0", "0"), UINT64_MAX, 0},
		{LINE_WITH_TICKS("5", "6", "9223372036854775807", "9223372036854775807"), 11, UINT64_MAX - 1},
		{LINE_WITH_TICKS("5", "6", "-1", "8"), 11, 8},
		{LINE_WITH_TICKS("5", "6", "7", "-8"), 11, 7},
		{LINE_WITH_TICKS("5", "6", "-9223372036854775808", "-9223372036854775808"), 11, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct procstat stat = {0};
		same_number(rows[i].line, parse(rows[i].line, &stat), 0);
		same_unsigned(rows[i].line, stat.cpu_ticks, rows[i].cpu);
		same_unsigned(rows[i].line, stat.waited_ticks, rows[i].waited);
	}
}

static void session_of_a_process_that_goes_is_none(void **state)
{
	struct procstat stat = {0};

	(void)state;
	assert_int_equal(parse("42 (sh) X 0 -1 -1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9\n", &stat), 0);
	assert_int_equal(stat.session, 0);
}

static void terminal_beyond_2_to_31_is_printed_with_a_minus(void **state)
{
	struct procstat stat;

	(void)state;
	/* Major 136, minor 0xfff00: 0xfff08800 as a signed int. */
	assert_int_equal(parse(LINE_WITH_TTY("-1013760"), &stat), 0);
	assert_int_equal(stat.tty, 0xfff08800);
	assert_int_equal(tty_major(stat.tty), 136);
	assert_int_equal(tty_minor(stat.tty), 0xfff00);
	assert_int_equal(parse(LINE_WITH_TTY("-2147483648"), &stat), 0);
	assert_int_equal(stat.tty, 0x80000000);
}

static void terminals_have_the_names_below_dev(void **state)
{
	static const struct {
		uint32_t tty, major, minor;
		const char *name; /* NULL: none of ours */
	} rows[] = {
		{0, 0, 0, NULL},
		{34816, 136, 0, "pts/0"},
		{34819, 136, 3, "pts/3"},
		{35071, 136, 255, "pts/255"},
		{1083392, 136, 256, "pts/256"},
		{0x00108803, 136, 259, "pts/259"},
		{0xfff088ff, 136, 0xfffff, "pts/1048575"},
		{35072, 137, 0, "pts/256"},
		{0x8fff, 143, 255, "pts/2047"},
		{0x9000, 144, 0, NULL},
		{0x87ff, 135, 255, NULL},
		{0x0400, 4, 0, NULL},
		{0x0401, 4, 1, "tty1"},
		{0x043f, 4, 63, "tty63"},
		{0x0440, 4, 64, "ttyS0"},
		{0x0443, 4, 67, "ttyS3"},
		{0x0500, 5, 0, NULL},
		{0x0501, 5, 1, NULL},
		{0xcc40, 204, 64, NULL},
		{UINT32_MAX, 4095, 0xfffff, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char row[24];
		TEXT(name, 32);
		(void)snprintf(row, sizeof row, "%u", rows[i].tty);
		same_unsigned(row, tty_major(rows[i].tty), rows[i].major);
		same_unsigned(row, tty_minor(rows[i].tty), rows[i].minor);
		same_number(row, tty_add_name(rows[i].tty, &name), rows[i].name != NULL);
		same_string(row, name.data, rows[i].name != NULL ? rows[i].name : "");
	}
}

static void only_a_zombie_and_the_dead_do_not_live(void **state)
{
	static const char alive[] = "RSDTtIWKP", dead[] = "ZXx";

	(void)state;
	for (const char *c = alive; *c != '\0'; c++)
		assert_true(procstat_is_alive(&(struct procstat){.state = *c}));
	for (const char *c = dead; *c != '\0'; c++)
		assert_false(procstat_is_alive(&(struct procstat){.state = *c}));
}

static void children_are_read_up_to_what_is_no_pid(void **state)
{
	static const struct {
		const char *list;
		int32_t pids[4];
	} rows[] = {
		{"", {0}},
		{" ", {0}},
		{"\n", {0}},
		{"1", {1}},
		{"1 ", {1}},
		{" 17 18\n19 ", {17, 18, 19}},
		{"2147483647", {INT32_MAX}},
		{"5 2147483648 6", {5}},
		{"5 99999999999999999999 6", {5}},
		{"5 0 6", {5}},
		{"5 -6 7", {5}},
		{"5 x 7", {5}},
		{"5x 7", {0}},
		{"5\t6", {0}},
		{"00000000005 6", {5, 6}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *cursor = rows[i].list;
		int32_t pid = 0;
		size_t found = 0;
		while (procstat_next_pid(&cursor, &pid))
			same_number(rows[i].list, pid, rows[i].pids[found++]);
		same_number(rows[i].list, 0, rows[i].pids[found]);
	}
}

static void real_uid_is_the_first_of_its_line(void **state)
{
	static const struct {
		const char *status;
		int result;
		uint32_t uid;
	} rows[] = {
		{"Name:\tsh\nUid:\t1000\t1001\t1002\t1003\nGid:\t7\t7\t7\t7\n", 0, 1000},
		{"Name:\tsh\nUid:\t0\t0\t0\t0\n", 0, 0},
		{"Name:\tsh\nUid:\t4294967295\t0\t0\t0\n", 0, UINT32_MAX},
		{"Name:\tUid:\t0\nUid:\t1000\t0\t0\t0\n", 0, 1000},
		{"Name:\t\\nUid:\t0\nUid:\t1000\t0\t0\t0\n", 0, 1000},
		{"Uid:\t1000\t0\t0\t0\n", -EINVAL, 0},
		{"Name:\tsh\nUid:\t4294967296\t0\t0\t0\n", -EINVAL, 0},
		{"Name:\tsh\nUid:\t429496729500\t0\t0\t0\n", -EINVAL, 0},
		{"Name:\tsh\nUid:\t-1\t0\t0\t0\n", -EINVAL, 0},
		{"Name:\tsh\nUid:\t\t0\t0\t0\n", -EINVAL, 0},
		{"Name:\tsh\nUid:\t\n", -EINVAL, 0},
		{"Name:\tsh\nUid: 1000\n", -EINVAL, 0},
		{"Name:\tsh\nUid:\t10", -EINVAL, 0},
		{"Name:\tsh\nUid:\t", -EINVAL, 0},
		{"Name:\tsh\n", -EINVAL, 0},
		{"", -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t uid = 4711;
		same_number(rows[i].status, procstat_parse_uid(rows[i].status, &uid), rows[i].result);
		same_unsigned(rows[i].status, uid, rows[i].result == 0 ? rows[i].uid : 4711);
	}
}

static void switches_are_those_given_up_freely(void **state)
{
	static const struct {
		const char *status;
		int result;
		uint64_t switches;
	} rows[] = {
		{"Name:\tsh\nvoluntary_ctxt_switches:\t17\nnonvoluntary_ctxt_switches:\t5\n", 0, 17},
		{"Name:\tsh\nnonvoluntary_ctxt_switches:\t5\nvoluntary_ctxt_switches:\t17\n", 0, 17},
		{"s:\t0-3\nvoluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t5\nx86:\tshstk\n", 0, 0},
		{"\nvoluntary_ctxt_switches:\t18446744073709551615\n", 0, UINT64_MAX},
		{"Name:\t\\nvoluntary_ctx:\t9\nvoluntary_ctxt_switches:\t17\n", 0, 17},
		{"Name:\tvoluntary_ctxt_switches:\t9\nvoluntary_ctxt_switches:\t17\n", 0, 17},
		{"Groups:\t0 1 2 voluntary_ctxt_switches:\t9\n", -EINVAL, 0},
		{"voluntary_ctxt_switches:\t17\n", -EINVAL, 0},
		{"\nvoluntary_ctxt_switches:\t17", -EINVAL, 0},
		{"\nvoluntary_ctxt_switches:\t", -EINVAL, 0},
		{"\nvoluntary_ctxt_switches:\t\n", -EINVAL, 0},
		{"\nvoluntary_ctxt_switches: 17\n", -EINVAL, 0},
		{"\nvoluntary_ctxt_switches:\t-1\n", -EINVAL, 0},
		{"\nvoluntary_ctxt_switches:\t18446744073709551616\n", -EINVAL, 0},
		{"\nvoluntary_ctxt_switches:\t000000000000000000000000001\n", -EINVAL, 0},
		{"\nnonvoluntary_ctxt_switches:\t5\n", -EINVAL, 0},
		{"Groups:\t0 1 2", -EINVAL, 0},
		{"", -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t switches = 4711;
		same_number(rows[i].status, procstat_parse_switches(rows[i].status, &switches), rows[i].result);
		same_unsigned(rows[i].status, switches, rows[i].result == 0 ? rows[i].switches : 4711);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_cannot_forge_the_fields_after_it),
		cmocka_unit_test(cut_line_is_refused_or_read_right),
		cmocka_unit_test(line_of_wrong_shape_is_refused),
		cmocka_unit_test(numbers_reach_their_ends),
		cmocka_unit_test(ticks_are_added_up_within_their_range),
		cmocka_unit_test(session_of_a_process_that_goes_is_none),
		cmocka_unit_test(terminal_beyond_2_to_31_is_printed_with_a_minus),
		cmocka_unit_test(terminals_have_the_names_below_dev),
		cmocka_unit_test(only_a_zombie_and_the_dead_do_not_live),
		cmocka_unit_test(children_are_read_up_to_what_is_no_pid),
		cmocka_unit_test(real_uid_is_the_first_of_its_line),
		cmocka_unit_test(switches_are_those_given_up_freely),
	};

	return cmocka_run_group_tests_name("procstat", tests, NULL, NULL);
}

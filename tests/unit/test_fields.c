/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/fields.h"

#include <errno.h>

#include "tests/unit/unit.h"

/* A guard follows every member, so that a store of the wrong width is seen. */
struct sample {
	char name[5];
	char guard_name;
	uint16_t port, guard_port;
	int32_t pid, guard_pid;
	uint32_t uid, guard_uid;
	uint64_t start, guard_start;
	int64_t time, guard_time;
};

static const struct field table[] = {
	FIELD(struct sample, name, "name", FIELD_STRING), FIELD(struct sample, port, "port", FIELD_U16),
	FIELD(struct sample, pid, "pid", FIELD_I32),      FIELD(struct sample, uid, "uid", FIELD_U32),
	FIELD(struct sample, start, "start", FIELD_U64),  FIELD(struct sample, time, "time", FIELD_I64),
};

static const struct sample blank = {.name = "old", .port = 1, .pid = 2, .uid = 3, .start = 4, .time = 5};

static void struct_is_one_line_per_field(void **state)
{
	const struct sample sample = {"a%b", 0, UINT16_MAX, 0, -7, 0, UINT32_MAX, 0, UINT64_MAX, 0, INT64_MIN, 0};
	TEXT(text, 256);

	(void)state;
	fields_encode(table, COUNT(table), &sample, &text);
	assert_string_equal(text.data, "name=a%25b\nport=65535\npid=-7\nuid=4294967295\n"
	                               "start=18446744073709551615\ntime=-9223372036854775808\n");
}

static void every_byte_survives_the_notation(void **state)
{
	char all[256];
	char line[FIELDS_LINE_MAX];
	char *key, *value;
	TEXT(text, FIELDS_LINE_MAX);

	(void)state;
	for (size_t i = 0; i < 255; i++)
		all[i] = (char)(i + 1);
	all[255] = '\0';
	fields_add_string(&text, "k", all);
	for (size_t i = 0; i + 1 < text.used; i++)
		assert_in_range(text.data[i], ' ', '~');
	const char *cursor = text.data;
	size_t length = text.used;
	assert_int_equal(fields_next(&cursor, &length, line, &key, &value), 1);
	assert_string_equal(key, "k");
	assert_string_equal(value, all);
	assert_int_equal(length, 0);
}

static void longest_escaped_name_fits_a_line(void **state)
{
	char name[257], line[FIELDS_LINE_MAX];
	char *key, *value;
	TEXT(text, FIELDS_LINE_MAX + 1);

	(void)state;
	memset(name, '\n', 256);
	name[256] = '\0';
	fields_add_string(&text, "local_address", name);
	assert_int_equal(text_result(&text), 0);
	const char *cursor = text.data;
	size_t length = text.used;
	assert_int_equal(fields_next(&cursor, &length, line, &key, &value), 1);
	assert_string_equal(value, name);
}

static void lines_are_read_one_by_one(void **state)
{
	const char bytes[] = "a=1\nb=\nc=x=y\nd=%0A%25%FF\n";
	const char *cursor = bytes;
	size_t length = sizeof bytes - 1;
	static const char *const expected[][2] = {{"a", "1"}, {"b", ""}, {"c", "x=y"}, {"d", "\n%\xff"}};
	char line[FIELDS_LINE_MAX];
	char *key, *value;

	(void)state;
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_int_equal(fields_next(&cursor, &length, line, &key, &value), 1);
		same_string(expected[i][0], key, expected[i][0]);
		same_string(expected[i][0], value, expected[i][1]);
	}
	assert_int_equal(fields_next(&cursor, &length, line, &key, &value), 0);
}

static void what_is_not_the_notation_is_refused(void **state)
{
	static const char *const rows[] = {
		"a=1",       "a",          "\n",         "a\n",        "=1\n",       "==\n",      "a=%\n",
		"a=%4\n",    "a=%00\n",    "a=%4g\n",    "a=%ff\n",    "a=% 1\n",    "a=%-1\n",   "a=%%25\n",
		"a=\t\n",    "a=\r\n",     "a=\xc3\xbc\n", "a=\x7f\n", "a=%2\nb=1\n", "a=%F\xff\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char line[FIELDS_LINE_MAX];
		const char *cursor = rows[i];
		char *key, *value;
		size_t length = strlen(rows[i]);
		same_number(rows[i], fields_next(&cursor, &length, line, &key, &value), -EINVAL);
	}
}

static int next_of(const char *bytes, size_t length)
{
	char line[FIELDS_LINE_MAX];
	char *key, *value;

	return fields_next(&bytes, &length, line, &key, &value);
}

static void byte_nul_is_refused_wherever_it_stands(void **state)
{
	(void)state;
	assert_int_equal(next_of("\0=1\n", 4), -EINVAL);
	assert_int_equal(next_of("a\0=1\n", 5), -EINVAL);
	assert_int_equal(next_of("a=\0\n", 4), -EINVAL);
	assert_int_equal(next_of("a=1\0\n", 5), -EINVAL);
	assert_int_equal(next_of("a=1\n\0", 5), 1);
	assert_int_equal(next_of("", 0), 0);
}

static void line_may_be_as_long_as_its_buffer_and_no_longer(void **state)
{
	char bytes[FIELDS_LINE_MAX + 2];

	(void)state;
	memset(bytes, 'x', sizeof bytes);
	bytes[1] = '=';
	bytes[FIELDS_LINE_MAX - 1] = '\n';
	assert_int_equal(next_of(bytes, FIELDS_LINE_MAX), 1);
	bytes[FIELDS_LINE_MAX - 1] = 'x';
	bytes[FIELDS_LINE_MAX] = '\n';
	assert_int_equal(next_of(bytes, FIELDS_LINE_MAX + 1), -EINVAL);
}

static void values_at_the_edge_are_stored_and_beyond_refused(void **state)
{
	static const struct {
		const char *key, *value;
		int result;
	} rows[] = {
		{"name", "", 0},
		{"name", "abcd", 0},
		{"name", "abcde", -EINVAL},
		{"port", "0", 0},
		{"port", "65535", 0},
		{"port", "65536", -EINVAL},
		{"port", "-1", -EINVAL},
		{"pid", "2147483647", 0},
		{"pid", "2147483648", -EINVAL},
		{"pid", "-2147483648", 0},
		{"pid", "-2147483649", -EINVAL},
		{"pid", "--1", -EINVAL},
		{"pid", "-", -EINVAL},
		{"pid", "+1", -EINVAL},
		{"uid", "4294967295", 0},
		{"uid", "4294967296", -EINVAL},
		{"uid", "-1", -EINVAL},
		{"start", "18446744073709551615", 0},
		{"start", "18446744073709551616", -EINVAL},
		{"time", "9223372036854775807", 0},
		{"time", "9223372036854775808", -EINVAL},
		{"time", "-9223372036854775808", 0},
		{"time", "-9223372036854775809", -EINVAL},
		{"time", "-18446744073709551615", -EINVAL},
		{"time", "", -EINVAL},
		{"time", "1 ", -EINVAL},
		{"nam", "x", -ENOENT},
		{"names", "x", -ENOENT},
		{"", "x", -ENOENT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sample sample;
		memcpy(&sample, &blank, sizeof sample);
		same_number(rows[i].value, fields_store(table, COUNT(table), &sample, rows[i].key, rows[i].value),
		            rows[i].result);
		assert_int_equal(sample.guard_name, 0);
		assert_int_equal(sample.guard_port, 0);
		assert_int_equal(sample.guard_pid, 0);
		assert_int_equal(sample.guard_uid, 0);
		assert_int_equal(sample.guard_start, 0);
		assert_int_equal(sample.guard_time, 0);
	}
}

static void struct_is_read_back_unchanged(void **state)
{
	static const struct sample rows[] = {
		{.name = ""},
		{.name = "\n=%\xff", .port = UINT16_MAX, .pid = INT32_MAX, .uid = UINT32_MAX, .start = UINT64_MAX,
	         .time = INT64_MAX},
		{.name = " ", .port = 22, .pid = INT32_MIN, .uid = 1000, .start = 1, .time = INT64_MIN},
		{.name = "abcd", .port = 256, .pid = -1, .uid = 65536, .start = UINT64_C(1) << 32, .time = -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sample again;
		char line[FIELDS_LINE_MAX];
		char *key, *value;
		TEXT(text, 256);

		memset(&again, 0, sizeof again);
		fields_encode(table, COUNT(table), &rows[i], &text);
		const char *cursor = text.data;
		size_t length = text.used;
		while (fields_next(&cursor, &length, line, &key, &value) > 0)
			same_number(text.data, fields_store(table, COUNT(table), &again, key, value), 0);
		assert_string_equal(again.name, rows[i].name);
		assert_int_equal(again.port, rows[i].port);
		assert_int_equal(again.pid, rows[i].pid);
		assert_int_equal(again.uid, rows[i].uid);
		assert_true(again.start == rows[i].start);
		assert_true(again.time == rows[i].time);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(struct_is_one_line_per_field),
		cmocka_unit_test(every_byte_survives_the_notation),
		cmocka_unit_test(longest_escaped_name_fits_a_line),
		cmocka_unit_test(lines_are_read_one_by_one),
		cmocka_unit_test(what_is_not_the_notation_is_refused),
		cmocka_unit_test(byte_nul_is_refused_wherever_it_stands),
		cmocka_unit_test(line_may_be_as_long_as_its_buffer_and_no_longer),
		cmocka_unit_test(values_at_the_edge_are_stored_and_beyond_refused),
		cmocka_unit_test(struct_is_read_back_unchanged),
	};

	return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}

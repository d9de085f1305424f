/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/table.h"

#include <errno.h>
#include <stdlib.h>

#include "tests/unit/unit.h"

static const struct column columns[] = {
	{.title = "KEY", .min = 4},
	{.title = "NAME", .sacrifice = 2, .comfortable = 8, .min = 4},
	{.title = "NUMBER", .sacrifice = 1, .comfortable = 6, .min = 6, .right = true},
};

#define COLUMN_COUNT COUNT(columns)

/* The widths that columns of 4, 20 and 6 get of a line, written "4 20 6". */
static void widths_that_fit(void **state)
{
	static const struct {
		size_t width;
		const char *fitted;
	} rows[] = {
		{100, "4 20 6"}, {34, "4 20 6"}, /* all there is */
		{33, "4 19 6"}, {22, "4 8 6"},   /* cut to what is comfortable */
		{21, "4 8 0"},  {14, "4 8 0"},   /* the first to go is gone */
		{13, "4 7 0"},  {10, "4 4 0"},   /* cut to the least */
		{9, "4 0 0"},   {4, "4 0 0"},    {1, "4 0 0"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t widths[] = {4, 20, 6};
		TEXT(fitted, 64);
		table_fit(columns, COLUMN_COUNT, rows[i].width, widths);
		for (size_t j = 0; j < COLUMN_COUNT; j++) {
			text_add(&fitted, j > 0 ? " " : "");
			text_add_unsigned(&fitted, widths[j]);
		}
		same_string(rows[i].fitted, fitted.data, rows[i].fitted);
	}
}

static void prints(const char *const *cells, size_t count, size_t width, const char *expected)
{
	struct table table;
	char *printed = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&printed, &size);

	assert_non_null(to);
	table_init(&table, columns, COLUMN_COUNT);
	for (size_t i = 0; i < count; i++)
		table_add(&table, cells[i]);
	assert_int_equal(table_print(&table, width, to), 0);
	table_free(&table);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(printed, expected);
	free(printed);
}

static void printed_tables(void **state)
{
	static const char *const cells[] = {"a", "somebody else", "7", "b", "me", "1000000"};

	(void)state;
	prints(NULL, 0, 0, "KEY  NAME  NUMBER\n");
	prints(cells, COUNT(cells), 0,
	       "KEY  NAME            NUMBER\n"
	       "a    somebody else        7\n"
	       "b    me             1000000\n");
	prints(cells, COUNT(cells), 22,
	       "KEY  NAME       NUMBER\n"
	       "a    somebody+       7\n"
	       "b    me         10000+\n");
	prints(cells, COUNT(cells), 9,
	       "KEY  NAME\n"
	       "a    som+\n"
	       "b    me\n");
	prints(cells, COUNT(cells), 1,
	       "KEY\n"
	       "a\n"
	       "b\n");
}

static void every_byte_of_a_cell_is_safe(void **state)
{
	char all[256];
	const char *cells[] = {all, "", "\x1b[31m"};
	TEXT(line, 1024);

	(void)state;
	for (size_t i = 0; i < 255; i++)
		all[i] = (char)(i + 1);
	all[255] = '\0';
	text_add(&line, "KEY");
	for (size_t i = 3; i < 257; i++)
		text_add_char(&line, ' ');
	text_add(&line, "NAME  NUMBER\n");
	for (int c = 1; c < 256; c++)
		text_add_char(&line, c >= ' ' && c <= '~' ? (char)c : '?');
	text_add(&line, "         ?[31m\n");
	prints(cells, COUNT(cells), 0, line.data);
}

static void a_lost_cell_is_told(void **state)
{
	struct table table;

	(void)state;
	table_init(&table, columns, COLUMN_COUNT);
	table.failed = true;
	assert_int_equal(table_print(&table, 0, stdout), -ENOMEM);
	table_free(&table);
}

static void a_file_has_no_width(void **state)
{
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	assert_true(table_terminal_width(file) == 0);
	(void)fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths_that_fit),
		cmocka_unit_test(printed_tables),
		cmocka_unit_test(every_byte_of_a_cell_is_safe),
		cmocka_unit_test(a_lost_cell_is_told),
		cmocka_unit_test(a_file_has_no_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/text.h"

/* Blanks between columns. */
#define GAP 2

/* Ends a cell that was cut. */
#define CUT_MARK '+'

/* A terminal that does not say how wide it is: a serial line, mostly. */
#define DEFAULT_WIDTH 80
#define WIDTH_MAX 10000

void table_init(struct table *table, const struct column *columns, size_t column_count)
{
	*table = (struct table){.columns = columns, .column_count = column_count};
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
	*table = (struct table){0};
}

static bool make_room(struct table *table)
{
	if (table->count < table->room)
		return true;
	size_t room = table->room > 0 ? table->room * 2 : 64;
	char **cells = reallocarray(table->cells, room, sizeof *cells);
	if (cells == NULL)
		return false;
	table->cells = cells;
	table->room = room;
	return true;
}

/* Every byte becomes one column of the terminal: text_add_printable leaves no byte that is more or less. */
void table_add(struct table *table, const char *cell)
{
	size_t size = strlen(cell) + 1;
	char *copy = make_room(table) ? malloc(size) : NULL;
	struct text text;

	if (copy == NULL) {
		table->failed = true;
		return;
	}
	text_init(&text, copy, size);
	text_add_printable(&text, cell);
	table->cells[table->count++] = copy;
}

static size_t total_width(const size_t widths[], size_t count)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += widths[i] > 0 ? widths[i] + (total > 0 ? GAP : 0) : 0;
	return total;
}

/* Makes column `i` narrower by what is too much, but not below `floor`. */
static void shrink(size_t widths[], size_t count, size_t i, size_t floor, size_t width)
{
	size_t total = total_width(widths, count);

	if (total <= width || widths[i] <= floor)
		return;
	size_t spare = widths[i] - floor;
	size_t excess = total - width;
	widths[i] -= excess < spare ? excess : spare;
}

/* The column that gives way as the `turn`th, or `count`. */
static size_t column_of_turn(const struct column *columns, size_t count, unsigned turn)
{
	size_t i = 0;

	while (i < count && columns[i].sacrifice != turn)
		i++;
	return i;
}

void table_fit(const struct column *columns, size_t count, size_t width, size_t widths[])
{
	size_t i;

	for (unsigned turn = 1; (i = column_of_turn(columns, count, turn)) < count; turn++)
		shrink(widths, count, i, columns[i].comfortable, width);
	for (unsigned turn = 1; (i = column_of_turn(columns, count, turn)) < count; turn++) {
		shrink(widths, count, i, columns[i].min, width);
		if (total_width(widths, count) > width)
			widths[i] = 0;
	}
	for (i = 0; i < count; i++) {
		if (columns[i].sacrifice == 0)
			shrink(widths, count, i, columns[i].min, width);
	}
}

static void measure(const struct table *table, size_t widths[])
{
	for (size_t i = 0; i < table->column_count; i++)
		widths[i] = strlen(table->columns[i].title);
	for (size_t i = 0, column = 0; i < table->count; i++) {
		size_t length = strlen(table->cells[i]);
		if (length > widths[column])
			widths[column] = length;
		column = column + 1 < table->column_count ? column + 1 : 0;
	}
}

/* Prints one cell; the last of a line is not padded, for blanks at the end of a line wrap. */
static void print_cell(const char *cell, size_t width, bool right, bool last, FILE *to)
{
	size_t length = strlen(cell);

	if (length > width)
		fprintf(to, "%.*s%c", (int)width - 1, cell, CUT_MARK);
	else if (right)
		fprintf(to, "%*s", (int)width, cell);
	else
		fprintf(to, "%-*s", last ? 0 : (int)width, cell);
	fputs(last ? "\n" : "  ", to);
}

static size_t last_shown(const size_t widths[], size_t count)
{
	size_t last = 0;

	for (size_t i = 0; i < count; i++) {
		if (widths[i] > 0)
			last = i;
	}
	return last;
}

int table_print(const struct table *table, size_t width, FILE *to)
{
	size_t widths[TABLE_COLUMNS_MAX] = {0};
	size_t columns = table->column_count;

	if (table->failed)
		return -ENOMEM;
	measure(table, widths);
	if (width > 0)
		table_fit(table->columns, columns, width, widths);
	size_t last = last_shown(widths, columns);
	for (size_t i = 0; i < columns + table->count; i++) {
		size_t at = i % columns;
		if (widths[at] > 0)
			print_cell(i < columns ? table->columns[at].title : table->cells[i - columns], widths[at],
			           table->columns[at].right, at == last, to);
	}
	return 0;
}

/* COLUMNS is not exported by shells of their own accord: whoever set it meant it. */
size_t table_terminal_width(FILE *stream)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t number;

	if (!isatty(fileno(stream)))
		return 0;
	if (columns != NULL && text_parse_unsigned(columns, WIDTH_MAX, &number) == 0 && number > 0)
		return (size_t)number;
	if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return DEFAULT_WIDTH;
}

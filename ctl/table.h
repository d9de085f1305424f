/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A table for people: columns as wide as what stands in them, and as many as the terminal has room for.
 *
 * The table owns copies of its cells and makes each safe for a terminal as it comes in. Columns are the caller's and
 * outlive it.
 */
#ifndef IDLETIMEOUT_CTL_TABLE_H
#define IDLETIMEOUT_CTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS_MAX 16

struct column {
	const char *title;
	unsigned sacrifice; /* the order in which columns give way on a narrow terminal, 1 first; 0: always stays */
	size_t comfortable; /* width that it is cut to before any column is dropped */
	size_t min;         /* width that it is cut to before it is dropped itself */
	bool right;         /* numbers end where numbers end */
};

struct table {
	const struct column *columns;
	size_t column_count;
	char **cells; /* row by row */
	size_t count, room;
	bool failed; /* out of memory */
};

/* Starts an empty table of at most TABLE_COLUMNS_MAX columns. */
void table_init(struct table *table, const struct column *columns, size_t column_count);
void table_free(struct table *table);

/* Adds the next cell, from left to right and row by row. */
void table_add(struct table *table, const char *cell);

/* Prints title and rows into `width` characters a line, 0 for as many as it takes. 0, or -ENOMEM if a cell was lost. */
int table_print(const struct table *table, size_t width, FILE *to);

/*
 * Pure: turns the widths that columns would like into those that fit `width` together; 0 is a column that is not shown.
 * A column that stays and does not fit even so is left for the terminal to wrap.
 */
void table_fit(const struct column *columns, size_t count, size_t width, size_t widths[]);

/* How many characters a line of this stream has; 0 when it is no terminal and has no end. */
size_t table_terminal_width(FILE *stream);

#endif

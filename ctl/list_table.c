/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/list.h"

#include <string.h>

#include "common/duration.h"
#include "ctl/table.h"
#include "ctl/words.h"

/* Room for the longest cell, a list of terminals or a name from the network. */
#define CELL_SIZE 320

#define NOTHING "-"
#define UNKNOWN "?"

/* On a narrow terminal, who is cut off when is worth more than from where and why. */
static const struct column columns[] = {
	{.title = "ID", .min = SESSION_ID_LENGTH},
	{.title = "USER", .sacrifice = 9, .comfortable = 16, .min = 8},
	{.title = "SERVICE", .sacrifice = 3, .comfortable = 12, .min = 7},
	{.title = "TTY", .sacrifice = 6, .comfortable = 13, .min = 6},
	{.title = "FROM", .sacrifice = 4, .comfortable = 24, .min = 15},
	{.title = "LOGIN", .sacrifice = 1, .comfortable = 16, .min = 16},
	{.title = "IDLE", .sacrifice = 7, .comfortable = 10, .min = 6, .right = true},
	{.title = "LIMITS", .sacrifice = 2, .comfortable = 40, .min = 20},
	{.title = "LEFT", .sacrifice = 8, .comfortable = 10, .min = 9, .right = true},
	{.title = "FIRST", .sacrifice = 5, .comfortable = 9, .min = 9},
};

#define COLUMN_COUNT (sizeof columns / sizeof columns[0])

typedef void cell_writer(const struct watched *item, struct text *cell);

static void write_id(const struct watched *item, struct text *cell)
{
	text_add(cell, item->session.id);
}

static void write_user(const struct watched *item, struct text *cell)
{
	text_add(cell, item->session.user);
}

static void write_service(const struct watched *item, struct text *cell)
{
	text_add(cell, item->session.service);
}

static void write_tty(const struct watched *item, struct text *cell)
{
	text_add(cell, words_terminals(item));
}

static void write_from(const struct watched *item, struct text *cell)
{
	text_add(cell, words_from(item));
}

static void write_login(const struct watched *item, struct text *cell)
{
	words_add_login(&item->session, cell);
}

static void add_seconds(int64_t seconds, struct text *cell)
{
	if (seconds >= 0)
		duration_add_exact(cell, (uint64_t)seconds);
}

static void write_idle(const struct watched *item, struct text *cell)
{
	if (item->answered)
		add_seconds(words_seconds_passed(item->status.idle_ms), cell);
	else
		text_add(cell, UNKNOWN);
}

/* Appends "idle 15m"; nothing for a limit that is off. */
static void add_limit(const struct policy *policy, enum option_id id, struct text *cell)
{
	if (policy->value[id] == 0)
		return;
	if (cell->used > 0)
		text_add(cell, ", ");
	text_add(cell, option_table[id].name);
	text_add_char(cell, ' ');
	words_add_limit(policy, id, cell);
}

static void write_limits(const struct watched *item, struct text *cell)
{
	if (item->policy.value[OPTION_DRY_RUN])
		text_add(cell, "dry run");
	add_limit(&item->policy, OPTION_IDLE, cell);
	add_limit(&item->policy, OPTION_KEEPALIVE, cell);
	add_limit(&item->policy, OPTION_MAX, cell);
	if (item->status.extended_ms >= 0)
		text_add(cell, cell->used > 0 ? ", extended" : "extended");
}

/* Parentheses: nothing will happen then. They stand here because this column is shown on the narrowest terminal. */
static void add_rehearsed(int64_t left_ms, struct text *cell)
{
	if (left_ms < 0)
		return;
	text_add_char(cell, '(');
	add_seconds(words_seconds_left(left_ms), cell);
	text_add_char(cell, ')');
}

/* A session that is past its limit has no time left but something to say. */
static void write_left(const struct watched *item, struct text *cell)
{
	if (!item->answered || strcmp(item->status.state, "closing") == 0)
		text_add(cell, words_state(item));
	else if (strcmp(item->status.state, "dry-run") == 0)
		text_add(cell, "passed");
	else if (item->policy.value[OPTION_DRY_RUN])
		add_rehearsed(item->status.left_ms, cell);
	else
		add_seconds(words_seconds_left(item->status.left_ms), cell);
}

static void write_first(const struct watched *item, struct text *cell)
{
	text_add(cell, item->answered ? item->status.first : UNKNOWN);
}

/* In the order of the columns. */
static cell_writer *const writers[COLUMN_COUNT] = {
	write_id,    write_user, write_service, write_tty,  write_from,
	write_login, write_idle, write_limits,  write_left, write_first,
};

static void add_row(const struct watched *item, struct table *table)
{
	char data[CELL_SIZE];
	struct text cell;

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		text_init(&cell, data, sizeof data);
		writers[i](item, &cell);
		table_add(table, cell.used > 0 ? data : NOTHING);
	}
}

int list_print_table(const struct session_list *list, size_t width, FILE *to)
{
	struct table table;

	if (list->count == 0) {
		fprintf(to, "no sessions\n");
		return 0;
	}
	table_init(&table, columns, COLUMN_COUNT);
	for (size_t i = 0; i < list->count; i++)
		add_row(&list->items[i], &table);
	int r = table_print(&table, width, to);
	table_free(&table);
	return r;
}

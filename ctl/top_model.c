/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/top_model.h"

#include <string.h>

#include "common/duration.h"
#include "ctl/table.h"
#include "ctl/words.h"

/* Room for the longest cell, a list of terminals or a name from the network. */
#define CELL_SIZE 320

/* Blanks between columns, as table.c has them. */
#define GAP 2

#define NOTHING "-"
#define UNKNOWN "?"
#define CUT_MARK '+'

/* Above the sessions: the summary and the titles. */
#define HEAD_LINES 2

#define SOON_MS (INT64_C(5) * 60 * 1000)
#define URGENT_MS (INT64_C(60) * 1000)

enum { COLUMN_ID, COLUMN_USER, COLUMN_SERVICE, COLUMN_TTY, COLUMN_FROM, COLUMN_FIRST, COLUMN_LEFT, COLUMN_BAR, COLUMN_STATE };

/* What is left when and what that means goes last; the bar takes what the others leave. */
static const struct column columns[TOP_COLUMNS] = {
	[COLUMN_ID] = {.title = "ID", .min = SESSION_ID_LENGTH},
	[COLUMN_USER] = {.title = "USER", .sacrifice = 8, .comfortable = 12, .min = 8},
	[COLUMN_SERVICE] = {.title = "SERVICE", .sacrifice = 2, .comfortable = 12, .min = 7},
	[COLUMN_TTY] = {.title = "TTY", .sacrifice = 4, .comfortable = 12, .min = 6},
	[COLUMN_FROM] = {.title = "FROM", .sacrifice = 1, .comfortable = 16, .min = 15},
	[COLUMN_FIRST] = {.title = "FIRST", .sacrifice = 3, .comfortable = 9, .min = 9},
	[COLUMN_LEFT] = {.title = "LEFT", .sacrifice = 7, .comfortable = 11, .min = 9, .right = true},
	[COLUMN_BAR] = {.title = "PASSED", .sacrifice = 5, .comfortable = 12, .min = 8},
	[COLUMN_STATE] = {.title = "STATE", .sacrifice = 6, .comfortable = 9, .min = 9},
};

static int64_t limit_ms(const struct watched *item)
{
	const struct policy *policy = &item->policy;
	enum option_id id = option_find(item->status.first, strlen(item->status.first));

	switch (id) {
	case OPTION_KEEPALIVE:
		return (int64_t)policy->value[id] * policy->value[OPTION_KEEPALIVE_COUNT] * 1000;
	case OPTION_IDLE:
	case OPTION_MAX:
		return (int64_t)policy->value[id] * 1000;
	default:
		return 0;
	}
}

int top_filled(const struct watched *item, size_t width)
{
	int64_t limit = limit_ms(item);
	int64_t left = item->status.left_ms;

	if (!item->answered || limit <= 0 || left < 0)
		return -1;
	/* A session that was given time has more than its limit left. */
	return left >= limit ? 0 : (int)((limit - left) * (int64_t)width / limit);
}

static void add_bar(const struct watched *item, size_t width, struct text *text)
{
	size_t inside = width >= 2 ? width - 2 : 0;
	int filled = top_filled(item, inside);

	text_add_char(text, '[');
	for (size_t i = 0; i < inside; i++)
		text_add_char(text, filled < 0 ? ' ' : (int)i < filled ? '#' : '.');
	text_add_char(text, ']');
}

/* Parentheses, as in the list: nothing will happen then. */
static void add_left(const struct watched *item, struct text *cell)
{
	int64_t left = words_seconds_left(item->status.left_ms);
	bool is_rehearsed = item->policy.value[OPTION_DRY_RUN] != 0;

	if (!item->answered || left < 0)
		return;
	text_add(cell, is_rehearsed ? "(" : "");
	duration_add_exact(cell, (uint64_t)left);
	text_add(cell, is_rehearsed ? ")" : "");
}

/* Every column but the bar. */
static void add_cell(const struct watched *item, size_t column, struct text *cell)
{
	switch (column) {
	case COLUMN_ID:
		text_add_printable(cell, item->session.id);
		break;
	case COLUMN_USER:
		text_add_printable(cell, item->session.user);
		break;
	case COLUMN_SERVICE:
		text_add_printable(cell, item->session.service);
		break;
	case COLUMN_TTY:
		text_add_printable(cell, words_terminals(item));
		break;
	case COLUMN_FROM:
		text_add_printable(cell, words_from(item));
		break;
	case COLUMN_FIRST:
		text_add_printable(cell, item->answered ? item->status.first : UNKNOWN);
		break;
	case COLUMN_LEFT:
		add_left(item, cell);
		break;
	default:
		text_add_printable(cell, words_state(item));
		break;
	}
}

static void make_cell(const struct watched *item, size_t column, char data[CELL_SIZE])
{
	struct text cell;

	text_init(&cell, data, CELL_SIZE);
	add_cell(item, column, &cell);
	if (cell.used == 0)
		text_add(&cell, NOTHING);
}

static size_t total_width(const size_t widths[])
{
	size_t total = 0;

	for (size_t i = 0; i < TOP_COLUMNS; i++)
		total += widths[i] > 0 ? widths[i] + (total > 0 ? GAP : 0) : 0;
	return total;
}

static void measure(const struct session_list *list, size_t widths[])
{
	for (size_t column = 0; column < TOP_COLUMNS; column++) {
		widths[column] = strlen(columns[column].title);
		for (size_t i = 0; column != COLUMN_BAR && i < list->count; i++) {
			char cell[CELL_SIZE];
			make_cell(&list->items[i], column, cell);
			size_t length = strlen(cell);
			if (length > widths[column])
				widths[column] = length;
		}
	}
	widths[COLUMN_BAR] = columns[COLUMN_BAR].comfortable;
}

void top_lay_out(const struct session_list *list, uint32_t interval_s, size_t width, size_t height,
                 struct top_page *ret_page)
{
	if (width > TOP_WIDTH_MAX)
		width = TOP_WIDTH_MAX;
	*ret_page = (struct top_page){.list = list, .interval_s = interval_s, .width = width, .height = height};
	measure(list, ret_page->columns);
	table_fit(columns, TOP_COLUMNS, width, ret_page->columns);
	size_t total = total_width(ret_page->columns);
	if (ret_page->columns[COLUMN_BAR] > 0 && total < width)
		ret_page->columns[COLUMN_BAR] += width - total;
}

/* Of the lines under the head; when not all sessions fit, the last one says so. */
static size_t sessions_shown(const struct top_page *page)
{
	size_t room = page->height > HEAD_LINES ? page->height - HEAD_LINES : 0;

	if (page->list->count <= room)
		return page->list->count;
	return room > 0 ? room - 1 : 0;
}

size_t top_lines(const struct top_page *page)
{
	size_t shown = sessions_shown(page);
	size_t lines = HEAD_LINES + shown + (shown < page->list->count || page->list->count == 0);

	return lines < page->height ? lines : page->height;
}

/* Cuts what does not fit, and fills up what is short unless it is the end of the line. */
static void add_fitted(const char *cell, const struct column *column, size_t width, bool is_last, struct text *text)
{
	size_t length = strlen(cell);
	size_t blanks = length < width ? width - length : 0;

	for (size_t i = 0; column->right && i < blanks; i++)
		text_add_char(text, ' ');
	text_add_bytes(text, cell, length > width ? width - 1 : length);
	if (length > width)
		text_add_char(text, CUT_MARK);
	for (size_t i = 0; !column->right && !is_last && i < blanks; i++)
		text_add_char(text, ' ');
}

static size_t last_column(const struct top_page *page)
{
	size_t last = 0;

	for (size_t i = 0; i < TOP_COLUMNS; i++) {
		if (page->columns[i] > 0)
			last = i;
	}
	return last;
}

/* The titles, where `item` is NULL. */
static void add_row(const struct top_page *page, const struct watched *item, struct text *text)
{
	size_t last = last_column(page);

	for (size_t i = 0; i < TOP_COLUMNS; i++) {
		char cell[CELL_SIZE];
		if (page->columns[i] == 0)
			continue;
		if (item != NULL && i == COLUMN_BAR) {
			add_bar(item, page->columns[i], text);
		} else {
			if (item != NULL)
				make_cell(item, i, cell);
			add_fitted(item != NULL ? cell : columns[i].title, &columns[i], page->columns[i], i == last, text);
		}
		text_add(text, i == last ? "" : "  ");
	}
}

static void add_count(struct text *text, size_t count, const char *what)
{
	text_add_unsigned(text, count);
	text_add(text, what);
}

static void add_summary(const struct top_page *page, struct text *text)
{
	size_t silent = 0;

	for (size_t i = 0; i < page->list->count; i++)
		silent += !page->list->items[i].answered;
	add_count(text, page->list->count, page->list->count == 1 ? " session" : " sessions");
	if (silent > 0) {
		text_add(text, ", ");
		add_count(text, silent, " without an answer");
	}
	text_add(text, "; every ");
	duration_add(text, page->interval_s);
	text_add(text, "; q leaves");
}

static enum top_tone tone_of(const struct watched *item)
{
	int64_t left = item->status.left_ms;

	if (!item->answered)
		return TOP_LOST;
	if (item->policy.value[OPTION_DRY_RUN])
		return TOP_PLAIN;
	if (strcmp(item->status.state, "closing") == 0 || (left >= 0 && left < URGENT_MS))
		return TOP_URGENT;
	if (strcmp(item->status.state, "warned") == 0 || (left >= 0 && left < SOON_MS))
		return TOP_SOON;
	return TOP_PLAIN;
}

static enum top_tone add_whole_line(const struct top_page *page, size_t line, struct text *text)
{
	size_t shown = sessions_shown(page);

	if (line == 0) {
		add_summary(page, text);
		return TOP_PLAIN;
	}
	if (line < HEAD_LINES) {
		add_row(page, NULL, text);
		return TOP_TITLE;
	}
	if (line - HEAD_LINES < shown) {
		add_row(page, &page->list->items[line - HEAD_LINES], text);
		return tone_of(&page->list->items[line - HEAD_LINES]);
	}
	if (page->list->count == 0) {
		text_add(text, "no sessions");
	} else {
		text_add(text, "and ");
		add_count(text, page->list->count - shown, " more");
	}
	return TOP_PLAIN;
}

enum top_tone top_add_line(const struct top_page *page, size_t line, struct text *text)
{
	/* A column that always stays may be wider than the whole screen. */
	char whole[TOP_WIDTH_MAX + CELL_SIZE];
	struct text unfitted;

	text_init(&unfitted, whole, sizeof whole);
	enum top_tone tone = add_whole_line(page, line, &unfitted);
	text_add_bytes(text, whole, unfitted.used < page->width ? unfitted.used : page->width);
	return tone;
}

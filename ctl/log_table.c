/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/log.h"

#include <time.h>

#include "common/duration.h"
#include "ctl/table.h"

/* Room for the longest cell, a name. */
#define CELL_SIZE 320

#define NOTHING "-"

typedef void cell_writer(const struct event *event, struct text *cell);

static void add_known(const char *string, struct text *cell)
{
	if (string != NULL)
		text_add(cell, string);
}

static void write_time(const struct event *event, struct text *cell)
{
	time_t when = (time_t)(event->time_ms / 1000);
	char written[32];
	struct tm local;

	if (localtime_r(&when, &local) != NULL && strftime(written, sizeof written, "%F %T", &local) > 0)
		text_add(cell, written);
}

static void write_host(const struct event *event, struct text *cell)
{
	add_known(event->text[EVENT_HOST], cell);
}

static void write_word(const struct event *event, struct text *cell)
{
	text_add(cell, event_word(event));
}

static void write_user(const struct event *event, struct text *cell)
{
	add_known(event->text[EVENT_USER], cell);
}

static void write_from(const struct event *event, struct text *cell)
{
	add_known(event_from(event), cell);
}

static void write_tty(const struct event *event, struct text *cell)
{
	add_known(event->text[EVENT_TTY], cell);
}

/* "idle", "admin (root)", or "by root" where somebody needs no reason. */
static void write_reason(const struct event *event, struct text *cell)
{
	const char *reason = event->text[EVENT_REASON], *admin = event->text[EVENT_ADMIN];

	add_known(reason, cell);
	if (admin == NULL)
		return;
	text_add(cell, reason != NULL ? " (" : "by ");
	text_add(cell, admin);
	text_add(cell, reason != NULL ? ")" : "");
}

static void write_lasted(const struct event *event, struct text *cell)
{
	if (event->number[EVENT_LASTED] >= 0)
		duration_add_exact(cell, (uint64_t)event->number[EVENT_LASTED]);
}

static void add_limit(const char *name, int64_t seconds, struct text *cell)
{
	if (seconds <= 0)
		return;
	text_add(cell, cell->used > 0 ? ", " : "");
	text_add(cell, name);
	duration_add(cell, (uint64_t)seconds);
}

/* The limits of a session that is armed, by how much one is extended, or which one ran out. */
static void write_limit(const struct event *event, struct text *cell)
{
	add_limit("idle ", event->number[EVENT_IDLE_MAX], cell);
	add_limit("keepalive ", event->number[EVENT_KEEPALIVE_MAX], cell);
	add_limit("max ", event->number[EVENT_LIFE_MAX], cell);
	add_limit("+", event->number[EVENT_SECONDS], cell);
	add_limit("", event->number[EVENT_LIMIT], cell);
}

static void write_session(const struct event *event, struct text *cell)
{
	if (event->number[EVENT_AUDIT_SESSION] >= 0)
		text_add_signed(cell, event->number[EVENT_AUDIT_SESSION]);
}

static void write_result(const struct event *event, struct text *cell)
{
	add_known(event_result_word(event), cell);
}

#define HOST_TURN 6

/* On a narrow terminal, who was cut off when is worth more than from where and how. */
static const struct {
	struct column column;
	cell_writer *write;
} layout[] = {
	{{.title = "TIME", .min = 19}, write_time},
	{{.title = "HOST", .sacrifice = HOST_TURN, .comfortable = 16, .min = 8}, write_host},
	{{.title = "EVENT", .min = 12}, write_word},
	{{.title = "USER", .sacrifice = 9, .comfortable = 16, .min = 8}, write_user},
	{{.title = "FROM", .sacrifice = 7, .comfortable = 24, .min = 15}, write_from},
	{{.title = "TTY", .sacrifice = 2, .comfortable = 13, .min = 6}, write_tty},
	{{.title = "REASON", .sacrifice = 8, .comfortable = 13, .min = 9}, write_reason},
	{{.title = "LASTED", .sacrifice = 5, .comfortable = 10, .min = 6, .right = true}, write_lasted},
	{{.title = "LIMIT", .sacrifice = 3, .comfortable = 17, .min = 8}, write_limit},
	{{.title = "SES", .sacrifice = 1, .comfortable = 6, .min = 6, .right = true}, write_session},
	{{.title = "RESULT", .sacrifice = 4, .comfortable = 7, .min = 7}, write_result},
};

#define LAYOUT_COUNT (sizeof layout / sizeof layout[0])

/* The columns that are worth showing, with what writes their cells; returns how many. */
static size_t choose_columns(bool with_host, struct column ret_columns[], cell_writer *ret_writers[])
{
	size_t count = 0;

	for (size_t i = 0; i < LAYOUT_COUNT; i++) {
		if (layout[i].write == write_host && !with_host)
			continue;
		ret_columns[count] = layout[i].column;
		/* No turn is left out (ctl/table.h). */
		if (!with_host && ret_columns[count].sacrifice > HOST_TURN)
			ret_columns[count].sacrifice--;
		ret_writers[count++] = layout[i].write;
	}
	return count;
}

static void add_row(const struct event *event, cell_writer *const writers[], size_t count, struct table *table)
{
	char data[CELL_SIZE];
	struct text cell;

	for (size_t i = 0; i < count; i++) {
		text_init(&cell, data, sizeof data);
		writers[i](event, &cell);
		table_add(table, cell.used > 0 ? data : NOTHING);
	}
}

/* A node= in audit records was put there to be seen; log lines always have a host. */
int log_print_table(const struct history *history, const struct log_source *source, size_t width, FILE *to)
{
	struct column columns[LAYOUT_COUNT];
	cell_writer *writers[LAYOUT_COUNT];
	struct table table;

	if (history->count == 0) {
		fprintf(to, "no events\n");
		return 0;
	}
	size_t count = choose_columns(history_has_hosts(history, source->kind == SOURCE_AUDIT), columns, writers);
	table_init(&table, columns, count);
	for (size_t i = 0; i < history->count; i++)
		add_row(history->events[i], writers, count, &table);
	int r = table_print(&table, width, to);
	table_free(&table);
	return r;
}

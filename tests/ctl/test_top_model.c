/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/top_model.h"

#include "tests/unit/unit.h"

static struct watched session(const char *id, const char *first, int64_t left_ms)
{
	struct watched item = {.answered = true, .status = status_unknown};

	policy_init(&item.policy);
	item.policy.value[OPTION_IDLE] = 100;
	item.policy.value[OPTION_KEEPALIVE] = 10;
	item.policy.value[OPTION_MAX] = 1000;
	(void)text_copy(item.session.id, sizeof item.session.id, id);
	(void)text_copy(item.session.user, sizeof item.session.user, "alice");
	(void)text_copy(item.session.service, sizeof item.session.service, "sshd");
	(void)text_copy(item.session.peer.address, sizeof item.session.peer.address, "10.0.0.9");
	(void)text_copy(item.status.terminals, sizeof item.status.terminals, "pts/3");
	(void)text_copy(item.status.state, sizeof item.status.state, "running");
	(void)text_copy(item.status.first, sizeof item.status.first, first);
	item.status.left_ms = left_ms;
	return item;
}

static void bars_fill_towards_the_limit(void **state)
{
	static const struct {
		const char *first;
		int64_t left_ms;
		int filled; /* of ten */
	} rows[] = {
		{"idle", 100000, 0},    {"idle", 90001, 0},       {"idle", 90000, 1}, {"idle", 50000, 5},
		{"idle", 1, 9},         {"idle", 0, 10},          {"idle", -1, -1},   {"idle", 100001, 0},
		{"idle", INT64_MAX, 0}, {"keepalive", 15000, 5},  {"max", 1000, 9},   {"max", 999999, 0},
		{"", 1000, -1},         {"keepalive_count", 1, -1}, {"later", 1, -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct watched item = session("00000001", rows[i].first, rows[i].left_ms);
		same_number(rows[i].first, top_filled(&item, 10), rows[i].filled);
		item.answered = false;
		same_number(rows[i].first, top_filled(&item, 10), -1);
	}
}

static void limit_that_is_off_fills_no_bar(void **state)
{
	struct watched item = session("00000001", "idle", 0);

	(void)state;
	item.policy.value[OPTION_IDLE] = 0;
	assert_int_equal(top_filled(&item, 10), -1);
}

static void same_line(const struct top_page *page, size_t line, const char *expected, enum top_tone tone)
{
	TEXT(text, TOP_WIDTH_MAX + 1);
	enum top_tone shown = top_add_line(page, line, &text);

	same_string("line", text.data, expected);
	same_number(expected, shown, tone);
}

static void page_of_some(void **state)
{
	struct watched items[] = {
		session("00000001", "idle", 0),
		session("00000002", "idle", 59999),
		session("00000003", "max", 299999),
		session("00000004", "max", 300000),
		session("00000005", "", -1),
	};
	const struct session_list list = {.items = items, .count = COUNT(items)};
	struct top_page page;

	(void)state;
	(void)text_copy(items[0].status.state, sizeof items[0].status.state, "closing");
	items[1].policy.value[OPTION_DRY_RUN] = 1;
	items[4].answered = false;
	top_lay_out(&list, 2, 79, 24, &page);
	assert_int_equal(top_lines(&page), 7);
	same_line(&page, 0, "5 sessions, 1 without an answer; every 2s; q leaves", TOP_PLAIN);
	same_line(&page, 1, "ID        USER   SERVICE  TTY    FIRST     LEFT  PASSED               STATE", TOP_TITLE);
	same_line(&page, 2, "00000001  alice  sshd     pts/3  idle     0m00s  [#################]  closing", TOP_URGENT);
	same_line(&page, 3, "00000002  alice  sshd     pts/3  idle   (1m00s)  [######...........]  running", TOP_PLAIN);
	same_line(&page, 4, "00000003  alice  sshd     pts/3  max      5m00s  [###########......]  running", TOP_SOON);
	same_line(&page, 5, "00000004  alice  sshd     pts/3  max      5m00s  [###########......]  running", TOP_PLAIN);
	same_line(&page, 6, "00000005  alice  sshd     -      ?            -  [                 ]  no answer", TOP_LOST);
}

static void page_of_none(void **state)
{
	const struct session_list list = {.count = 0};
	struct top_page page;

	(void)state;
	top_lay_out(&list, 90, 80, 24, &page);
	assert_int_equal(top_lines(&page), 3);
	same_line(&page, 0, "0 sessions; every 1m30s; q leaves", TOP_PLAIN);
	same_line(&page, 2, "no sessions", TOP_PLAIN);
}

#define MANY 100

static void what_does_not_fit_is_counted(void **state)
{
	static const struct {
		size_t height, lines;
		const char *last;
	} rows[] = {
		{102, 102, NULL}, {101, 101, "and 2 more"}, {4, 4, "and 99 more"}, {3, 3, "and 100 more"},
		{2, 2, NULL},     {1, 1, NULL},             {0, 0, NULL},
	};
	static struct watched items[MANY];
	const struct session_list list = {.items = items, .count = MANY};

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		items[i] = session("00000001", "idle", 1000);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct top_page page;
		top_lay_out(&list, 2, 80, rows[i].height, &page);
		same_unsigned("lines", top_lines(&page), rows[i].lines);
		if (rows[i].last != NULL)
			same_line(&page, rows[i].lines - 1, rows[i].last, TOP_PLAIN);
	}
}

/* Whatever a session is called, and on a screen of any width. */
static void lines_are_safe_and_fit(void **state)
{
	struct watched items[] = {session("00000001", "idle", 5000), session("00000002", "idle", 5000)};
	const struct session_list list = {.items = items, .count = COUNT(items)};

	(void)state;
	memset(items[0].session.user, '\x1b', sizeof items[0].session.user - 1);
	memset(items[0].session.service, '\xff', sizeof items[0].session.service - 1);
	memset(items[0].status.terminals, '\n', sizeof items[0].status.terminals - 1);
	(void)text_copy(items[0].status.state, sizeof items[0].status.state, "\x1b[2J");
	for (size_t width = 0; width < TOP_WIDTH_MAX + 20; width++) {
		struct top_page page;
		top_lay_out(&list, 2, width, 24, &page);
		for (size_t line = 0; line < top_lines(&page); line++) {
			TEXT(text, TOP_WIDTH_MAX + 1);
			(void)top_add_line(&page, line, &text);
			assert_true(text.used <= width && text_result(&text) == 0);
			for (size_t i = 0; i < text.used; i++)
				assert_true(text.data[i] >= ' ' && text.data[i] <= '~');
		}
	}
}

/* The last to go: who it is, how long there is left. */
static void narrow_screens_keep_what_matters(void **state)
{
	struct watched items[] = {session("00000001", "idle", 5000)};
	const struct session_list list = {.items = items, .count = COUNT(items)};
	struct top_page page;

	(void)state;
	top_lay_out(&list, 2, 41, 24, &page);
	same_line(&page, 2, "00000001  alice  0m05s  [#####.]  running", TOP_URGENT);
	top_lay_out(&list, 2, 24, 24, &page);
	same_line(&page, 2, "00000001  alice  0m05s", TOP_URGENT);
	top_lay_out(&list, 2, 8, 24, &page);
	same_line(&page, 2, "00000001", TOP_URGENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_fill_towards_the_limit),
		cmocka_unit_test(limit_that_is_off_fills_no_bar),
		cmocka_unit_test(page_of_some),
		cmocka_unit_test(page_of_none),
		cmocka_unit_test(what_does_not_fit_is_counted),
		cmocka_unit_test(lines_are_safe_and_fit),
		cmocka_unit_test(narrow_screens_keep_what_matters),
	};

	return cmocka_run_group_tests_name("top_model", tests, NULL, NULL);
}

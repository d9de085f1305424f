/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/history.h"

#include <stdlib.h>

#include "ctl/lines.h"
#include "tests/unit/unit.h"

static struct event an_event(int64_t time_ms, int64_t serial, const char *user, const char *reason)
{
	struct event event;

	event_init(&event);
	event.time_ms = time_ms;
	event.kind = EVENT_DISCONNECTED;
	event.number[EVENT_SERIAL] = serial;
	event.text[EVENT_USER] = user;
	event.text[EVENT_REASON] = reason;
	return event;
}

static void copies_own_their_texts(void **state)
{
	char user[] = "alice", host[] = "web1";
	struct event event = an_event(5, 7, user, "idle");

	(void)state;
	event.text[EVENT_HOST] = host;
	struct event *copy = event_copy(&event);
	assert_non_null(copy);
	user[0] = host[0] = 'X';
	assert_string_equal(copy->text[EVENT_USER], "alice");
	assert_string_equal(copy->text[EVENT_HOST], "web1");
	assert_string_equal(copy->text[EVENT_REASON], "idle");
	assert_null(copy->text[EVENT_TTY]);
	assert_int_equal(copy->time_ms, 5);
	assert_int_equal(copy->number[EVENT_LIMIT], -1);
	free(copy);
}

static void only_what_is_asked_for(void **state)
{
	const struct event event = an_event(1000, -1, "alice", "idle");
	const struct event nameless = an_event(1000, -1, NULL, NULL);
	const struct {
		const char *name;
		struct event_filter filter;
		bool wanted, nameless;
	} rows[] = {
		{"all", {0, INT64_MAX, NULL, NULL}, true, true},
		{"since", {1000, INT64_MAX, NULL, NULL}, true, true},
		{"since later", {1001, INT64_MAX, NULL, NULL}, false, false},
		{"until", {0, 1000, NULL, NULL}, false, false},
		{"until later", {0, 1001, NULL, NULL}, true, true},
		{"user", {0, INT64_MAX, "alice", NULL}, true, false},
		{"other user", {0, INT64_MAX, "alic", NULL}, false, false},
		{"reason", {0, INT64_MAX, NULL, "idle"}, true, false},
		{"other reason", {0, INT64_MAX, "alice", "max"}, false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		same_number(rows[i].name, event_is_wanted(&event, &rows[i].filter), rows[i].wanted);
		same_number(rows[i].name, event_is_wanted(&nameless, &rows[i].filter), rows[i].nameless);
	}
}

static void limits_of_nothing_are_none(void **state)
{
	struct event event = an_event(0, 0, "alice", "leader-lost");

	(void)state;
	event.number[EVENT_LIMIT] = 0;
	event.number[EVENT_LASTED] = 0;
	event_tidy(&event);
	assert_int_equal(event.number[EVENT_LIMIT], -1);
	assert_int_equal(event.number[EVENT_LASTED], -1);
	event.number[EVENT_LIMIT] = 900;
	event.number[EVENT_LASTED] = 0;
	event_tidy(&event);
	assert_int_equal(event.number[EVENT_LASTED], 0);
}

/* By time, then serial; of what is equal, none overtakes another. */
static void order_of_events(void **state)
{
	static const struct {
		int64_t time_ms, serial;
		const char *user;
	} rows[] = {
		{3, -1, "f"}, {1, 7, "b"}, {1, 6, "a"}, {2, -1, "c"}, {2, -1, "d"}, {2, -1, "e"}, {4, 1, "g"}, {4, 2, "h"},
	};
	autofree_history struct history history = {.filter = {.until_ms = INT64_MAX}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct event event = an_event(rows[i].time_ms, rows[i].serial, rows[i].user, NULL);
		history_take(&history, &event);
	}
	history_sort(&history);
	assert_false(history.failed);
	assert_int_equal(history.count, COUNT(rows));
	for (size_t i = 0; i < history.count; i++)
		assert_int_equal(history.events[i]->text[EVENT_USER][0], "abcdefgh"[i]);
}

static void many_events_are_sorted(void **state)
{
	autofree_history struct history history = {.filter = {.until_ms = INT64_MAX}};
	uint32_t random = 1;

	(void)state;
	for (int64_t i = 0; i < 1000; i++) {
		random = random * 1664525 + 1013904223; /* Numerical Recipes, 7.1 */
		const struct event event = an_event(random >> 28, i, "alice", NULL);
		history_take(&history, &event);
	}
	history_sort(&history);
	for (size_t i = 1; i < history.count; i++) {
		const struct event *one = history.events[i - 1], *other = history.events[i];
		assert_true(one->time_ms < other->time_ms || (one->time_ms == other->time_ms &&
		                                              one->number[EVENT_SERIAL] < other->number[EVENT_SERIAL]));
	}
}

static void hosts_are_named_when_there_are_several(void **state)
{
	autofree_history struct history history = {.filter = {.until_ms = INT64_MAX}};
	struct event event = an_event(1, -1, "alice", NULL);

	(void)state;
	assert_false(history_has_hosts(&history, true));
	event.text[EVENT_HOST] = "web1";
	history_take(&history, &event);
	history_take(&history, &event);
	assert_false(history_has_hosts(&history, false));
	assert_true(history_has_hosts(&history, true));
	event.text[EVENT_HOST] = NULL;
	history_take(&history, &event);
	assert_true(history_has_hosts(&history, false));
}

struct seen {
	size_t lines, cut, length;
	char last[LINE_SIZE];
};

static void see(void *context, char *line, size_t length, bool cut)
{
	struct seen *seen = context;

	seen->lines++;
	seen->cut += cut;
	seen->length = length;
	memcpy(seen->last, line, length + 1);
}

static struct seen see_lines(const char *bytes, size_t size)
{
	struct seen seen = {0};
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	rewind(file);
	assert_int_equal(lines_read(file, see, &seen), 0);
	(void)fclose(file);
	return seen;
}

static void lines_of_any_file(void **state)
{
	static char longest[3 * LINE_SIZE];

	(void)state;
	assert_int_equal(see_lines("", 0).lines, 0);
	assert_int_equal(see_lines("\n\n", 2).lines, 2);
	struct seen seen = see_lines("one\ntwo", 7);
	assert_int_equal(seen.lines, 2);
	assert_string_equal(seen.last, "two");
	seen = see_lines("a\0b\n", 4);
	assert_string_equal(seen.last, "a?b");
	memset(longest, 'x', sizeof longest);
	longest[LINE_SIZE - 1] = '\n';
	seen = see_lines(longest, sizeof longest);
	assert_int_equal(seen.lines, 2);
	assert_int_equal(seen.cut, 1);
	assert_int_equal(seen.length, LINE_SIZE - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_own_their_texts),
		cmocka_unit_test(only_what_is_asked_for),
		cmocka_unit_test(limits_of_nothing_are_none),
		cmocka_unit_test(order_of_events),
		cmocka_unit_test(many_events_are_sorted),
		cmocka_unit_test(hosts_are_named_when_there_are_several),
		cmocka_unit_test(lines_of_any_file),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}

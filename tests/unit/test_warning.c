/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/warning.h"

#include "common/duration.h"
#include "tests/unit/unit.h"

#define OPENING "\r\n\a*** idletimeout: "
#define CLOSING " ***\r\n"
#define ENDS_IN(left) OPENING "no activity: this session will be disconnected in " left ". Press any key to stay." CLOSING

static void warnings_say_what_comes_and_how_to_stay(void **state)
{
	static const struct {
		enum limit limit;
		int64_t left_ns;
		uint32_t limit_s;
		const char *words;
	} rows[] = {
		{LIMIT_IDLE, 60 * NS_PER_SECOND, 900, ENDS_IN("1m")},
		{LIMIT_IDLE, 90 * NS_PER_SECOND, 900, ENDS_IN("1m30s")},
		{LIMIT_IDLE, 10 * NS_PER_SECOND, 900, ENDS_IN("10s")},
		{LIMIT_IDLE, 59 * NS_PER_SECOND + 1, 900, ENDS_IN("1m")},
		{LIMIT_IDLE, 60 * NS_PER_SECOND - 1, 900, ENDS_IN("1m")},
		{LIMIT_IDLE, 1, 900, ENDS_IN("1s")},
		{LIMIT_IDLE, 0, 900, ENDS_IN("0s")},
		{LIMIT_MAX, 300 * NS_PER_SECOND, 43200,
	         OPENING "this session reaches its limit of 12h and will be disconnected in 5m. Save your work." CLOSING},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		TEXT(text, WARNING_SIZE);
		warning_add(&text, rows[i].limit, rows[i].left_ns, rows[i].limit_s);
		same_string(rows[i].words, text.data, rows[i].words);
	}
}

static void reasons_say_which_limit_ended_the_session(void **state)
{
	static const struct {
		enum limit limit;
		bool is_dry_run;
		const char *words;
	} rows[] = {
		{LIMIT_IDLE, false, OPENING "disconnected: no activity for 15m" CLOSING},
		{LIMIT_MAX, false, OPENING "disconnected: the session reached its limit of 15m" CLOSING},
		{LIMIT_KEEPALIVE, false, OPENING "disconnected: the peer stopped answering" CLOSING},
		{LIMIT_NONE, false, OPENING "disconnected: the session has ended" CLOSING},
		{LIMIT_IDLE, true, OPENING "rehearsal: would disconnect now: no activity for 15m" CLOSING},
		{LIMIT_MAX, true, OPENING "rehearsal: would disconnect now: the session reached its limit of 15m" CLOSING},
		{LIMIT_KEEPALIVE, true, OPENING "rehearsal: would disconnect now: the peer stopped answering" CLOSING},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		TEXT(text, WARNING_SIZE);
		reason_add(&text, rows[i].limit, 900, rows[i].is_dry_run);
		same_string(rows[i].words, text.data, rows[i].words);
	}
}

static void orders_are_told_with_what_they_mean(void **state)
{
	TEXT(extension, WARNING_SIZE);
	TEXT(closing, WARNING_SIZE);
	TEXT(reason, WARNING_SIZE);
	TEXT(hostile, WARNING_SIZE);

	(void)state;
	extension_add(&extension, 1800);
	assert_string_equal(extension.data, OPENING "an administrator extended this session: you have at least 30m from now." CLOSING);
	closing_add(&closing, "");
	assert_string_equal(closing.data, OPENING "disconnected: closed by an administrator" CLOSING);
	closing_add(&reason, "maintenance");
	assert_string_equal(reason.data, OPENING "disconnected: closed by an administrator: maintenance" CLOSING);
	closing_add(&hostile, "\033[2J\n");
	assert_string_equal(hostile.data, OPENING "disconnected: closed by an administrator: ?[2J?" CLOSING);
}

/* Printable ASCII, one bell, and line ends that a terminal in raw mode needs. */
static void expect_kind_to_terminals(const struct text *text)
{
	assert_int_equal(text_result(text), 0);
	assert_true(strncmp(text->data, "\r\n\a", 3) == 0);
	for (size_t i = 3; i + 2 < text->used; i++)
		assert_true(text->data[i] >= ' ' && text->data[i] <= '~');
	assert_string_equal(text->data + text->used - 2, "\r\n");
}

static void longest_messages_fit_and_are_plain(void **state)
{
	static const enum limit limits[] = {LIMIT_NONE, LIMIT_IDLE, LIMIT_KEEPALIVE, LIMIT_MAX};
	/* "3649d23h59m59s" is the longest duration that a setting can have. */
	const uint32_t longest = 315359999;

	(void)state;
	for (size_t i = 0; i < COUNT(limits); i++) {
		TEXT(warning, WARNING_SIZE);
		TEXT(reason, WARNING_SIZE);
		warning_add(&warning, limits[i], longest * NS_PER_SECOND, longest);
		expect_kind_to_terminals(&warning);
		reason_add(&reason, limits[i], longest, true);
		expect_kind_to_terminals(&reason);
	}
	TEXT(extension, WARNING_SIZE);
	TEXT(closing, WARNING_SIZE);
	extension_add(&extension, longest);
	expect_kind_to_terminals(&extension);
	closing_add(&closing, "0123456789ABCDEFGHIJ.-_abcdefghi");
	expect_kind_to_terminals(&closing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(warnings_say_what_comes_and_how_to_stay),
		cmocka_unit_test(reasons_say_which_limit_ended_the_session),
		cmocka_unit_test(orders_are_told_with_what_they_mean),
		cmocka_unit_test(longest_messages_fit_and_are_plain),
	};

	return cmocka_run_group_tests_name("warning", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/nearest.h"

#include "tests/unit/unit.h"

static void distances(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} rows[] = {
		{"", "", 0},        {"list", "list", 0}, {"lst", "list", 1},  {"lsit", "list", 2},
		{"list", "", 4},    {"", "show", 4},     {"shwo", "show", 2}, {"List", "list", 1},
		{"abc", "xyz", 3},  {"kitten", "sitting", 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		same_unsigned(rows[i].a, word_distance(rows[i].a, rows[i].b), rows[i].distance);
		same_unsigned(rows[i].b, word_distance(rows[i].b, rows[i].a), rows[i].distance);
	}
}

static void long_words_are_far_from_everything(void **state)
{
	char longest[33], too_long[34];

	(void)state;
	memset(longest, 'a', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	memset(too_long, 'a', sizeof too_long);
	too_long[sizeof too_long - 1] = '\0';
	assert_true(word_distance(longest, longest) == 0);
	assert_true(word_distance(too_long, too_long) == SIZE_MAX);
	assert_true(word_distance("a", too_long) == SIZE_MAX);
	assert_null(nearer_word(too_long, "list", NULL));
}

static void guesses(void **state)
{
	static const char *const words[] = {"list", "show", "top", "explain", "extend"};
	static const struct {
		const char *typed, *meant;
	} rows[] = {
		{"lis", "list"},   {"lits", "list"}, {"sho", "show"},        {"tpo", NULL},
		{"tip", "top"},    {"", NULL},       {"expl", "explain"},    {"ext", "extend"},
		{"zzz", NULL},     {"cron", NULL},   {"exlpain", "explain"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *best = NULL;
		const char *meant = rows[i].meant != NULL ? rows[i].meant : "none";
		for (size_t j = 0; j < COUNT(words); j++)
			best = nearer_word(rows[i].typed, words[j], best);
		same_string(rows[i].typed, best != NULL ? best : "none", meant);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances),
		cmocka_unit_test(long_words_are_far_from_everything),
		cmocka_unit_test(guesses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/prefix.h"

#include <errno.h>

#include "tests/unit/unit.h"

static void beginnings_are_spelt_as_ids_are(void **state)
{
	static const struct {
		const char *typed, *prefix;
	} rows[] = {
		{"7k2", "7k2"},           {"7K2Q", "7k2q"},         {"7k2q90xw", "7k2q90xw"}, {"7K2Q90XW", "7k2q90xw"},
		{"OoIiLl00", "00111100"}, {"ZZZ", "zzz"},           {"000", "000"},           {"vwxyz", "vwxyz"},
		{"alice", "a11ce"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char prefix[SESSION_ID_SIZE];
		same_number(rows[i].typed, prefix_parse(rows[i].typed, prefix), 0);
		same_string(rows[i].typed, prefix, rows[i].prefix);
	}
}

static void what_no_id_begins_with_is_refused(void **state)
{
	static const char *const rows[] = {
		"",         "7",   "7k",  "7k2q90xw0", "user", "UUU", "7k 2", " 7k2", "7k2 ", "7k2.", "7k2q90xw.sock",
		"../../..", "7-k", "7k%", "7k\n2",     "7k*",  "\x7f\x7f\x7f", "\xc3\xa9\xc3\xa9", "@[`{",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char prefix[SESSION_ID_SIZE] = "before";
		same_number(rows[i], prefix_parse(rows[i], prefix), -EINVAL);
		same_string(rows[i], prefix, "before");
	}
}

static const char ids[][SESSION_ID_SIZE] = {
	"00000000", "7k2q90xw", "7k2q90xz", "7k3q90xw", "7kz00000", "b0b00000", "zzzzzzzz",
};

static void ids_that_begin_so_are_found(void **state)
{
	static const struct {
		const char *prefix;
		size_t found, first;
	} rows[] = {
		{"000", 1, 0},      {"00000000", 1, 0}, {"7k2", 2, 1}, {"7k2q90x", 2, 1}, {"7k2q90xz", 1, 2},
		{"7k2q90xy", 0, 2}, {"7k3", 1, 3},      {"7k", 4, 1},  {"zzz", 1, 6},     {"001", 0, 1},
		{"zzzzzzzz", 1, 6},
	};
	size_t first;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		same_unsigned(rows[i].prefix, prefix_find(rows[i].prefix, ids, COUNT(ids), &first), rows[i].found);
		same_unsigned(rows[i].prefix, first, rows[i].first);
	}
	assert_int_equal(prefix_find("000", ids, 0, &first), 0);
	assert_int_equal(prefix_find("000", NULL, 0, &first), 0);
}

static void nearest_is_guessed(void **state)
{
	static const struct {
		const char *prefix, *meant;
	} rows[] = {
		{"7k4", "7k2q90xw"},      {"7kx", "7k2q90xw"},      {"k72", NULL},       {"b0c", "b0b00000"},
		{"7k3q90xz", "7k2q90xz"}, {"7k2q0xw", "7k2q90xw"},  {"8k3q9", "7k3q90xw"}, {"mmm", NULL},
		{"mmmmmmmm", NULL},       {"zzzzzaaa", "zzzzzzzz"}, {"zzzzaaaa", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *best = NULL;
		for (size_t j = 0; j < COUNT(ids); j++)
			best = prefix_nearer(rows[i].prefix, ids[j], best);
		same_string(rows[i].prefix, best != NULL ? best : "none", rows[i].meant != NULL ? rows[i].meant : "none");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(beginnings_are_spelt_as_ids_are),
		cmocka_unit_test(what_no_id_begins_with_is_refused),
		cmocka_unit_test(ids_that_begin_so_are_found),
		cmocka_unit_test(nearest_is_guessed),
	};

	return cmocka_run_group_tests_name("prefix", tests, NULL, NULL);
}

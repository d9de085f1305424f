/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/place.h"

#include "tests/unit/unit.h"

static const char *const colours[] = {"red", "green", NULL};

static const struct command_option options[] = {
	{"--json", WORD_NONE, NULL}, {"--output", WORD_FILE, NULL}, {"--colour", WORD_CHOICE, colours}, {0}};

static const struct command picks = {
	.name = "pick",
	.usage = "usage: pick ID.. [OPTION]..\n"
	         "\n"
	         "  --jsonx       another\n"
	         "  --json        print JSON,\n"
	         "                all of it\n"
	         "  --output FILE to FILE\n"
	         "  --colour C    red or green\n"
	         "\n"
	         "example: pick --json  x",
	.options = options,
	.arguments = WORD_SESSION,
};
static const struct command plain = {.name = "plain", .usage = ""};
static const struct command *const commands[] = {&picks, &plain};
static const struct command_table table = {commands, COUNT(commands)};

#define WORDS_MAX 6

static size_t count_words(const char *const *words)
{
	size_t count = 0;

	while (count < WORDS_MAX && words[count] != NULL)
		count++;
	return count;
}

static void places(void **state)
{
	static const struct {
		const char *row;
		const char *words[WORDS_MAX];
		enum place_kind kind;
		enum word_kind takes;
		const char *begun;
		size_t given;
	} rows[] = {
		{"nothing at all", {NULL}, PLACE_COMMAND, WORD_NONE, "", 0},
		{"a command", {"pi"}, PLACE_COMMAND, WORD_NONE, "pi", 0},
		{"an unknown command", {"x", ""}, PLACE_WORD, WORD_NONE, "", 0},
		{"an argument", {"pick", "7k"}, PLACE_WORD, WORD_SESSION, "7k", 0},
		{"one more", {"pick", "7k2", ""}, PLACE_WORD, WORD_SESSION, "", 0},
		{"no argument", {"plain", ""}, PLACE_OPTION, WORD_NONE, "", 0},
		{"an option", {"pick", "7k2", "--o"}, PLACE_OPTION, WORD_NONE, "--o", 0},
		{"after one that stands alone", {"pick", "--json", ""}, PLACE_WORD, WORD_SESSION, "", 0},
		{"its value", {"pick", "--output", "x"}, PLACE_WORD, WORD_FILE, "x", 0},
		{"a value like an option", {"pick", "--output", "-"}, PLACE_WORD, WORD_FILE, "-", 0},
		{"after its value", {"pick", "--output", "x", ""}, PLACE_WORD, WORD_SESSION, "", 0},
		{"its value in one word", {"pick", "--output=x"}, PLACE_WORD, WORD_FILE, "x", 9},
		{"nothing of it in one word", {"pick", "--colour="}, PLACE_WORD, WORD_CHOICE, "", 9},
		{"in two words", {"pick", "--output", "="}, PLACE_WORD, WORD_FILE, "", 0},
		{"in three words", {"pick", "--colour", "=", "r"}, PLACE_WORD, WORD_CHOICE, "r", 0},
		{"after three words", {"pick", "--colour", "=", "red", ""}, PLACE_WORD, WORD_SESSION, "", 0},
		{"the value of none", {"pick", "--json=x"}, PLACE_WORD, WORD_NONE, "x", 7},
		{"of an unknown option", {"pick", "--x=y"}, PLACE_WORD, WORD_NONE, "y", 4},
		{"of an unknown option in three words", {"pick", "--x", "=", "y"}, PLACE_WORD, WORD_NONE, "y", 0},
		{"an equals sign alone", {"pick", "="}, PLACE_WORD, WORD_NONE, "", 0},
		{"after it", {"=", "=", "="}, PLACE_WORD, WORD_NONE, "=", 0},
		{"of a command without options", {"plain", "--x"}, PLACE_OPTION, WORD_NONE, "--x", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place place = place_find(&table, count_words(rows[i].words), rows[i].words);
		same_number(rows[i].row, place.kind, rows[i].kind);
		same_number(rows[i].row, place.takes, rows[i].takes);
		same_string(rows[i].row, place.begun, rows[i].begun);
		same_unsigned(rows[i].row, place.given_length, rows[i].given);
	}
}

static void choices_are_those_of_the_option(void **state)
{
	const char *words[] = {"pick", "--colour", ""};
	struct place place = place_find(&table, COUNT(words), words);

	(void)state;
	assert_ptr_equal(place.words, colours);
	assert_ptr_equal(place.command, &picks);
}

static void help_is_what_the_usage_says(void **state)
{
	static const struct {
		const char *option, *help;
	} rows[] = {
		{"--json", "print JSON,"}, {"--colour", "red or green"}, {"--output", ""},
		{"--help", ""},            {"pick", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		TEXT(help, 64);
		place_add_option_help(&picks, rows[i].option, &help);
		same_string(rows[i].option, help.data, rows[i].help);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		cmocka_unit_test(choices_are_those_of_the_option),
		cmocka_unit_test(help_is_what_the_usage_says),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}

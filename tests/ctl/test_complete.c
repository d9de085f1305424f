/* SPDX-License-Identifier: BSD-3-Clause */
/* What is printed for each kind of word, of a command that takes all kinds; sessions are check_completion.sh's. */
#include "ctl/complete.h"

#include <stdlib.h>

#include "tests/unit/unit.h"

static const char *const colours[] = {"red", "rose", "green", NULL};

static const struct command_option options[] = {
	{"--json", WORD_NONE, NULL},       {"--file", WORD_FILE, NULL}, {"--colour", WORD_CHOICE, colours},
	{"--service", WORD_SERVICE, NULL}, {"--word", WORD_FREE, NULL}, {0},
};

static const struct command picks = {
	.name = "pick",
	.summary = "pick: one of all",
	.usage = "usage: pick\n\n  --json    print JSON\n  --file F  read F\n",
	.options = options,
	.arguments = WORD_USER,
};
static const struct command *const commands[] = {&picks};
static const struct command_table table = {commands, COUNT(commands)};

/* Caller frees. */
static char *completed(size_t count, const char *const *words)
{
	char *printed = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&printed, &size);

	assert_non_null(to);
	assert_int_equal(complete_print(&table, count, words, to), 0);
	assert_int_equal(fclose(to), 0);
	return printed;
}

#define WORDS_MAX 4

static void words_that_fit_are_printed(void **state)
{
	static const struct {
		const char *words[WORDS_MAX];
		size_t count;
		const char *printed;
	} rows[] = {
		{{""}, 0, "pick\tpick: one of all\n"},
		{{"p"}, 1, "pick\tpick: one of all\n"},
		{{"x"}, 1, ""},
		{{"--v"}, 1, "--version\tprint the version\n"},
		{{"pick", "--j"}, 2, "--json\tprint JSON\n"},
		{{"pick", "--c"}, 2, "--colour\t\n"},
		{{"pick", "--h"}, 2, "--help\texplain the command\n"},
		{{"pick", ""}, 2, ":users\n"},
		{{"pick", "--file", ""}, 3, ":files\n"},
		{{"pick", "--file=x"}, 2, ":files\n"},
		{{"pick", "--word", ""}, 3, ""},
		{{"pick", "--json=", ""}, 2, ""},
		{{"pick", "--colour", "r"}, 3, "red\t\nrose\t\n"},
		{{"pick", "--colour", "=", "r"}, 4, "red\t\nrose\t\n"},
		{{"pick", "--colour=g"}, 2, "--colour=green\t\n"},
		{{"pick", "--colour", "x"}, 3, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *printed = completed(rows[i].count, rows[i].words);
		same_string(rows[i].count > 0 ? rows[i].words[rows[i].count - 1] : "", printed, rows[i].printed);
		free(printed);
	}
}

/* Those of the machine, whichever they are: each a word, and no file that something left behind. */
static void services_are_words(void **state)
{
	static const char *const words[] = {"pick", "--service", ""};
	char *printed = completed(COUNT(words), words);

	(void)state;
	for (const char *c = printed; *c != '\0'; c++)
		assert_true(*c != '.' && *c != '~' && *c != ' ');
	free(printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_that_fit_are_printed),
		cmocka_unit_test(services_are_words),
	};

	return cmocka_run_group_tests_name("complete", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fills in a manual: option entries from the option table, and names of places from the command line.
 *
 * fill_manual [NAME=VALUE].. <TEMPLATE >MANUAL. A line "@OPTION idle@" becomes the entry of that option: how it is
 * written, what it does, which values it takes, its default. A line "@SETTINGS@" becomes a short entry of each that
 * rules can set. Elsewhere @NAME@ becomes VALUE. A template that forgets an
 * option of the table, or has one that the table has not, is an error: that is how manual and program stay one. Runs
 * while building and is installed nowhere.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/duration.h"
#include "common/options.h"
#include "common/policy.h"

#define OPTION_MARK "@OPTION "
#define SETTINGS_MARK "@SETTINGS@\n"

/* Width of the text lines that it writes; mandoc(1) frowns at more than 80. */
#define LINE_WIDTH 72

struct manual {
	char **names; /* NAME=VALUE, NULL-terminated */
	bool is_described[OPTION_COUNT];
	bool has_options; /* a manual without any need not have all */
	unsigned line;
};

static int complain(const struct manual *manual, const char *problem, const char *what)
{
	fprintf(stderr, "fill_manual: line %u: %s %s\n", manual->line, problem, what);
	return -EINVAL;
}

/* A sentence from a phrase: a capital, lines of a sensible length, a full stop. */
static void print_sentence(const char *phrase)
{
	size_t column = 0;

	for (const char *word = phrase; *word != '\0';) {
		size_t length = strcspn(word, " ");
		if (word != phrase) {
			bool is_full = column + length >= LINE_WIDTH;
			putchar(is_full ? '\n' : ' ');
			column = is_full ? 0 : column + 1;
		}
		printf("%c%.*s", word == phrase ? toupper((unsigned char)*word) : *word, (int)length - 1, word + 1);
		column += length;
		word += length;
		word += strspn(word, " ");
	}
	printf(".\n");
}

/* ".Cm 15m", with a delimiter apart from it as mdoc(7) wants it. */
static void print_literal(const char *literal, const char *delimiter)
{
	printf(".Cm %s%s%s\n", literal, delimiter[0] != '\0' ? " " : "", delimiter);
}

static void print_duration(uint64_t seconds, const char *delimiter)
{
	char written[32];
	struct text text;

	text_init(&text, written, sizeof written);
	duration_add(&text, seconds);
	print_literal(written, delimiter);
}

static void print_range(const struct option *option)
{
	print_duration(option->min, "");
	printf("to\n");
	print_duration(option->max, ",");
	printf("or\n");
	print_literal("off", ".");
}

static void print_words(const char *const *words)
{
	printf("A list is one or more of\n");
	for (size_t i = 1; words[i] != NULL; i++)
		print_literal(words[i], words[i + 1] != NULL ? "," : "");
	printf("with commas between them.\n");
}

/* What may stand after the equals sign; of a choice, the head has said it already. */
static void print_values(const struct option *option)
{
	switch (option->kind) {
	case OPTION_KIND_LIMIT:
		printf("A duration from\n");
		print_range(option);
		break;
	case OPTION_KIND_LADDER:
		printf("At most %d durations with commas between them, each from\n", POLICY_WARNINGS_MAX);
		print_range(option);
		break;
	case OPTION_KIND_NUMBER:
		printf("A number from\n.Cm %llu\nto\n.Cm %llu .\n", (unsigned long long)option->min,
		       (unsigned long long)option->max);
		break;
	case OPTION_KIND_SET:
		print_words(option->words);
		break;
	case OPTION_KIND_CHOICE:
	case OPTION_KIND_FLAG:
	case OPTION_KIND_PATH:
		break;
	}
}

static void print_head(const struct option *option)
{
	printf(".It Cm %s", option->name);
	if (option->kind == OPTION_KIND_SET) {
		printf(" Ns = Ns Cm %s | Ar list", option->words[0]);
	} else if (option->words != NULL) {
		printf(" Ns = Ns Cm %s", option->words[0]);
		for (size_t i = 1; option->words[i] != NULL; i++)
			printf(" | %s", option->words[i]);
	} else if (option->placeholder != NULL) {
		printf(" Ns = Ns Ar %s", option->placeholder);
	}
	printf("\n");
}

static void print_option(const struct option *option)
{
	print_head(option);
	print_sentence(option->help);
	print_values(option);
	printf("The default is\n");
	if (option->kind == OPTION_KIND_PATH)
		printf(".Pa %s .\n", option->fallback);
	else
		print_literal(option->fallback, ".");
}

static void list_settings(void)
{
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		if (option_table[id].kind == OPTION_KIND_PATH)
			continue;
		print_head(&option_table[id]);
		print_sentence(option_table[id].help);
	}
}

/* `name` is what follows the mark, "idle@". */
static int describe_option(struct manual *manual, const char *name)
{
	size_t length = strcspn(name, "@");
	enum option_id id = option_find(name, length);

	if (id == OPTION_COUNT || strcmp(name + length, "@\n") != 0)
		return complain(manual, "no such option:", name);
	if (manual->is_described[id])
		return complain(manual, "described before:", name);
	manual->is_described[id] = true;
	manual->has_options = true;
	print_option(&option_table[id]);
	return 0;
}

/* The value of the name at `name` of `length` bytes; NULL if none was given. */
static const char *find_value(const struct manual *manual, const char *name, size_t length)
{
	for (char **given = manual->names; *given != NULL; given++) {
		if (strncmp(*given, name, length) == 0 && (*given)[length] == '=')
			return *given + length + 1;
	}
	return NULL;
}

static int fill_line(const struct manual *manual, const char *line)
{
	for (;;) {
		const char *name = strchr(line, '@');
		const char *end = name != NULL ? strchr(name + 1, '@') : NULL;
		if (end == NULL)
			break;
		const char *value = find_value(manual, name + 1, (size_t)(end - name - 1));
		if (value == NULL)
			return complain(manual, "nothing is known of", name);
		printf("%.*s%s", (int)(name - line), line, value);
		line = end + 1;
	}
	printf("%s", line);
	return 0;
}

static int check_options(const struct manual *manual)
{
	for (size_t id = 0; manual->has_options && id < OPTION_COUNT; id++) {
		if (!manual->is_described[id])
			return complain(manual, "the manual ends without option", option_table[id].name);
	}
	return 0;
}

static int fill(struct manual *manual, FILE *template)
{
	autofree char *line = NULL;
	size_t room = 0;
	int r = 0;

	while (r == 0 && getline(&line, &room, template) > 0) {
		manual->line++;
		if (strncmp(line, OPTION_MARK, strlen(OPTION_MARK)) == 0)
			r = describe_option(manual, line + strlen(OPTION_MARK));
		else if (strcmp(line, SETTINGS_MARK) == 0)
			list_settings();
		else
			r = fill_line(manual, line);
	}
	return r < 0 ? r : check_options(manual);
}

int main(int argc, char **argv)
{
	struct manual manual = {.names = argv + (argc > 0)};

	if (fill(&manual, stdin) < 0)
		return EXIT_FAILURE;
	return fflush(stdout) == 0 && !ferror(stdin) ? EXIT_SUCCESS : EXIT_FAILURE;
}

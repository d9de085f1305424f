/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/explain.h"

#include <string.h>

#include "ctl/words.h"

/* Where values begin, and where the places that they come from do. */
#define NAME_WIDTH 20
#define VALUE_WIDTH 17

#define LINE_SIZE (EXPLAIN_RULE_SIZE + POLICY_PATH_SIZE + 64)

/* Every line passes here, to be made safe for a terminal. */
static void print_line(const char *indent, const char *name, const char *value, FILE *to)
{
	char safe[LINE_SIZE];
	struct text text;

	text_init(&text, safe, sizeof safe);
	text_add_printable(&text, value);
	fprintf(to, "%s%-*s%s\n", indent, NAME_WIDTH - (int)strlen(indent), name, safe);
}

static void add_place(const char *file, uint32_t line, struct text *text)
{
	text_add(text, file);
	text_add_char(text, ':');
	text_add_unsigned(text, line);
}

static void print_place(const char *name, const char *file, uint32_t line, FILE *to)
{
	char data[LINE_SIZE];
	struct text text;

	text_init(&text, data, sizeof data);
	add_place(file, line, &text);
	print_line("", name, data, to);
}

static void print_rule(const struct explanation *explanation, FILE *to)
{
	char data[LINE_SIZE];
	struct text text;

	if (explanation->rules.text == NULL) {
		text_init(&text, data, sizeof data);
		text_add(&text, "none, there is no ");
		text_add(&text, explanation->policy.conf);
		print_line("", "rule:", data, to);
	} else if (!explanation->has_rule) {
		text_init(&text, data, sizeof data);
		text_add(&text, "none matches in ");
		text_add(&text, explanation->policy.conf);
		print_line("", "rule:", data, to);
	} else {
		print_place("rule:", explanation->policy.conf, explanation->rule.line, to);
	}
}

static void print_setting(const struct explanation *explanation, enum option_id id, const char *value, FILE *to)
{
	char data[LINE_SIZE];
	struct text text;
	uint32_t line = 0;
	const char *file = explain_place(explanation, id, &line);

	text_init(&text, data, sizeof data);
	text_add(&text, value);
	while (text.used < VALUE_WIDTH - 1)
		text_add_char(&text, ' ');
	text_add_char(&text, ' ');
	if (file != NULL)
		add_place(file, line, &text);
	else
		text_add(&text, "default");
	print_line("  ", option_table[id].name, data, to);
}

static void print_limits(const struct explanation *explanation, FILE *to)
{
	static const enum option_id limits[] = {OPTION_IDLE, OPTION_KEEPALIVE, OPTION_MAX};

	fprintf(to, "\nlimits:\n");
	if (explanation->has_rule && explanation->rule.is_exempt) {
		fprintf(to, "  none, the session is exempt\n");
		return;
	}
	if (!policy_has_limit(&explanation->policy))
		fprintf(to, "  none, the session is not watched\n");
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		char data[WORDS_SETTING_SIZE];
		struct text text;
		if (explanation->policy.value[limits[i]] == 0)
			continue;
		text_init(&text, data, sizeof data);
		words_add_limit(&explanation->policy, limits[i], &text);
		print_setting(explanation, limits[i], data, to);
	}
}

static void print_settings(const struct explanation *explanation, FILE *to)
{
	if (explanation->has_rule && explanation->rule.is_exempt)
		return;
	fprintf(to, "\nsettings:\n");
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		char data[WORDS_SETTING_SIZE];
		struct text text;
		text_init(&text, data, sizeof data);
		policy_add_value(&explanation->policy, (enum option_id)id, &text);
		print_setting(explanation, (enum option_id)id, data, to);
	}
}

static const char *word_for(enum rule_verdict why)
{
	static const char *const words[] = {[RULE_MATCHES] = "",
	                                    [RULE_OTHER_SERVICE] = "another service",
	                                    [RULE_OTHER_USER] = "another user",
	                                    [RULE_OTHER_ADDRESS] = "another address",
	                                    [RULE_OTHER_GROUP] = "not in the group"};

	return words[why];
}

static void print_passed_over(const struct explanation *explanation, FILE *to)
{
	if (explanation->passed_count > 0)
		fprintf(to, "\npassed over:\n");
	for (size_t i = 0; i < explanation->passed_count; i++) {
		const struct passed_over *passed = &explanation->passed[i];
		char data[LINE_SIZE], name[32];
		struct text text;
		(void)snprintf(name, sizeof name, "line %u", (unsigned)passed->rule.line);
		text_init(&text, data, sizeof data);
		text_add(&text, word_for(passed->why));
		while (text.used < VALUE_WIDTH)
			text_add_char(&text, ' ');
		explain_add_rule(&passed->rule, &text);
		print_line("  ", name, data, to);
	}
}

int explain_print_text(const struct explanation *explanation, FILE *to)
{
	const struct rules_login *login = &explanation->login;

	print_line("", "user:", login->user, to);
	print_line("", "service:", login->service, to);
	print_line("", "from:", login->is_local ? "local" : login->peer.address, to);
	print_place("PAM line:", explanation->pam_file, explanation->pam_line, to);
	print_rule(explanation, to);
	print_limits(explanation, to);
	print_settings(explanation, to);
	print_passed_over(explanation, to);
	return 0;
}

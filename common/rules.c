/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/rules.h"

#include <errno.h>
#include <string.h>

/* One line on its way to a rule. */
struct line {
	const char *text;
	size_t length;
	size_t at; /* where the next word is looked for */
	uint32_t number;
	struct rules_fault *fault;
};

/* A word as it stands in the line, without quotes; the column is that of its beginning. */
struct word {
	const char *start;
	size_t length;
	size_t column;
};

static int refuse(const struct line *line, size_t column, const char *why)
{
	struct text text;

	line->fault->line = line->number;
	line->fault->column = (uint32_t)column;
	text_init(&text, line->fault->why, sizeof line->fault->why);
	text_add(&text, why);
	return -EINVAL;
}

static int refuse_word(const struct line *line, const struct word *word, const char *string, const char *why)
{
	struct text text;

	(void)refuse(line, word->column, "");
	text_init(&text, line->fault->why, sizeof line->fault->why);
	text_add_quoted(&text, string);
	text_add_char(&text, ' ');
	text_add(&text, why);
	return -EINVAL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t') || c == 0x7f;
}

/* -- From bytes to words -- */

/* Cuts the next line off; 0 at the end of the text. */
static int next_line(struct rules_reader *reader, struct line *line)
{
	if (reader->left == 0)
		return 0;
	const char *newline = memchr(reader->rest, '\n', reader->left);
	line->text = reader->rest;
	line->length = newline != NULL ? (size_t)(newline - reader->rest) : reader->left;
	line->at = 0;
	line->number = ++reader->line;
	reader->rest += line->length + (newline != NULL);
	reader->left -= line->length + (newline != NULL);
	return 1;
}

static int check_bytes(const struct line *line)
{
	for (size_t i = 0; i < line->length && i < RULES_LINE_MAX; i++) {
		if (line->text[i] == '\0')
			return refuse(line, i + 1, "a NUL byte: this is no text");
		if (line->text[i] == '\r')
			return refuse(line, i + 1, "a carriage return: lines end with a line feed alone");
		if (is_control(line->text[i]))
			return refuse(line, i + 1, "a control character");
	}
	if (line->length > RULES_LINE_MAX)
		return refuse(line, RULES_LINE_MAX + 1, "the line is longer than 1024 bytes");
	return 0;
}

static int next_quoted(struct line *line, struct word *word)
{
	const char *start = line->text + line->at + 1;
	size_t room = line->length - line->at - 1;
	const char *end = memchr(start, '"', room);

	if (end == NULL)
		return refuse(line, word->column, "the quote is not closed");
	word->start = start;
	word->length = (size_t)(end - start);
	line->at += word->length + 2;
	if (line->at < line->length && !is_blank(line->text[line->at]))
		return refuse(line, line->at + 1, "a blank is missing behind the quote");
	return 1;
}

/* 1: a word; 0: the end of the line, or a comment; -EINVAL. */
static int next_word(struct line *line, struct word *ret_word)
{
	while (line->at < line->length && is_blank(line->text[line->at]))
		line->at++;
	*ret_word = (struct word){.start = line->text + line->at, .column = line->at + 1};
	if (line->at == line->length || line->text[line->at] == '#')
		return 0;
	if (line->text[line->at] == '"')
		return next_quoted(line, ret_word);
	for (; line->at < line->length && !is_blank(line->text[line->at]); line->at++) {
		if (line->text[line->at] == '"')
			return refuse(line, line->at + 1, "quotes stand around a whole word");
		ret_word->length++;
	}
	return 1;
}

/* -- From words to a rule -- */

/* Copies the next word, which must be there and fit. */
static int take_word(struct line *line, const char *missing, char *data, size_t size, struct word *ret_word)
{
	int r = next_word(line, ret_word);

	if (r <= 0)
		return r < 0 ? r : refuse(line, ret_word->column, missing);
	if (ret_word->length == 0)
		return refuse(line, ret_word->column, "an empty name");
	if (ret_word->length >= size)
		return refuse(line, ret_word->column, "too long for a name");
	memcpy(data, ret_word->start, ret_word->length);
	data[ret_word->length] = '\0';
	return 0;
}

static bool is_star(const char *word)
{
	return strcmp(word, "*") == 0;
}

/* What would be taken for a name and silently match nobody. */
static int check_name(const struct line *line, const struct word *word, const char *name)
{
	if (strchr(name, '*') != NULL)
		return refuse_word(line, word, name, "is no name: '*' stands alone, for everybody");
	if (strchr(name, ',') != NULL)
		return refuse_word(line, word, name, "is no name: write a line for each");
	return 0;
}

static int take_service(struct line *line, struct rule *rule)
{
	struct word word;
	int r = take_word(line, "no service", rule->service, sizeof rule->service, &word);

	if (r < 0 || is_star(rule->service))
		return r;
	/* A byte order mark, a blank that is none: nothing that a file in pam.d is called. */
	for (const char *c = rule->service; *c != '\0'; c++) {
		if (*c <= ' ' || *c > '~' || *c == '/')
			return refuse_word(line, &word, rule->service, "is not the name of a service");
	}
	return check_name(line, &word, rule->service);
}

static int take_who(struct line *line, struct rule *rule)
{
	struct word word;
	int r = take_word(line, "no user or @group behind the service", rule->who, sizeof rule->who, &word);

	if (r < 0 || is_star(rule->who))
		return r;
	if (strcmp(rule->who, "@") == 0)
		return refuse_word(line, &word, rule->who, "names no group");
	if (rule->who[0] == '%')
		return refuse_word(line, &word, rule->who, "is no name: a group is written @NAME");
	return check_name(line, &word, rule->who);
}

static int take_from(struct line *line, struct rule *rule)
{
	const char *why = "";
	struct word word;
	int r = take_word(line, "no address behind the user", rule->from, sizeof rule->from, &word);

	if (r < 0)
		return r;
	rule->from_kind = is_star(rule->from)                   ? RULE_FROM_ANYWHERE
	                  : strcmp(rule->from, "local") == 0 ? RULE_FROM_LOCAL
	                                                     : RULE_FROM_NETWORK;
	if (rule->from_kind == RULE_FROM_NETWORK && cidr_parse(rule->from, &rule->network, &why) < 0)
		return refuse_word(line, &word, rule->from, why);
	return 0;
}

/* As policy_set, of a word. */
static int set_word(const struct word *word, struct policy *policy, struct text *why)
{
	char setting[RULES_LINE_MAX + 1];

	memcpy(setting, word->start, word->length);
	setting[word->length] = '\0';
	return policy_set(policy, setting, ORIGIN_RULE, why);
}

static int check_setting(const struct line *line, const struct word *word, struct policy *policy)
{
	char reason[POLICY_WHY_SIZE];
	struct text why;

	text_init(&why, reason, sizeof reason);
	return set_word(word, policy, &why) < 0 ? refuse(line, word->column, reason) : 0;
}

static bool is_exemption(const struct word *word)
{
	static const char exempt[] = "exempt";

	return word->length == strlen(exempt) && memcmp(word->start, exempt, word->length) == 0;
}

/* Each is tried on a policy that is thrown away. */
static int check_settings(struct line *line, const struct policy *fresh, struct rule *rule)
{
	struct policy policy = *fresh;
	struct word word;
	size_t count = 0;
	int r;

	rule->settings = line->text + line->at;
	rule->settings_length = line->length - line->at;
	while ((r = next_word(line, &word)) > 0) {
		if (rule->is_exempt || (count > 0 && is_exemption(&word)))
			return refuse(line, word.column, "'exempt' stands alone");
		if (is_exemption(&word))
			rule->is_exempt = true;
		else
			r = check_setting(line, &word, &policy);
		if (r < 0)
			return r;
		count++;
	}
	return r == 0 && count == 0 ? refuse(line, word.column, "no settings, and not 'exempt'") : r;
}

static int parse_rule(struct line *line, const struct policy *fresh, struct rule *rule)
{
	int r = take_service(line, rule);

	if (r == 0)
		r = take_who(line, rule);
	if (r == 0)
		r = take_from(line, rule);
	return r == 0 ? check_settings(line, fresh, rule) : r;
}

static bool is_rule(const struct line *line)
{
	struct line copy = *line;
	struct word word;

	return next_word(&copy, &word) != 0;
}

void rules_start(struct rules_reader *reader, const char *text, size_t length)
{
	*reader = (struct rules_reader){.rest = text, .left = length};
	policy_init(&reader->fresh);
}

int rules_next(struct rules_reader *reader, struct rule *ret_rule, struct rules_fault *ret_fault)
{
	struct line line = {.fault = ret_fault};

	while (next_line(reader, &line) > 0) {
		struct rule rule = {.line = line.number};
		int r = check_bytes(&line);
		if (r < 0)
			return r;
		if (!is_rule(&line))
			continue;
		r = parse_rule(&line, &reader->fresh, &rule);
		if (r < 0)
			return r;
		*ret_rule = rule;
		return 1;
	}
	return 0;
}

int rules_check(const char *text, size_t length, struct rules_fault *ret_fault)
{
	struct rules_reader reader;
	struct rule rule;
	int r;

	rules_start(&reader, text, length);
	do
		r = rules_next(&reader, &rule, ret_fault);
	while (r > 0);
	return r;
}

/* -- From a rule to a decision -- */

const char *rule_group(const struct rule *rule)
{
	return rule->who[0] == '@' ? rule->who + 1 : NULL;
}

static bool is_from(const struct rule *rule, const struct rules_login *login)
{
	switch (rule->from_kind) {
	case RULE_FROM_ANYWHERE:
		return true;
	case RULE_FROM_LOCAL:
		return login->is_local;
	case RULE_FROM_NETWORK:
		return cidr_holds(&rule->network, &login->peer);
	}
	return false;
}

/* The verdict as far as it can be told without asking; RULE_MATCHES also for a group that is yet to be asked about. */
static enum rule_verdict judge(const struct rule *rule, const struct rules_login *login)
{
	if (!is_star(rule->service) && strcmp(rule->service, login->service) != 0)
		return RULE_OTHER_SERVICE;
	if (!is_star(rule->who) && rule_group(rule) == NULL && strcmp(rule->who, login->user) != 0)
		return RULE_OTHER_USER;
	return is_from(rule, login) ? RULE_MATCHES : RULE_OTHER_ADDRESS;
}

/* A verdict, or -errno. */
static int decide(const struct rule *rule, const struct rules_login *login, const struct rules_search *search)
{
	enum rule_verdict verdict = judge(rule, login);

	if (verdict != RULE_MATCHES || rule_group(rule) == NULL)
		return (int)verdict;
	int r = search->is_member(search->data, rule);
	return r < 0 ? r : (int)(r > 0 ? RULE_MATCHES : RULE_OTHER_GROUP);
}

int rules_find(const char *text, size_t length, const struct rules_login *login, const struct rules_search *search,
               struct rule *ret_rule)
{
	struct rules_reader reader;
	struct rules_fault fault;
	struct rule rule;
	int r;

	rules_start(&reader, text, length);
	while ((r = rules_next(&reader, &rule, &fault)) > 0) {
		int verdict = decide(&rule, login, search);
		if (verdict < 0)
			return verdict;
		if (verdict == RULE_MATCHES) {
			*ret_rule = rule;
			return 1;
		}
		if (search->passed_over != NULL)
			search->passed_over(search->data, &rule, (enum rule_verdict)verdict);
	}
	return r;
}

int rule_apply(const struct rule *rule, struct policy *policy)
{
	struct rules_fault fault;
	struct line line = {.text = rule->settings, .length = rule->settings_length, .fault = &fault};
	struct policy applied = *policy;
	struct word word;
	int r;

	while ((r = next_word(&line, &word)) > 0) {
		char reason[POLICY_WHY_SIZE];
		struct text why;
		text_init(&why, reason, sizeof reason);
		if (set_word(&word, &applied, &why) < 0)
			return -EINVAL;
	}
	if (r < 0)
		return r;
	applied.rule_line = rule->line;
	*policy = applied;
	return 0;
}

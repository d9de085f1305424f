/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/policy.h"

#include <errno.h>
#include <string.h>

#include "common/duration.h"

/* Longest value worth reading: the longest ladder of warnings fits many times over, and so does a path. */
#define VALUE_MAX (POLICY_PATH_SIZE - 1)

_Static_assert(sizeof RULES_PATH <= POLICY_PATH_SIZE, "configure with a shorter --sysconfdir");

/* What a value was parsed into, before it becomes part of a policy. */
struct parsed {
	uint32_t value;
	uint32_t warnings[POLICY_WARNINGS_MAX];
	size_t warning_count;
	const char *path; /* the value itself */
};

static int refuse(int error, const char *setting, const char *reason, struct text *why)
{
	text_add_quoted(why, setting);
	text_add_char(why, ' ');
	text_add(why, reason);
	return error;
}

static int refuse_range(const char *value, const char *from, const char *to, struct text *why)
{
	text_add_quoted(why, value);
	text_add(why, " is not within ");
	text_add(why, from);
	text_add(why, " to ");
	text_add(why, to);
	return -ERANGE;
}

static int parse_duration(const struct option *option, const char *value, uint32_t *ret_seconds, struct text *why)
{
	const char *reason = "";
	uint64_t seconds;
	int r = duration_parse(value, &seconds, &reason);

	if (r < 0)
		return refuse(r, value, reason, why);
	if (seconds < option->min || seconds > option->max) {
		char low[32], high[32];
		struct text from, to;
		text_init(&from, low, sizeof low);
		text_init(&to, high, sizeof high);
		duration_add(&from, option->min);
		duration_add(&to, option->max);
		return refuse_range(value, low, high, why);
	}
	*ret_seconds = (uint32_t)seconds;
	return 0;
}

static int parse_limit(const struct option *option, const char *value, struct parsed *ret, struct text *why)
{
	if (strcmp(value, "off") == 0) {
		ret->value = 0;
		return 0;
	}
	return parse_duration(option, value, &ret->value, why);
}

static int parse_number(const struct option *option, const char *value, struct parsed *ret, struct text *why)
{
	uint64_t number;
	int r = text_parse_unsigned(value, option->max, &number);

	if (r == -EINVAL)
		return refuse(r, value, "is not a number", why);
	if (r < 0 || number < option->min) {
		char low[24], high[24];
		struct text from, to;
		text_init(&from, low, sizeof low);
		text_init(&to, high, sizeof high);
		text_add_unsigned(&from, option->min);
		text_add_unsigned(&to, option->max);
		return refuse_range(value, low, high, why);
	}
	ret->value = (uint32_t)number;
	return 0;
}

static int parse_choice(const struct option *option, const char *value, struct parsed *ret, struct text *why)
{
	for (uint32_t i = 0; option->words[i] != NULL; i++) {
		if (strcmp(value, option->words[i]) == 0) {
			ret->value = i;
			return 0;
		}
	}
	(void)refuse(-EINVAL, value, "is not one of ", why);
	text_add(why, option->placeholder);
	return -EINVAL;
}

/* Cuts the next word off a list separated by commas; `*cursor` is NULL behind the last. */
static bool next_word(const char **cursor, char ret_word[VALUE_MAX + 1])
{
	if (*cursor == NULL)
		return false;
	size_t length = strcspn(*cursor, ",");
	memcpy(ret_word, *cursor, length);
	ret_word[length] = '\0';
	*cursor = (*cursor)[length] == ',' ? *cursor + length + 1 : NULL;
	return true;
}

static int refuse_word(const struct option *option, const char *word, struct text *why)
{
	if (*word == '\0')
		return refuse(-EINVAL, word, "is empty", why);
	(void)refuse(-EINVAL, word, "is not one of ", why);
	for (size_t i = 0; option->words[i] != NULL; i++) {
		if (i > 0)
			text_add(why, ", ");
		text_add(why, option->words[i]);
	}
	return -EINVAL;
}

static int parse_set(const struct option *option, const char *value, struct parsed *ret, struct text *why)
{
	char word[VALUE_MAX + 1];
	uint32_t set = 0;

	while (next_word(&value, word)) {
		uint32_t i = 0;
		while (option->words[i] != NULL && strcmp(word, option->words[i]) != 0)
			i++;
		if (option->words[i] == NULL)
			return refuse_word(option, word, why);
		if (set & UINT32_C(1) << i)
			return refuse(-EINVAL, word, "stands twice", why);
		set |= UINT32_C(1) << i;
	}
	if ((set & 1) != 0 && set != 1)
		return refuse(-EINVAL, option->words[0], "cannot be combined with other words", why);
	ret->value = set;
	return 0;
}

/* Keeps the ladder sorted from long to short; the same step twice is a mistake. */
static int insert_warning(struct parsed *parsed, uint32_t seconds)
{
	size_t at = parsed->warning_count;

	if (at == POLICY_WARNINGS_MAX)
		return -ERANGE;
	while (at > 0 && parsed->warnings[at - 1] <= seconds) {
		if (parsed->warnings[at - 1] == seconds)
			return -EEXIST;
		at--;
	}
	memmove(parsed->warnings + at + 1, parsed->warnings + at,
	        (parsed->warning_count - at) * sizeof parsed->warnings[0]);
	parsed->warnings[at] = seconds;
	parsed->warning_count++;
	return 0;
}

static int parse_ladder(const struct option *option, const char *value, struct parsed *ret, struct text *why)
{
	char step[VALUE_MAX + 1];

	ret->value = strcmp(value, "off") != 0;
	if (!ret->value)
		return 0;
	for (const char *cursor = value; next_word(&cursor, step);) {
		uint32_t seconds;
		int r = parse_duration(option, step, &seconds, why);
		if (r < 0)
			return r;
		r = insert_warning(ret, seconds);
		if (r == -EEXIST)
			return refuse(-EINVAL, step, "stands twice", why);
		if (r < 0)
			return refuse(r, value, "has more than 8 steps", why);
	}
	return 0;
}

static int parse_path(const char *value, struct parsed *ret, struct text *why)
{
	if (value[0] != '/')
		return refuse(-EINVAL, value, "is not an absolute path", why);
	ret->path = value;
	return 0;
}

static int parse_value(const struct option *option, const char *value, struct parsed *ret, struct text *why)
{
	if (option->kind == OPTION_KIND_FLAG) {
		if (value != NULL)
			return refuse(-EINVAL, value, "is not expected: the setting takes no value", why);
		ret->value = 1;
		return 0;
	}
	if (value == NULL || *value == '\0')
		return refuse(-EINVAL, "", "is empty: a value is needed", why);
	if (strlen(value) > VALUE_MAX)
		return refuse(-EINVAL, "..", "is too long", why);
	switch (option->kind) {
	case OPTION_KIND_LIMIT:
		return parse_limit(option, value, ret, why);
	case OPTION_KIND_NUMBER:
		return parse_number(option, value, ret, why);
	case OPTION_KIND_CHOICE:
		return parse_choice(option, value, ret, why);
	case OPTION_KIND_SET:
		return parse_set(option, value, ret, why);
	case OPTION_KIND_LADDER:
		return parse_ladder(option, value, ret, why);
	case OPTION_KIND_PATH:
		return parse_path(value, ret, why);
	case OPTION_KIND_FLAG:
		break;
	}
	return -EINVAL;
}

static void store(struct policy *policy, enum option_id id, const struct parsed *parsed, enum origin origin)
{
	policy->value[id] = parsed->value;
	policy->origin[id] = origin;
	if (option_table[id].kind == OPTION_KIND_LADDER) {
		memcpy(policy->warnings, parsed->warnings, sizeof policy->warnings);
		policy->warning_count = parsed->warning_count;
	}
	if (option_table[id].kind == OPTION_KIND_PATH)
		(void)text_copy(policy->conf, sizeof policy->conf, parsed->path);
}

void policy_init(struct policy *policy)
{
	char unused[POLICY_WHY_SIZE];
	struct text why;

	*policy = (struct policy){0};
	text_init(&why, unused, sizeof unused);
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		struct parsed parsed = {0};
		if (option_table[id].kind != OPTION_KIND_FLAG &&
		    parse_value(&option_table[id], option_table[id].fallback, &parsed, &why) == 0)
			store(policy, (enum option_id)id, &parsed, ORIGIN_DEFAULT);
	}
}

int policy_set(struct policy *policy, const char *setting, enum origin origin, struct text *why)
{
	const char *equals = strchr(setting, '=');
	size_t length = equals != NULL ? (size_t)(equals - setting) : strlen(setting);
	enum option_id id = option_find(setting, length);
	struct parsed parsed = {0};

	if (id == OPTION_COUNT)
		return refuse(-EINVAL, setting, "is not a known setting", why);
	text_add(why, option_table[id].name);
	text_add(why, ": ");
	if (origin == ORIGIN_RULE && option_table[id].kind == OPTION_KIND_PATH) {
		text_add(why, "belongs on the PAM line, not into the rules");
		return -EINVAL;
	}
	int r = parse_value(&option_table[id], equals != NULL ? equals + 1 : NULL, &parsed, why);
	if (r < 0)
		return r;
	if (origin != ORIGIN_DEFAULT && policy->origin[id] == origin) {
		text_add(why, "is given twice");
		return -EEXIST;
	}
	store(policy, id, &parsed, origin);
	return 0;
}

static void add_ladder(const struct policy *policy, struct text *text)
{
	for (size_t i = 0; i < policy->warning_count; i++) {
		if (i > 0)
			text_add_char(text, ',');
		duration_add(text, policy->warnings[i]);
	}
	if (policy->warning_count == 0)
		text_add(text, "off");
}

static void add_set(const char *const *words, uint32_t set, struct text *text)
{
	const char *separator = "";

	for (size_t i = 0; words[i] != NULL; i++) {
		if ((set & UINT32_C(1) << i) == 0)
			continue;
		text_add(text, separator);
		text_add(text, words[i]);
		separator = ",";
	}
}

void policy_add_value(const struct policy *policy, enum option_id id, struct text *text)
{
	uint32_t value = policy->value[id];

	switch (option_table[id].kind) {
	case OPTION_KIND_LIMIT:
		if (value == 0)
			text_add(text, "off");
		else
			duration_add(text, value);
		break;
	case OPTION_KIND_NUMBER:
		text_add_unsigned(text, value);
		break;
	case OPTION_KIND_CHOICE:
		text_add(text, option_table[id].words[value]);
		break;
	case OPTION_KIND_SET:
		add_set(option_table[id].words, value, text);
		break;
	case OPTION_KIND_LADDER:
		add_ladder(policy, text);
		break;
	case OPTION_KIND_FLAG:
		text_add(text, value ? "on" : "off");
		break;
	case OPTION_KIND_PATH:
		text_add(text, policy->conf);
		break;
	}
}

const char *origin_name(enum origin origin)
{
	static const char *const names[] = {
		[ORIGIN_DEFAULT] = "default", [ORIGIN_ARGUMENT] = "argument", [ORIGIN_RULE] = "rule"};

	return names[origin];
}

void policy_add_origin(const struct policy *policy, enum option_id id, struct text *text)
{
	const char *slash = strrchr(policy->conf, '/');

	if (policy->origin[id] != ORIGIN_RULE) {
		text_add(text, origin_name(policy->origin[id]));
		return;
	}
	text_add(text, slash != NULL ? slash + 1 : policy->conf);
	text_add_char(text, ':');
	text_add_unsigned(text, policy->rule_line);
}

bool policy_has_limit(const struct policy *policy)
{
	return policy->value[OPTION_IDLE] > 0 || policy->value[OPTION_KEEPALIVE] > 0 || policy->value[OPTION_MAX] > 0;
}

size_t policy_warnings_for(const struct policy *policy, uint32_t limit, uint32_t ret_warnings[POLICY_WARNINGS_MAX])
{
	uint32_t below = limit;
	size_t count = 0;

	/* w < limit / 2 for whole seconds is w < ceil(limit / 2). */
	if (policy->origin[OPTION_WARN] == ORIGIN_DEFAULT)
		below = limit / 2 + limit % 2;
	for (size_t i = 0; i < policy->warning_count; i++) {
		if (policy->warnings[i] < below)
			ret_warnings[count++] = policy->warnings[i];
	}
	return count;
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any settings, one a line: each is taken and can be printed and taken again, or is refused with a whole printable
 * reason and leaves the policy as it was.
 */
#include "common/policy.h"

#include <errno.h>

#include "tests/fuzz/fuzz.h"

static void expect_printable(const struct text *text)
{
	PROMISE(text_result(text) == 0);
	PROMISE(text->used > 0 && strlen(text->data) == text->used);
	for (size_t i = 0; i < text->used; i++)
		PROMISE(text->data[i] >= ' ' && text->data[i] <= '~');
}

static void expect_round_trip(const struct policy *policy, enum option_id id)
{
	struct policy again;
	TEXT(setting, POLICY_PATH_SIZE + 32);
	TEXT(why, POLICY_WHY_SIZE);

	if (option_table[id].kind == OPTION_KIND_FLAG)
		return;
	text_add(&setting, option_table[id].name);
	text_add_char(&setting, '=');
	policy_add_value(policy, id, &setting);
	PROMISE(text_result(&setting) == 0);
	policy_init(&again);
	PROMISE(policy_set(&again, setting.data, ORIGIN_ARGUMENT, &why) == 0);
	PROMISE(again.value[id] == policy->value[id]);
	PROMISE(id != OPTION_CONF || strcmp(again.conf, policy->conf) == 0);
	if (id == OPTION_WARN) {
		PROMISE(again.warning_count == policy->warning_count);
		PROMISE(memcmp(again.warnings, policy->warnings, sizeof again.warnings) == 0);
	}
}

static void expect_sorted_warnings(const struct policy *policy, uint32_t limit)
{
	uint32_t warnings[POLICY_WARNINGS_MAX];
	size_t count = policy_warnings_for(policy, limit, warnings);

	PROMISE(count <= policy->warning_count && policy->warning_count <= POLICY_WARNINGS_MAX);
	for (size_t i = 0; i < count; i++) {
		PROMISE(warnings[i] > 0 && warnings[i] < limit);
		PROMISE(i == 0 || warnings[i] < warnings[i - 1]);
	}
}

static void expect_within_bounds(const struct option *option, uint32_t value)
{
	size_t words = 0;

	while (option->words != NULL && option->words[words] != NULL)
		words++;
	if (option->kind == OPTION_KIND_CHOICE)
		PROMISE(value < words);
	else if (option->kind == OPTION_KIND_SET)
		PROMISE(value > 0 && value < UINT32_C(1) << words && (value == 1 || (value & 1) == 0));
	else
		PROMISE(value <= option->max);
}

static void try_setting(struct policy *policy, const char *setting)
{
	struct policy before;
	TEXT(why, POLICY_WHY_SIZE);

	memcpy(&before, policy, sizeof before);
	int r = policy_set(policy, setting, ORIGIN_ARGUMENT, &why);
	if (r < 0) {
		PROMISE(r == -EINVAL || r == -ERANGE || r == -EEXIST);
		PROMISE(memcmp(&before, policy, sizeof before) == 0);
		expect_printable(&why);
		return;
	}
	enum option_id id = option_find(setting, strcspn(setting, "="));
	PROMISE(r == 0 && id < OPTION_COUNT);
	PROMISE(before.origin[id] == ORIGIN_DEFAULT && policy->origin[id] == ORIGIN_ARGUMENT);
	expect_within_bounds(&option_table[id], policy->value[id]);
	expect_round_trip(policy, id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy policy;
	char *settings = copy_string(data, size);

	memset(&policy, 0, sizeof policy);
	policy_init(&policy);
	for (char *rest = settings, *line; (line = strsep(&rest, "\n")) != NULL;)
		try_setting(&policy, line);
	expect_sorted_warnings(&policy, policy.value[OPTION_IDLE]);
	expect_sorted_warnings(&policy, policy.value[OPTION_MAX]);
	free(settings);
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/options.h"

#include "common/policy.h"
#include "tests/unit/unit.h"

static void every_option_is_found_by_its_name_alone(void **state)
{
	(void)state;
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		const char *name = option_table[id].name;
		assert_non_null(name);
		same_unsigned(name, option_find(name, strlen(name)), id);
		same_unsigned(name, option_find(name, strlen(name) - 1), OPTION_COUNT);
	}
}

static void name_is_compared_in_its_whole_length(void **state)
{
	(void)state;
	assert_int_equal(option_find("idle=15m", 4), OPTION_IDLE);
	assert_int_equal(option_find("idle=15m", 8), OPTION_COUNT);
	assert_int_equal(option_find("keepalive_count", 9), OPTION_KEEPALIVE);
	assert_int_equal(option_find("keepalive_count", 15), OPTION_KEEPALIVE_COUNT);
	assert_int_equal(option_find("IDLE", 4), OPTION_COUNT);
	assert_int_equal(option_find("", 0), OPTION_COUNT);
}

static void names_are_unique_lower_case_words(void **state)
{
	(void)state;
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		const char *name = option_table[id].name;
		same_unsigned(name, strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
		for (size_t other = 0; other < id; other++)
			assert_string_not_equal(name, option_table[other].name);
	}
}

static void every_fallback_is_a_value_and_stays_the_same(void **state)
{
	(void)state;
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		const struct option *option = &option_table[id];
		struct policy policy;
		TEXT(setting, 64 + POLICY_PATH_SIZE);
		TEXT(why, POLICY_WHY_SIZE);
		TEXT(value, POLICY_PATH_SIZE);

		assert_non_null(option->fallback);
		policy_init(&policy);
		policy_add_value(&policy, (enum option_id)id, &value);
		same_string(option->name, value.data, option->fallback);
		if (option->kind == OPTION_KIND_FLAG)
			continue;
		text_add(&setting, option->name);
		text_add_char(&setting, '=');
		text_add(&setting, option->fallback);
		same_number(setting.data, policy_set(&policy, setting.data, ORIGIN_ARGUMENT, &why), 0);
	}
}

static void only_flags_go_without_a_placeholder(void **state)
{
	(void)state;
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		const struct option *option = &option_table[id];
		same_number(option->name, option->placeholder == NULL, option->kind == OPTION_KIND_FLAG);
		same_number(option->name, option->words != NULL,
		            option->kind == OPTION_KIND_CHOICE || option->kind == OPTION_KIND_SET);
	}
}

static void placeholder_of_a_choice_lists_its_words(void **state)
{
	(void)state;
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		const struct option *option = &option_table[id];
		TEXT(listed, 64);

		if (option->kind != OPTION_KIND_CHOICE)
			continue;
		for (size_t i = 0; option->words[i] != NULL; i++) {
			if (i > 0)
				text_add_char(&listed, '|');
			text_add(&listed, option->words[i]);
		}
		same_string(option->name, option->placeholder, listed.data);
	}
}

static void words_of_choices_stand_in_the_order_of_their_constants(void **state)
{
	(void)state;
	assert_string_equal(option_table[OPTION_KEEPALIVE_PROOF].words[PROOF_TCP], "tcp");
	assert_string_equal(option_table[OPTION_KEEPALIVE_PROOF].words[PROOF_DATA], "data");
	assert_string_equal(option_table[OPTION_KILL].words[KILL_CONNECTION], "connection");
	assert_string_equal(option_table[OPTION_KILL].words[KILL_SESSION], "session");
	assert_string_equal(option_table[OPTION_ON_WATCHDOG_LOSS].words[LOSS_CLOSE], "close");
	assert_string_equal(option_table[OPTION_ON_WATCHDOG_LOSS].words[LOSS_LOG], "log");
	assert_string_equal(option_table[OPTION_AUDIT].words[AUDIT_ALL], "all");
	assert_string_equal(option_table[OPTION_AUDIT].words[AUDIT_DISCONNECT], "disconnect");
	assert_string_equal(option_table[OPTION_AUDIT].words[AUDIT_OFF], "off");
}

static void words_of_sets_stand_in_the_order_of_their_bits(void **state)
{
	static const struct {
		uint32_t bit;
		const char *word;
	} rows[] = {
		{ACTIVITY_AUTO, "auto"},       {ACTIVITY_INPUT, "input"},     {ACTIVITY_OUTPUT, "output"},
		{ACTIVITY_PROCESS, "process"}, {ACTIVITY_NETWORK, "network"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		same_unsigned(rows[i].word, rows[i].bit, UINT32_C(1) << i);
		same_string(rows[i].word, option_table[OPTION_ACTIVITY].words[i], rows[i].word);
	}
	assert_null(option_table[OPTION_ACTIVITY].words[COUNT(rows)]);
}

static void words_of_a_set_fit_its_bits_and_hold_no_comma(void **state)
{
	(void)state;
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		const struct option *option = &option_table[id];
		size_t count = 0;

		if (option->kind != OPTION_KIND_SET)
			continue;
		for (; option->words[count] != NULL; count++)
			assert_null(strchr(option->words[count], ','));
		assert_in_range(count, 2, 31);
	}
}

static void help_is_one_printable_sentence_without_full_stop(void **state)
{
	(void)state;
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		const char *help = option_table[id].help;
		TEXT(printable, 512);

		assert_non_null(help);
		text_add_printable(&printable, help);
		assert_true(strlen(help) > 0);
		same_string(option_table[id].name, printable.data, help);
		same_number(help, help[strlen(help) - 1] == '.', false);
	}
}

static void ranges_fit_a_policy_value(void **state)
{
	(void)state;
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		const struct option *option = &option_table[id];
		assert_true(option->min <= option->max);
		assert_true(option->max <= UINT32_MAX);
		if (option->kind == OPTION_KIND_LIMIT || option->kind == OPTION_KIND_LADDER)
			same_unsigned(option->name, option->min, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_is_found_by_its_name_alone),
		cmocka_unit_test(name_is_compared_in_its_whole_length),
		cmocka_unit_test(names_are_unique_lower_case_words),
		cmocka_unit_test(every_fallback_is_a_value_and_stays_the_same),
		cmocka_unit_test(only_flags_go_without_a_placeholder),
		cmocka_unit_test(placeholder_of_a_choice_lists_its_words),
		cmocka_unit_test(words_of_choices_stand_in_the_order_of_their_constants),
		cmocka_unit_test(words_of_sets_stand_in_the_order_of_their_bits),
		cmocka_unit_test(words_of_a_set_fit_its_bits_and_hold_no_comma),
		cmocka_unit_test(help_is_one_printable_sentence_without_full_stop),
		cmocka_unit_test(ranges_fit_a_policy_value),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}

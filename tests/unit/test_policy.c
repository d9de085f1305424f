/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/policy.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/unit.h"

#define NOT_A_DURATION "is not a duration such as 90, 90s, 15m, 1h30m or 2d"
#define NOT_AN_ACTIVITY "is not one of auto, input, output, process, network"
#define LONGEST_VALUE 255

static void set_all(struct policy *policy, const char *const *settings, size_t count, enum origin origin)
{
	policy_init(policy);
	for (size_t i = 0; i < count; i++) {
		TEXT(why, POLICY_WHY_SIZE);
		if (policy_set(policy, settings[i], origin, &why) < 0)
			fail_msg("%s: %s", settings[i], why.data);
	}
}

static void set_one(struct policy *policy, const char *setting)
{
	set_all(policy, &setting, 1, ORIGIN_ARGUMENT);
}

static void new_policy_holds_the_defaults_and_no_limit(void **state)
{
	struct policy policy;

	(void)state;
	policy_init(&policy);
	assert_false(policy_has_limit(&policy));
	for (size_t id = 0; id < OPTION_COUNT; id++)
		assert_int_equal(policy.origin[id], ORIGIN_DEFAULT);
	assert_int_equal(policy.value[OPTION_KEEPALIVE_COUNT], 3);
	assert_int_equal(policy.value[OPTION_ACTIVITY], ACTIVITY_AUTO);
	assert_int_equal(policy.value[OPTION_AUDIT], AUDIT_ALL);
	assert_int_equal(policy.value[OPTION_DRY_RUN], 0);
	assert_int_equal(policy.warning_count, 3);
	assert_int_equal(policy.warnings[0], 300);
	assert_int_equal(policy.warnings[1], 60);
	assert_int_equal(policy.warnings[2], 10);
}

static void good_setting_is_taken(void **state)
{
	static const struct {
		const char *setting;
		enum option_id id;
		uint32_t value;
	} rows[] = {
		{"idle=15m", OPTION_IDLE, 900},
		{"idle=1", OPTION_IDLE, 1},
		{"idle=3650d", OPTION_IDLE, 315360000},
		{"idle=off", OPTION_IDLE, 0},
		{"keepalive=30s", OPTION_KEEPALIVE, 30},
		{"keepalive=32767", OPTION_KEEPALIVE, 32767},
		{"keepalive_count=1", OPTION_KEEPALIVE_COUNT, 1},
		{"keepalive_count=127", OPTION_KEEPALIVE_COUNT, 127},
		{"keepalive_proof=tcp", OPTION_KEEPALIVE_PROOF, PROOF_TCP},
		{"keepalive_proof=data", OPTION_KEEPALIVE_PROOF, PROOF_DATA},
		{"max=12h", OPTION_MAX, 43200},
		{"activity=auto", OPTION_ACTIVITY, ACTIVITY_AUTO},
		{"activity=input", OPTION_ACTIVITY, ACTIVITY_INPUT},
		{"activity=network", OPTION_ACTIVITY, ACTIVITY_NETWORK},
		{"activity=process,input", OPTION_ACTIVITY, ACTIVITY_INPUT | ACTIVITY_PROCESS},
		{"activity=input,output,process,network", OPTION_ACTIVITY,
		 ACTIVITY_INPUT | ACTIVITY_OUTPUT | ACTIVITY_PROCESS | ACTIVITY_NETWORK},
		{"warn=off", OPTION_WARN, 0},
		{"kill=connection", OPTION_KILL, KILL_CONNECTION},
		{"kill=session", OPTION_KILL, KILL_SESSION},
		{"on_watchdog_loss=log", OPTION_ON_WATCHDOG_LOSS, LOSS_LOG},
		{"audit=disconnect", OPTION_AUDIT, AUDIT_DISCONNECT},
		{"audit=off", OPTION_AUDIT, AUDIT_OFF},
		{"require_audit", OPTION_REQUIRE_AUDIT, 1},
		{"dry_run", OPTION_DRY_RUN, 1},
		{"debug", OPTION_DEBUG, 1},
		{"quiet", OPTION_QUIET, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct policy policy;
		set_one(&policy, rows[i].setting);
		same_unsigned(rows[i].setting, policy.value[rows[i].id], rows[i].value);
		same_number(rows[i].setting, policy.origin[rows[i].id], ORIGIN_ARGUMENT);
	}
}

static void bad_setting_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *setting;
		int result;
		const char *why;
	} rows[] = {
		{"", -EINVAL, "'' is not a known setting"},
		{"idel=15m", -EINVAL, "'idel=15m' is not a known setting"},
		{"idl", -EINVAL, "'idl' is not a known setting"},
		{"IDLE=1", -EINVAL, "'IDLE=1' is not a known setting"},
		{" idle=1", -EINVAL, "' idle=1' is not a known setting"},
		{"=15m", -EINVAL, "'=15m' is not a known setting"},
		{"a\nb\033=1", -EINVAL, "'a?b?=1' is not a known setting"},
		{"idle", -EINVAL, "idle: '' is empty: a value is needed"},
		{"idle=", -EINVAL, "idle: '' is empty: a value is needed"},
		{"idle=15min", -EINVAL, "idle: '15min' " NOT_A_DURATION},
		{"idle=1\n", -EINVAL, "idle: '1?' needs units d, h, m or s, from large to small, each once"},
		{"idle==1", -EINVAL, "idle: '=1' " NOT_A_DURATION},
		{"idle=0", -ERANGE, "idle: '0' is not within 1s to 3650d"},
		{"idle=3651d", -ERANGE, "idle: '3651d' is not within 1s to 3650d"},
		{"idle=18446744073709551616", -ERANGE, "idle: '18446744073709551616' is too large"},
		{"idle=4294967297", -ERANGE, "idle: '4294967297' is not within 1s to 3650d"},
		{"keepalive=32768", -ERANGE, "keepalive: '32768' is not within 1s to 9h6m7s"},
		{"keepalive_count=0", -ERANGE, "keepalive_count: '0' is not within 1 to 127"},
		{"keepalive_count=128", -ERANGE, "keepalive_count: '128' is not within 1 to 127"},
		{"keepalive_count=-1", -EINVAL, "keepalive_count: '-1' is not a number"},
		{"keepalive_count=999x", -EINVAL, "keepalive_count: '999x' is not a number"},
		{"keepalive_count=off", -EINVAL, "keepalive_count: 'off' is not a number"},
		{"keepalive_count", -EINVAL, "keepalive_count: '' is empty: a value is needed"},
		{"keepalive_proof=udp", -EINVAL, "keepalive_proof: 'udp' is not one of tcp|data"},
		{"max=never", -EINVAL, "max: 'never' " NOT_A_DURATION},
		{"activity=", -EINVAL, "activity: '' is empty: a value is needed"},
		{"activity", -EINVAL, "activity: '' is empty: a value is needed"},
		{"activity=inpu", -EINVAL, "activity: 'inpu' " NOT_AN_ACTIVITY},
		{"activity=Input", -EINVAL, "activity: 'Input' " NOT_AN_ACTIVITY},
		{"activity=input,in\nput", -EINVAL, "activity: 'in?put' " NOT_AN_ACTIVITY},
		{"activity=input, output", -EINVAL, "activity: ' output' " NOT_AN_ACTIVITY},
		{"activity=input|output", -EINVAL, "activity: 'input|output' " NOT_AN_ACTIVITY},
		{"activity=off", -EINVAL, "activity: 'off' " NOT_AN_ACTIVITY},
		{"activity=,", -EINVAL, "activity: '' is empty"},
		{"activity=,input", -EINVAL, "activity: '' is empty"},
		{"activity=input,", -EINVAL, "activity: '' is empty"},
		{"activity=input,,output", -EINVAL, "activity: '' is empty"},
		{"activity=input,output,input", -EINVAL, "activity: 'input' stands twice"},
		{"activity=auto,auto", -EINVAL, "activity: 'auto' stands twice"},
		{"activity=auto,input", -EINVAL, "activity: 'auto' cannot be combined with other words"},
		{"activity=input,network,auto", -EINVAL, "activity: 'auto' cannot be combined with other words"},
		{"kill=Session", -EINVAL, "kill: 'Session' is not one of connection|session"},
		{"on_watchdog_loss=ignore", -EINVAL, "on_watchdog_loss: 'ignore' is not one of close|log"},
		{"audit=none", -EINVAL, "audit: 'none' is not one of all|disconnect|off"},
		{"warn=", -EINVAL, "warn: '' is empty: a value is needed"},
		{"warn=1m,", -EINVAL, "warn: '' is empty"},
		{"warn=,1m", -EINVAL, "warn: '' is empty"},
		{"warn=1m,off", -EINVAL, "warn: 'off' " NOT_A_DURATION},
		{"warn=1m,0", -ERANGE, "warn: '0' is not within 1s to 3650d"},
		{"warn=1m,5m,60s", -EINVAL, "warn: '60s' stands twice"},
		{"warn=9,8,7,6,5,4,3,2,1", -ERANGE, "warn: '9,8,7,6,5,4,3,2,1' has more than 8 steps"},
		{"dry_run=", -EINVAL, "dry_run: '' is not expected: the setting takes no value"},
		{"debug=off", -EINVAL, "debug: 'off' is not expected: the setting takes no value"},
		{"conf", -EINVAL, "conf: '' is empty: a value is needed"},
		{"conf=", -EINVAL, "conf: '' is empty: a value is needed"},
		{"conf=rules", -EINVAL, "conf: 'rules' is not an absolute path"},
		{"conf=./rules", -EINVAL, "conf: './rules' is not an absolute path"},
		{"conf=off", -EINVAL, "conf: 'off' is not an absolute path"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct policy policy, before;
		TEXT(why, POLICY_WHY_SIZE);

		set_one(&policy, "warn=7m");
		policy.origin[OPTION_WARN] = ORIGIN_DEFAULT;
		memcpy(&before, &policy, sizeof before);
		int r = policy_set(&policy, rows[i].setting, ORIGIN_ARGUMENT, &why);
		same_number(rows[i].setting, r, rows[i].result);
		same_string(rows[i].setting, why.data, rows[i].why);
		assert_memory_equal(&policy, &before, sizeof policy);
	}
}

/* Sets "PREFIX" followed by `length` times 'x' and expects `ending` at the end of an uncut reason. */
static void expect_whole_reason(const char *prefix, size_t length, const char *ending)
{
	static char setting[4096];
	struct policy policy;
	int prefix_length = snprintf(setting, sizeof setting, "%s", prefix);
	TEXT(why, POLICY_WHY_SIZE);

	memset(setting + prefix_length, 'x', length);
	setting[(size_t)prefix_length + length] = '\0';
	policy_init(&policy);
	same_number(prefix, policy_set(&policy, setting, ORIGIN_ARGUMENT, &why), -EINVAL);
	same_number(prefix, text_result(&why), 0);
	assert_true(why.used >= strlen(ending));
	same_string(prefix, why.data + why.used - strlen(ending), ending);
}

static void reason_is_whole_however_long_the_setting(void **state)
{
	(void)state;
	expect_whole_reason("", 4000, " is not a known setting");
	expect_whole_reason("idle=", LONGEST_VALUE, NOT_A_DURATION);
	expect_whole_reason("idle=", LONGEST_VALUE + 1, " is too long");
	expect_whole_reason("idle=", 4000, " is too long");
	expect_whole_reason("warn=1m,", LONGEST_VALUE - 3, NOT_A_DURATION);
	expect_whole_reason("warn=1m,", LONGEST_VALUE, " is too long");
	expect_whole_reason("on_watchdog_loss=", LONGEST_VALUE, " is not one of close|log");
	expect_whole_reason("activity=input,", LONGEST_VALUE - 6, NOT_AN_ACTIVITY);
	expect_whole_reason("activity=", LONGEST_VALUE + 1, " is too long");
	expect_whole_reason("keepalive_count=", LONGEST_VALUE, " is not a number");
	expect_whole_reason("require_audit=", 4000, " is not expected: the setting takes no value");
	expect_whole_reason("conf=", LONGEST_VALUE, " is not an absolute path");
	expect_whole_reason("conf=/", LONGEST_VALUE, " is too long");
}

static void longest_value_is_still_read(void **state)
{
	char setting[16 + LONGEST_VALUE] = "idle=";
	struct policy policy;

	(void)state;
	memset(setting + 5, '0', LONGEST_VALUE);
	setting[5 + LONGEST_VALUE - 1] = '7';
	set_one(&policy, setting);
	assert_int_equal(policy.value[OPTION_IDLE], 7);
}

static void longest_path_is_kept(void **state)
{
	char setting[16 + LONGEST_VALUE] = "conf=/";
	struct policy policy;
	TEXT(value, 512);

	(void)state;
	memset(setting + 6, 'x', LONGEST_VALUE - 1);
	set_one(&policy, setting);
	policy_add_value(&policy, OPTION_CONF, &value);
	assert_string_equal(value.data, setting + 5);
}

static void rule_replaces_argument_and_default_by_name(void **state)
{
	struct policy policy;
	TEXT(why, POLICY_WHY_SIZE);
	TEXT(again, POLICY_WHY_SIZE);

	(void)state;
	set_one(&policy, "idle=15m");
	assert_int_equal(policy_set(&policy, "idle=5m", ORIGIN_RULE, &why), 0);
	assert_int_equal(policy_set(&policy, "max=8h", ORIGIN_RULE, &why), 0);
	assert_int_equal(policy.value[OPTION_IDLE], 300);
	assert_int_equal(policy.origin[OPTION_IDLE], ORIGIN_RULE);
	assert_int_equal(policy.origin[OPTION_MAX], ORIGIN_RULE);
	assert_int_equal(policy.origin[OPTION_KEEPALIVE], ORIGIN_DEFAULT);
	assert_int_equal(policy_set(&policy, "idle=6m", ORIGIN_RULE, &again), -EEXIST);
	assert_string_equal(again.data, "idle: is given twice");
}

static void rules_do_not_say_where_rules_are(void **state)
{
	struct policy policy;
	TEXT(why, POLICY_WHY_SIZE);

	(void)state;
	policy_init(&policy);
	assert_int_equal(policy_set(&policy, "conf=/etc/rules", ORIGIN_RULE, &why), -EINVAL);
	assert_string_equal(why.data, "conf: belongs on the PAM line, not into the rules");
}

static void same_setting_twice_is_refused(void **state)
{
	struct policy policy;
	TEXT(why, POLICY_WHY_SIZE);
	TEXT(flag_why, POLICY_WHY_SIZE);

	(void)state;
	set_one(&policy, "idle=15m");
	assert_int_equal(policy_set(&policy, "idle=10m", ORIGIN_ARGUMENT, &why), -EEXIST);
	assert_string_equal(why.data, "idle: is given twice");
	assert_int_equal(policy.value[OPTION_IDLE], 900);
	set_one(&policy, "dry_run");
	assert_int_equal(policy_set(&policy, "dry_run", ORIGIN_ARGUMENT, &flag_why), -EEXIST);
	assert_string_equal(flag_why.data, "dry_run: is given twice");
}

static void default_may_be_set_again(void **state)
{
	const char *const settings[] = {"warn=5m", "warn=1m,30s"};
	struct policy policy;

	(void)state;
	set_all(&policy, settings, 2, ORIGIN_DEFAULT);
	assert_int_equal(policy.warning_count, 2);
	assert_int_equal(policy.warnings[0], 60);
	assert_int_equal(policy.origin[OPTION_WARN], ORIGIN_DEFAULT);
}

static void ladder_is_sorted_from_long_to_short(void **state)
{
	static const uint32_t expected[POLICY_WARNINGS_MAX] = {3600, 600, 300, 60, 30, 10, 5, 1};
	struct policy policy;
	TEXT(value, 64);

	(void)state;
	set_one(&policy, "warn=10s,5m,1,1h,30s,1m,10m,5");
	assert_int_equal(policy.warning_count, COUNT(expected));
	assert_memory_equal(policy.warnings, expected, sizeof expected);
	policy_add_value(&policy, OPTION_WARN, &value);
	assert_string_equal(value.data, "1h,10m,5m,1m,30s,10s,5s,1s");
}

static void ladder_off_forgets_the_default_steps(void **state)
{
	struct policy policy;
	uint32_t warnings[POLICY_WARNINGS_MAX];

	(void)state;
	set_one(&policy, "warn=off");
	assert_int_equal(policy.warning_count, 0);
	assert_int_equal(policy_warnings_for(&policy, 86400, warnings), 0);
}

static void any_of_three_limits_counts_as_a_limit(void **state)
{
	static const struct {
		const char *setting;
		bool has_limit;
	} rows[] = {{"idle=1", true},  {"keepalive=1", true}, {"max=1", true},   {"idle=off", false},
	            {"warn=1m", false}, {"dry_run", false},    {"max=off", false}, {"keepalive_count=9", false}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct policy policy;
		set_one(&policy, rows[i].setting);
		same_number(rows[i].setting, policy_has_limit(&policy), rows[i].has_limit);
	}
}

static void warnings_stay_below_the_limit_and_by_default_below_half(void **state)
{
	static const struct {
		const char *setting;
		uint32_t limit;
		size_t count, first;
	} rows[] = {
		{"debug", 900, 3, 300},      {"debug", 601, 3, 300},      {"debug", 600, 2, 60},
		{"debug", 121, 2, 60},       {"debug", 120, 1, 10},       {"debug", 21, 1, 10},
		{"debug", 20, 0, 0},         {"debug", 1, 0, 0},          {"debug", 0, 0, 0},
		{"debug", UINT32_MAX, 3, 300}, {"warn=5m,1m,10s", 301, 3, 300}, {"warn=5m,1m,10s", 300, 2, 60},
		{"warn=5m,1m,10s", 61, 2, 60}, {"warn=5m,1m,10s", 60, 1, 10}, {"warn=5m,1m,10s", 11, 1, 10},
		{"warn=5m,1m,10s", 10, 0, 0}, {"warn=5m,1m,10s", 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct policy policy;
		uint32_t warnings[POLICY_WARNINGS_MAX] = {0};
		char row[64];

		(void)snprintf(row, sizeof row, "%s limit %u", rows[i].setting, rows[i].limit);
		set_one(&policy, rows[i].setting);
		same_unsigned(row, policy_warnings_for(&policy, rows[i].limit, warnings), rows[i].count);
		same_unsigned(row, warnings[0], rows[i].first);
	}
}

static void printed_value_is_taken_back_unchanged(void **state)
{
	static const char *const rows[] = {
		"idle=1h30m",     "idle=off",        "idle=3650d",          "keepalive=32767", "keepalive_count=127",
		"max=off",        "kill=session",    "on_watchdog_loss=log", "audit=off",      "keepalive_proof=data",
		"activity=auto",  "activity=input",  "activity=output,network,process",
		"warn=off",       "warn=1",          "warn=8,7,6,5,4,3,2,1d", "conf=/srv/x y.conf"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct policy policy, again;
		enum option_id id = option_find(rows[i], strcspn(rows[i], "="));
		TEXT(setting, 128);

		set_one(&policy, rows[i]);
		text_add(&setting, option_table[id].name);
		text_add_char(&setting, '=');
		policy_add_value(&policy, id, &setting);
		set_one(&again, setting.data);
		assert_memory_equal(&policy, &again, sizeof policy);
	}
}

static void set_is_printed_in_the_order_of_its_words(void **state)
{
	struct policy policy;
	TEXT(value, 64);
	TEXT(automatic, 64);

	(void)state;
	set_one(&policy, "activity=network,input,process,output");
	policy_add_value(&policy, OPTION_ACTIVITY, &value);
	assert_string_equal(value.data, "input,output,process,network");
	policy_init(&policy);
	policy_add_value(&policy, OPTION_ACTIVITY, &automatic);
	assert_string_equal(automatic.data, "auto");
}

static void flags_print_as_on_or_off(void **state)
{
	struct policy policy;
	TEXT(on, 8);
	TEXT(off, 8);

	(void)state;
	set_one(&policy, "dry_run");
	policy_add_value(&policy, OPTION_DRY_RUN, &on);
	policy_add_value(&policy, OPTION_DEBUG, &off);
	assert_string_equal(on.data, "on");
	assert_string_equal(off.data, "off");
}

static void origins_have_words(void **state)
{
	(void)state;
	assert_string_equal(origin_name(ORIGIN_DEFAULT), "default");
	assert_string_equal(origin_name(ORIGIN_ARGUMENT), "argument");
	assert_string_equal(origin_name(ORIGIN_RULE), "rule");
}

static void rule_is_named_by_file_and_line(void **state)
{
	struct policy policy;
	TEXT(why, POLICY_WHY_SIZE);
	TEXT(rule, 64);
	TEXT(argument, 64);

	(void)state;
	set_one(&policy, "conf=/srv/etc/bastion.conf");
	policy.rule_line = 12;
	assert_int_equal(policy_set(&policy, "idle=5m", ORIGIN_RULE, &why), 0);
	policy_add_origin(&policy, OPTION_IDLE, &rule);
	policy_add_origin(&policy, OPTION_CONF, &argument);
	assert_string_equal(rule.data, "bastion.conf:12");
	assert_string_equal(argument.data, "argument");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_policy_holds_the_defaults_and_no_limit),
		cmocka_unit_test(good_setting_is_taken),
		cmocka_unit_test(bad_setting_is_refused_with_its_reason),
		cmocka_unit_test(reason_is_whole_however_long_the_setting),
		cmocka_unit_test(longest_value_is_still_read),
		cmocka_unit_test(longest_path_is_kept),
		cmocka_unit_test(rule_replaces_argument_and_default_by_name),
		cmocka_unit_test(rules_do_not_say_where_rules_are),
		cmocka_unit_test(same_setting_twice_is_refused),
		cmocka_unit_test(default_may_be_set_again),
		cmocka_unit_test(ladder_is_sorted_from_long_to_short),
		cmocka_unit_test(ladder_off_forgets_the_default_steps),
		cmocka_unit_test(any_of_three_limits_counts_as_a_limit),
		cmocka_unit_test(warnings_stay_below_the_limit_and_by_default_below_half),
		cmocka_unit_test(printed_value_is_taken_back_unchanged),
		cmocka_unit_test(set_is_printed_in_the_order_of_its_words),
		cmocka_unit_test(flags_print_as_on_or_off),
		cmocka_unit_test(origins_have_words),
		cmocka_unit_test(rule_is_named_by_file_and_line),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}

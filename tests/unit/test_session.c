/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/session.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/unit.h"

#define ID_LINE "id=0123abcd\n"

static const struct session alice = {
	.id = "0123abcd",
	.service = "sshd",
	.user = "alice",
	.tty = "pts/3",
	.rhost = "client.example",
	.uid = 1000,
	.login_uid = 1001,
	.audit_session = 17,
	.leader_pid = 4711,
	.leader_start = UINT64_C(123456789012),
	.peer = {"2001:db8::1", 54321},
	.local = {"2001:db8::2", 22},
	.login_wall_s = INT64_C(1700000000),
	.login_boot_ns = INT64_C(987654321987654321),
};

static void take(struct policy *policy, const char *setting)
{
	TEXT(why, POLICY_WHY_SIZE);

	if (policy_set(policy, setting, ORIGIN_ARGUMENT, &why) < 0)
		fail_msg("%s", why.data);
}

static void expect_same_session(const struct session *a, const struct session *b)
{
	assert_string_equal(a->id, b->id);
	assert_string_equal(a->service, b->service);
	assert_string_equal(a->user, b->user);
	assert_string_equal(a->tty, b->tty);
	assert_string_equal(a->rhost, b->rhost);
	assert_int_equal(a->uid, b->uid);
	assert_int_equal(a->login_uid, b->login_uid);
	assert_int_equal(a->audit_session, b->audit_session);
	assert_int_equal(a->leader_pid, b->leader_pid);
	assert_int_equal(a->leader_start, b->leader_start);
	assert_string_equal(a->peer.address, b->peer.address);
	assert_int_equal(a->peer.port, b->peer.port);
	assert_string_equal(a->local.address, b->local.address);
	assert_int_equal(a->local.port, b->local.port);
	assert_int_equal(a->login_wall_s, b->login_wall_s);
	assert_int_equal(a->login_boot_ns, b->login_boot_ns);
}

/* Encodes, decodes and compares both, policy included. */
static void expect_round_trip(const struct session *session, const struct policy *policy)
{
	struct session again;
	struct policy policy_again;
	TEXT(record, SESSION_RECORD_SIZE);

	assert_int_equal(session_encode(session, policy, &record), 0);
	same_number(record.data, session_decode(record.data, record.used, &again, &policy_again), 0);
	expect_same_session(&again, session);
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		same_unsigned(option_table[id].name, policy_again.value[id], policy->value[id]);
		same_unsigned(option_table[id].name, policy_again.origin[id], policy->origin[id]);
	}
	assert_string_equal(policy_again.conf, policy->conf);
	assert_int_equal(policy_again.rule_line, policy->rule_line);
	assert_int_equal(policy_again.warning_count, policy->warning_count);
	assert_memory_equal(policy_again.warnings, policy->warnings, sizeof policy->warnings);
}

static int decode(const char *bytes, size_t length)
{
	struct session session;
	struct policy policy;

	return session_decode(bytes, length, &session, &policy);
}

static void record_is_read_back_unchanged(void **state)
{
	static const char *const settings[] = {
		"idle=15m",     "keepalive=30s", "keepalive_count=7",    "keepalive_proof=data", "max=12h",
		"warn=1m,30s",  "kill=session",  "on_watchdog_loss=log", "audit=disconnect",     "require_audit",
		"dry_run",      "debug",         "activity=input,network", "quiet", "conf=/etc/a b.conf"};
	struct policy policy;

	(void)state;
	policy_init(&policy);
	expect_round_trip(&alice, &policy);
	for (size_t i = 0; i < COUNT(settings); i++) {
		take(&policy, settings[i]);
		expect_round_trip(&alice, &policy);
	}
}

static void choice_of_the_default_is_still_the_administrators(void **state)
{
	struct policy policy;

	(void)state;
	policy_init(&policy);
	take(&policy, "warn=5m,1m,10s");
	take(&policy, "idle=off");
	expect_round_trip(&alice, &policy);
}

static void settings_of_a_rule_are_read_back_with_its_line(void **state)
{
	struct policy policy;
	TEXT(why, POLICY_WHY_SIZE);
	TEXT(record, SESSION_RECORD_SIZE);

	(void)state;
	policy_init(&policy);
	take(&policy, "idle=15m");
	take(&policy, "conf=/srv/rules");
	policy.rule_line = UINT32_MAX;
	assert_int_equal(policy_set(&policy, "idle=5m", ORIGIN_RULE, &why), 0);
	assert_int_equal(policy_set(&policy, "warn=off", ORIGIN_RULE, &why), 0);
	assert_int_equal(policy_set(&policy, "dry_run", ORIGIN_RULE, &why), 0);
	expect_round_trip(&alice, &policy);
	assert_int_equal(session_encode(&alice, &policy, &record), 0);
	assert_non_null(strstr(record.data, "\nrule=4294967295\n"));
	assert_non_null(strstr(record.data, "\nfrom.idle=rule\nset.idle=5m\n"));
	assert_non_null(strstr(record.data, "\nfrom.conf=argument\nset.conf=/srv/rules\n"));
}

/* As a version wrote it that knew no rules. */
static void record_without_rules_is_read(void **state)
{
	static const char bytes[] = ID_LINE "from.idle=argument\nset.idle=15m\nset.quiet=\n";
	struct session session;
	struct policy policy, fresh;

	(void)state;
	policy_init(&fresh);
	assert_int_equal(session_decode(bytes, sizeof bytes - 1, &session, &policy), 0);
	assert_string_equal(policy.conf, fresh.conf);
	assert_int_equal(policy.rule_line, 0);
	assert_int_equal(policy.origin[OPTION_IDLE], ORIGIN_ARGUMENT);
}

static void warnings_off_stay_off(void **state)
{
	struct policy policy;

	(void)state;
	policy_init(&policy);
	take(&policy, "warn=off");
	expect_round_trip(&alice, &policy);
}

static void hostile_names_are_read_back_unchanged(void **state)
{
	static const char *const names[] = {
		"",
		"mallory\nuid=0",
		"mallory\nset.idle=off\n",
		"%0Auid=0",
		"%",
		"100%25",
		"=",
		"a=b",
		"j\xc3\xbcrgen \xe2\x98\xba",
		"\x01\x02\x7f\xff\033[2J",
		" leading and trailing ",
	};
	struct policy policy;

	(void)state;
	policy_init(&policy);
	take(&policy, "idle=15m");
	for (size_t i = 0; i < COUNT(names); i++) {
		struct session session = alice;
		assert_int_equal(text_copy(session.user, sizeof session.user, names[i]), 0);
		assert_int_equal(text_copy(session.service, sizeof session.service, names[i]), 0);
		assert_int_equal(text_copy(session.tty, sizeof session.tty, names[i]), 0);
		assert_int_equal(text_copy(session.rhost, sizeof session.rhost, names[i]), 0);
		expect_round_trip(&session, &policy);
	}
}

static void fill(char *string, size_t size, char c)
{
	memset(string, c, size - 1);
	string[size - 1] = '\0';
}

static void largest_record_fits_its_buffer(void **state)
{
	struct session session = alice;
	struct policy policy;

	(void)state;
	fill(session.service, sizeof session.service, '\n');
	fill(session.user, sizeof session.user, '%');
	fill(session.tty, sizeof session.tty, '\xff');
	fill(session.rhost, sizeof session.rhost, '\x80');
	fill(session.peer.address, sizeof session.peer.address, '\n');
	fill(session.local.address, sizeof session.local.address, '\n');
	session.uid = session.login_uid = session.audit_session = UINT32_MAX;
	session.leader_pid = INT32_MIN;
	session.leader_start = UINT64_MAX;
	session.peer.port = session.local.port = UINT16_MAX;
	session.login_wall_s = session.login_boot_ns = INT64_MIN;
	policy_init(&policy);
	for (size_t id = 0; id < OPTION_COUNT; id++)
		policy.origin[id] = ORIGIN_ARGUMENT;
	policy.value[OPTION_REQUIRE_AUDIT] = policy.value[OPTION_DRY_RUN] = 1;
	policy.value[OPTION_DEBUG] = policy.value[OPTION_QUIET] = 1;
	policy.value[OPTION_IDLE] = policy.value[OPTION_MAX] = 315359999;
	policy.value[OPTION_KEEPALIVE] = 32766;
	policy.value[OPTION_KEEPALIVE_COUNT] = 127;
	fill(policy.conf, sizeof policy.conf, '%');
	policy.conf[0] = '/';
	policy.rule_line = UINT32_MAX;
	policy.warning_count = POLICY_WARNINGS_MAX;
	for (uint32_t i = 0; i < POLICY_WARNINGS_MAX; i++)
		policy.warnings[i] = 315359999 - i;
	expect_round_trip(&session, &policy);
}

static void record_that_does_not_fit_is_refused(void **state)
{
	struct policy policy;
	TEXT(whole, SESSION_RECORD_SIZE);

	(void)state;
	policy_init(&policy);
	assert_int_equal(session_encode(&alice, &policy, &whole), 0);
	for (size_t size = 1; size <= whole.used; size++) {
		char data[SESSION_RECORD_SIZE];
		struct text part;
		text_init(&part, data, size);
		assert_int_equal(session_encode(&alice, &policy, &part), -ENOSPC);
	}
}

static void cut_record_is_read_only_at_the_end_of_a_line(void **state)
{
	struct policy policy;
	TEXT(record, SESSION_RECORD_SIZE);

	(void)state;
	policy_init(&policy);
	take(&policy, "idle=15m");
	assert_int_equal(session_encode(&alice, &policy, &record), 0);
	for (size_t length = 0; length < record.used; length++) {
		bool at_line_end = length > 0 && record.data[length - 1] == '\n';
		same_number(record.data, decode(record.data, length), at_line_end ? 0 : -EINVAL);
	}
}

static void unknown_keys_are_skipped(void **state)
{
	static const char bytes[] = "colour=blue\n" ID_LINE "set.colour=blue\nfrom.colour=moon\nuser=bob\n"
	                            "set.=\nfrom.=\nfrom.idle=moon\nset.max=1h\nnow.idle_ms=5\n";
	struct session session;
	struct policy policy;

	(void)state;
	assert_int_equal(session_decode(bytes, sizeof bytes - 1, &session, &policy), 0);
	assert_string_equal(session.user, "bob");
	assert_int_equal(policy.value[OPTION_MAX], 3600);
	assert_int_equal(policy.origin[OPTION_MAX], ORIGIN_DEFAULT);
}

static void absent_fields_are_unset(void **state)
{
	struct session session;
	struct policy policy;

	(void)state;
	assert_int_equal(session_decode(ID_LINE, strlen(ID_LINE), &session, &policy), 0);
	assert_string_equal(session.user, "");
	assert_int_equal(session.login_uid, AUDIT_UNSET);
	assert_int_equal(session.audit_session, AUDIT_UNSET);
	assert_int_equal(session.leader_pid, 0);
	assert_false(policy_has_limit(&policy));
}

static void malformed_record_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"user=alice\n",
		"id=\n",
		"id=0123abc\n",
		"id=0123abcde\n",
		"id=0123abci\n",
		"id=0123ABCD\n",
		"id=../../..\n",
		"id=0123abc%00\n",
		ID_LINE "uid=-1\n",
		ID_LINE "uid=x\n",
		ID_LINE "leader_pid=2147483648\n",
		ID_LINE "port=65536\n",
		ID_LINE "set.idle=0\n",
		ID_LINE "set.idle=15min\n",
		ID_LINE "set.idle=\n",
		ID_LINE "set.kill=all\n",
		ID_LINE "set.warn=1m,1m\n",
		ID_LINE "set.dry_run=off\n",
		ID_LINE "from.idle=argument\nset.idle=1m\nset.idle=2m\n",
		ID_LINE "user\n",
		ID_LINE "\n",
		ID_LINE "user=a",
		ID_LINE "rule=x\n",
		ID_LINE "rule=4294967296\n",
		ID_LINE "from.idle=rule\nset.idle=1m\n",
		ID_LINE "rule=0\nfrom.idle=rule\nset.idle=1m\n",
		ID_LINE "rule=1\nfrom.conf=rule\nset.conf=/etc/x\n",
		ID_LINE "set.conf=rules\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		same_number(rows[i], decode(rows[i], strlen(rows[i])), -EINVAL);
}

static void byte_nul_inside_is_refused(void **state)
{
	static const char bytes[] = ID_LINE "user=al\0ice\n";

	(void)state;
	assert_int_equal(decode(bytes, sizeof bytes - 1), -EINVAL);
	assert_int_equal(decode(ID_LINE, sizeof ID_LINE), -EINVAL);
}

static void string_longer_than_its_field_is_refused(void **state)
{
	char bytes[1200], name[300];

	(void)state;
	fill(name, 257, 'a');
	(void)snprintf(bytes, sizeof bytes, ID_LINE "user=%s\n", name);
	assert_int_equal(decode(bytes, strlen(bytes)), 0);
	fill(name, 258, 'a');
	(void)snprintf(bytes, sizeof bytes, ID_LINE "user=%s\n", name);
	assert_int_equal(decode(bytes, strlen(bytes)), -EINVAL);
}

static void ids_are_eight_digits_of_base_32(void **state)
{
	static const struct {
		uint64_t random;
		const char *id;
	} rows[] = {
		{0, "00000000"}, {1, "10000000"}, {UINT64_C(0xffffffffff), "zzzzzzzz"}, {UINT64_MAX, "zzzzzzzz"},
		{UINT64_C(0x10000000000), "00000000"}, {UINT64_C(31) << 35, "0000000z"}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char id[SESSION_ID_SIZE];
		session_make_id(rows[i].random, id);
		same_string(rows[i].id, id, rows[i].id);
		assert_true(session_is_id(id));
	}
	assert_false(session_is_id(""));
	assert_false(session_is_id("0000000"));
	assert_false(session_is_id("000000000"));
	assert_false(session_is_id("0000000l"));
	assert_false(session_is_id("../00000"));
	assert_false(session_is_id("0000000\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_is_read_back_unchanged),
		cmocka_unit_test(choice_of_the_default_is_still_the_administrators),
		cmocka_unit_test(settings_of_a_rule_are_read_back_with_its_line),
		cmocka_unit_test(record_without_rules_is_read),
		cmocka_unit_test(warnings_off_stay_off),
		cmocka_unit_test(hostile_names_are_read_back_unchanged),
		cmocka_unit_test(largest_record_fits_its_buffer),
		cmocka_unit_test(record_that_does_not_fit_is_refused),
		cmocka_unit_test(cut_record_is_read_only_at_the_end_of_a_line),
		cmocka_unit_test(unknown_keys_are_skipped),
		cmocka_unit_test(absent_fields_are_unset),
		cmocka_unit_test(malformed_record_is_refused),
		cmocka_unit_test(byte_nul_inside_is_refused),
		cmocka_unit_test(string_longer_than_its_field_is_refused),
		cmocka_unit_test(ids_are_eight_digits_of_base_32),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/audit.h"

#include <errno.h>

#include "tests/unit/unit.h"

static const struct session alice = {.user = "alice", .login_uid = 1000, .audit_session = 7, .leader_pid = 17};

static void texts_say_what_was_ordered_for_whom(void **state)
{
	static const struct {
		struct order order;
		const char *words;
	} rows[] = {
		{{.kind = ORDER_EXTEND, .seconds = 1800}, "op=idletimeout:extend acct=\"alice\" extend=1800 oauid=1000 oses=7 opid=17"},
		{{.kind = ORDER_CLOSE}, "op=idletimeout:close acct=\"alice\" oauid=1000 oses=7 opid=17"},
		{{.kind = ORDER_CLOSE, .word = "maintenance"},
	         "op=idletimeout:close note=maintenance acct=\"alice\" oauid=1000 oses=7 opid=17"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		TEXT(text, AUDIT_TEXT_SIZE);
		same_number(rows[i].words, audit_order_text(&rows[i].order, &alice, "acct=\"alice\"", &text), 0);
		same_string(rows[i].words, text.data, rows[i].words);
	}
}

static void longest_text_fits_and_a_longer_one_is_refused(void **state)
{
	const struct order order = {.kind = ORDER_CLOSE, .word = "0123456789ABCDEFGHIJ.-_abcdefghi"};
	const struct session session = {.login_uid = UINT32_MAX, .audit_session = UINT32_MAX, .leader_pid = INT32_MAX};
	char acct[5 + 2 * 256 + 1] = "";
	TEXT(text, AUDIT_TEXT_SIZE);
	TEXT(small, 40);

	(void)state;
	memset(acct, 'a', sizeof acct - 1);
	assert_int_equal(audit_order_text(&order, &session, acct, &text), 0);
	assert_int_equal(audit_order_text(&order, &session, acct, &small), -ENOSPC);
}

static void policy_without_audit_wants_no_record(void **state)
{
	const struct order order = {.kind = ORDER_CLOSE};
	struct watched item = {.session = alice, .answered = true};

	(void)state;
	policy_init(&item.policy);
	item.policy.value[OPTION_AUDIT] = AUDIT_OFF;
	assert_int_equal(audit_order(&order, &item), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_say_what_was_ordered_for_whom),
		cmocka_unit_test(longest_text_fits_and_a_longer_one_is_refused),
		cmocka_unit_test(policy_without_audit_wants_no_record),
	};

	return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}

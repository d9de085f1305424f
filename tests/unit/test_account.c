/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines of /etc/passwd and /etc/group, and those of this machine. */
#include "common/account.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/unit.h"

static void numbers_of_the_name_are_read(void **state)
{
	static const struct {
		const char *line;
		size_t count;
		bool is_read;
	} rows[] = {
		{"idle:x:900:901:gecos:/:/usr/sbin/nologin\n", 2, true},
		{"idle:x:900:901\n", 2, true},
		{"idle:x:900:901", 2, true},
		{"idle:x:900:\n", 1, true},
		{"idle:x:900\n", 1, true},
		{"idle::900:901::/:\n", 2, true},
		/* another name, or none */
		{"idle2:x:900:901:::\n", 2, false},
		{"idl:x:900:901:::\n", 2, false},
		{"", 2, false},
		{"\n", 2, false},
		{"idle", 2, false},
		{"idle\n", 2, false},
		/* no numbers: a name without any must not become account 0 */
		{"idle:\n", 1, false},
		{"idle:x\n", 1, false},
		{"idle:x:\n", 1, false},
		{"idle:x::901:\n", 2, false},
		{"idle:x:900:\n", 2, false},
		{"idle:x:900\n", 2, false},
		{"idle:x:-1:901:\n", 2, false},
		{"idle:x: 900:901:\n", 2, false},
		{"idle:x:0x1:901:\n", 2, false},
		{"idle:x:4294967295:901:\n", 2, false},
		{"idle:x:900:4294967296:\n", 2, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t numbers[2] = {7, 7};
		char line[80];
		(void)snprintf(line, sizeof line, "%s", rows[i].line);
		same_number(rows[i].line, account_read_line(line, "idle", numbers, rows[i].count), rows[i].is_read);
		if (!rows[i].is_read)
			continue;
		same_number(rows[i].line, numbers[0], 900);
		same_number(rows[i].line, numbers[1], rows[i].count == 2 ? 901 : 7);
	}
}

static void root_is_found_on_this_machine(void **state)
{
	uid_t uid = 1;
	gid_t gid = 1, group = 1;

	(void)state;
	assert_int_equal(account_find("root", &uid, &gid), 0);
	assert_int_equal(uid, 0);
	assert_int_equal(gid, 0);
	assert_int_equal(account_find_group("root", &group), 0);
	assert_int_equal(group, 0);
}

static void who_is_not_there_is_not_found(void **state)
{
	uid_t uid = 7;
	gid_t gid = 7;

	(void)state;
	assert_int_equal(account_find("idletimeout-no-such-account", &uid, &gid), -ENOENT);
	assert_int_equal(account_find_group("idletimeout-no-such-group", &gid), -ENOENT);
	assert_int_equal(uid, 7);
	assert_int_equal(gid, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_the_name_are_read),
		cmocka_unit_test(root_is_found_on_this_machine),
		cmocka_unit_test(who_is_not_there_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

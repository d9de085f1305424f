/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/cgroup.h"

#include <errno.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#define V1 "12:cpuset:/\n1:name=systemd:/user.slice/user-1000.slice/session-4.scope\n"

static void every_unit_but_inits_own_is_left(void **state)
{
	static const struct {
		const char *text, *label;
		bool is_in_unit;
	} rows[] = {
		{"0::/user.slice/user-1000.slice/session-4.scope\n", "0::", true},
		{"0::/user.slice/user-1000.slice/session-c2.scope/payload\n", "0::", true},
		{V1 "0::/\n", "name=systemd:", true},
		{V1 "0::/\n", "0::", false},
		{"0::/system.slice/ssh.service\n", "0::", true},
		{"0::/user.slice/user-1000.slice/user@1000.service/app.slice\n", "0::", true},
		{"0::/user.slice/user-1000.slice/user@1000.service/init.scope\n", "0::", true},
		{"0::/init.scope\n", "0::", false},
		{"0::/init.scope", "0::", false},
		{"3:cpu:/a0::/b\n10::/c\n0::/\n", "0::", false},
		{"0::/init.scope/payload\n", "0::", true},
		{"1:name=systemd:/init.scope\n0::/\n", "name=systemd:", false},
		{"", "0::", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		same_number(rows[i].text, cgroup_is_in_unit(rows[i].text, rows[i].label), rows[i].is_in_unit);
}

static void the_unified_path_is_found_among_others(void **state)
{
	static const struct {
		const char *text;
		int result;
		const char *path;
	} rows[] = {
		{"0::/system.slice/ssh.service\n", 0, "/system.slice/ssh.service"},
		{V1 "0::/user.slice/session-4.scope\n", 0, "/user.slice/session-4.scope"},
		{"0::/a", 0, "/a"},
		{"0::/\n", -ENOENT, ""},
		{V1, -ENOENT, ""},
		{"", -ENOENT, ""},
		{"0::\n", -ENOENT, ""},
		{"0::/../../ssh.service\n", -EINVAL, ""},
		{"0::/a/../b\n", -EINVAL, ""},
		{"0::relative\n", -EINVAL, ""},
		{"1:name=0:/x\n10::/y\n", -ENOENT, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[64];
		struct text path;
		text_init(&path, name, sizeof name);
		same_number(rows[i].text, cgroup_add_path(rows[i].text, &path), rows[i].result);
		assert_string_equal(name, rows[i].path);
	}
}

static void a_path_that_does_not_fit_is_told(void **state)
{
	char name[8];
	struct text path;

	(void)state;
	text_init(&path, name, sizeof name);
	assert_int_equal(cgroup_add_path("0::/system.slice\n", &path), -ENOSPC);
}

static void a_process_that_is_gone_is_in_none(void **state)
{
	(void)state;
	assert_true(cgroup_id(-1) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_unit_but_inits_own_is_left),
		cmocka_unit_test(the_unified_path_is_found_among_others),
		cmocka_unit_test(a_path_that_does_not_fit_is_told),
		cmocka_unit_test(a_process_that_is_gone_is_in_none),
	};

	return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/* The name service of the machine, of which only root can be relied on. */
#include "common/membership.h"

#include <errno.h>

#include "tests/unit/unit.h"

static void root_is_in_its_own_group(void **state)
{
	autofree_membership struct membership membership = {0};

	(void)state;
	assert_int_equal(membership_read("root", &membership), 0);
	assert_true(membership.count >= 1);
	assert_int_equal(membership_has(&membership, "root"), 1);
}

static void unknown_group_has_no_members(void **state)
{
	static const char *const names[] = {"idletimeout-no-such-group", "domain users\\", "\xff", "0"};
	autofree_membership struct membership membership = {0};

	(void)state;
	assert_int_equal(membership_read("root", &membership), 0);
	for (size_t i = 0; i < COUNT(names); i++)
		same_number(names[i], membership_has(&membership, names[i]), 0);
}

static void unknown_user_is_no_error_of_the_service(void **state)
{
	struct membership membership = {0};

	(void)state;
	assert_int_equal(membership_read("idletimeout-no-such-user", &membership), -ENOENT);
	assert_null(membership.groups);
}

static void membership_is_by_number(void **state)
{
	gid_t groups[] = {4294967290U, 0};
	const struct membership root = {.groups = groups, .count = 2}, other = {.groups = groups, .count = 1};
	const struct membership none = {0};

	(void)state;
	assert_int_equal(membership_has(&root, "root"), 1);
	assert_int_equal(membership_has(&other, "root"), 0);
	assert_int_equal(membership_has(&none, "root"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_is_in_its_own_group),
		cmocka_unit_test(unknown_group_has_no_members),
		cmocka_unit_test(unknown_user_is_no_error_of_the_service),
		cmocka_unit_test(membership_is_by_number),
	};

	return cmocka_run_group_tests_name("membership", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The module as it will be installed: it loads, has its two entry points, and can be loaded again after it was
 * unloaded.
 */
#include <dlfcn.h>
#include <stdlib.h>

#include "tests/unit/unit.h"

static void *load(void)
{
	const char *path = getenv("MODULE");

	if (path == NULL)
		skip();
	void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (module == NULL)
		fail_msg("%s", dlerror());
	return module;
}

static void module_loads_with_its_two_entry_points(void **state)
{
	static const char *const others[] = {"pam_sm_authenticate", "pam_sm_setcred", "pam_sm_acct_mgmt",
	                                     "pam_sm_chauthtok",    "open_session",   "policy_set"};
	void *module = load();

	(void)state;
	assert_non_null(dlsym(module, "pam_sm_open_session"));
	assert_non_null(dlsym(module, "pam_sm_close_session"));
	for (size_t i = 0; i < COUNT(others); i++) {
		void *found = dlsym(module, others[i]);
		if (found != NULL)
			fail_msg("'%s' is exported", others[i]);
	}
	assert_int_equal(dlclose(module), 0);
}

/* libpam unloads modules in pam_end, and the host lives on. */
static void module_can_be_unloaded_and_loaded_again(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(dlclose(load()), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(module_loads_with_its_two_entry_points),
		cmocka_unit_test(module_can_be_unloaded_and_loaded_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/* Against the kernel that the test runs on: auditctl(8), where it is installed, is told the same. */
#include "ctl/audit_state.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/unit.h"

/* 1 or 0 as auditctl says it, -1 when it says nothing. */
static int ask_auditctl(void)
{
	FILE *output = popen("PATH=$PATH:/usr/sbin:/sbin auditctl -s 2>/dev/null", "re");
	char line[256];
	int enabled = -1;

	assert_non_null(output);
	while (fgets(line, sizeof line, output) != NULL) {
		if (strncmp(line, "enabled ", strlen("enabled ")) == 0)
			enabled = atoi(line + strlen("enabled ")) != 0;
	}
	(void)pclose(output);
	return enabled;
}

static void state_is_the_kernels(void **state)
{
	const int before = ask_auditctl();
	const enum audit_state told = audit_state();

	(void)state;
	/* Somebody else may have switched it meanwhile. */
	if (ask_auditctl() != before)
		skip();
	switch (before) {
	case 1:
		assert_int_equal(told, AUDIT_STATE_ENABLED);
		break;
	case 0:
		assert_int_equal(told, AUDIT_STATE_DISABLED);
		break;
	default:
		/* Not installed, not root, or in a container: auditctl does not say which. */
		if (told == AUDIT_STATE_ENABLED || told == AUDIT_STATE_DISABLED)
			skip();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(state_is_the_kernels),
	};

	return cmocka_run_group_tests_name("audit state", tests, NULL, NULL);
}

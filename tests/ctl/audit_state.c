/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For the command under test: the state of the machine's audit is what the link "audit" in the current directory points
 * to. What the kernel itself says is a matter of the integration tests.
 */
#include "ctl/audit_state.h"

#include <string.h>
#include <unistd.h>

enum audit_state audit_state(void)
{
	char word[16] = "";

	if (readlink("audit", word, sizeof word - 1) < 0)
		return AUDIT_STATE_ENABLED;
	if (strcmp(word, "disabled") == 0)
		return AUDIT_STATE_DISABLED;
	return strcmp(word, "absent") == 0 ? AUDIT_STATE_ABSENT : AUDIT_STATE_UNKNOWN;
}

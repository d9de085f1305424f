/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include <string.h>

#include "common/account.h"
#include "common/watchdog_file.h"
#include "ctl/audit_state.h"
#include "ctl/check_places.h"

/* What the reason says of the file, which the finding names already. */
static const char *without_name(const char *reason, const char *path)
{
	reason += strlen(path);
	return reason + strspn(reason, ": ");
}

static void judge_program(struct check *check)
{
	char reason[POLICY_WHY_SIZE * 2];
	struct text why;

	text_init(&why, reason, sizeof reason);
	if (watchdog_file_check(check_places.watchdog, &why) < 0)
		finding_add(&check->findings, FINDING_WATCHDOG_PROGRAM, (struct where){check_places.watchdog, 0},
		            "the watchdog's program: %s", without_name(reason, check_places.watchdog));
}

static void judge_account(struct check *check)
{
	const struct where where = {ACCOUNT_FILE, 0};
	uid_t uid;
	gid_t gid;
	int r = account_find(WATCHDOG_USER, &uid, &gid);

	if (r < 0)
		finding_add(&check->findings, FINDING_ACCOUNT_MISSING, where,
		            "the account '" WATCHDOG_USER "' of the watchdogs is not there: no session can be armed");
	else if (uid == 0)
		finding_add(&check->findings, FINDING_ACCOUNT_ROOT, where,
		            "the account '" WATCHDOG_USER "' of the watchdogs is root");
}

/* Whether any case wants records, and where one says that it is not to be without. */
struct wanted {
	bool any;
	struct where where;
};

static void want(struct check *check, const struct policy_case *one, void *data)
{
	struct wanted *wanted = data;

	(void)check;
	if (one->is_exempt || !policy_has_limit(&one->policy))
		return;
	wanted->any = wanted->any || one->policy.value[OPTION_AUDIT] != AUDIT_OFF;
	if (one->policy.value[OPTION_REQUIRE_AUDIT] != 0 && wanted->where.file == NULL)
		wanted->where = case_where(one, OPTION_REQUIRE_AUDIT);
}

static void tell_required(struct check *check, const struct wanted *wanted, const char *state)
{
	if (wanted->where.file != NULL)
		finding_add(&check->findings, FINDING_AUDIT_REQUIRED, wanted->where, "require_audit, and %s", state);
}

static void judge_audit(struct check *check)
{
	struct wanted wanted = {0};

	check_all_cases(check, want, &wanted);
	if (!wanted.any && wanted.where.file == NULL)
		return;
	switch (audit_state()) {
	case AUDIT_STATE_ENABLED:
		break;
	case AUDIT_STATE_DISABLED:
		/* audit_receive_msg() in kernel/audit.c: such a record is acknowledged and goes nowhere. */
		finding_add(&check->findings, FINDING_AUDIT_DISABLED, (struct where){0},
		            "the kernel's audit is switched off: it takes records and drops them");
		break;
	case AUDIT_STATE_ABSENT:
		finding_add(&check->findings, FINDING_NO_AUDIT, (struct where){0},
		            "the kernel takes no audit records: what happens to sessions is in the log only");
		tell_required(check, &wanted, "the kernel takes no audit records");
		break;
	case AUDIT_STATE_UNKNOWN:
		finding_add(&check->findings, FINDING_AUDIT_UNKNOWN, (struct where){0},
		            "the kernel does not say whether it takes audit records");
		break;
	}
}

void check_system(struct check *check)
{
	judge_program(check);
	judge_account(check);
	judge_audit(check);
}

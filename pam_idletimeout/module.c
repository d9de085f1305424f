/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pam_idletimeout: the entry points, and the only place where results become PAM's.
 *
 * The module never talks to the user, so that PAM_SILENT asks nothing of it; the log is for the administrator,
 * and a ~/.hushlogin, which makes login(1) pass that flag, must not hide a session from it.
 */
#include <errno.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <syslog.h>

#include "common/policy.h"
#include "pam_idletimeout/open.h"
#include "pam_idletimeout/reason.h"
#include "pam_idletimeout/state.h"

static int read_arguments(int argc, const char **argv, struct policy *ret_policy, struct text *why)
{
	policy_init(ret_policy);
	for (int i = 0; i < argc; i++) {
		/* A setting that is taken leaves its name behind. */
		text_init(why, why->data, why->size);
		int r = policy_set(ret_policy, argv[i], ORIGIN_ARGUMENT, why);
		if (r < 0)
			return r;
	}
	return 0;
}

static int answer_to_open(int result)
{
	switch (result) {
	case 1:
		return PAM_SUCCESS;
	case 0:
		return PAM_IGNORE;
	case -ENOMEM:
		return PAM_BUF_ERR;
	case -EBADMSG:
		return PAM_SERVICE_ERR;
	default:
		return PAM_SESSION_ERR;
	}
}

int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct policy policy;
	char reason[REASON_SIZE];
	struct text why;

	(void)flags;
	text_init(&why, reason, sizeof reason);
	if (read_arguments(argc, argv, &policy, &why) < 0) {
		pam_syslog(pamh, LOG_ERR, "bad argument: %s", reason);
		return PAM_SERVICE_ERR;
	}
	return answer_to_open(open_session(pamh, &policy));
}

/* Whatever became of the watchdog, the session is closed: only one that was never armed is none of ours. */
int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	char reason[REASON_SIZE];
	struct text why;

	(void)flags;
	(void)argc;
	(void)argv;
	text_init(&why, reason, sizeof reason);
	int r = state_end(pamh, &why);
	if (r == -ENOENT)
		return PAM_IGNORE;
	if (r < 0 && r != -EPERM)
		pam_syslog(pamh, LOG_WARNING, "%s", reason);
	return PAM_SUCCESS;
}

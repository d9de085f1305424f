/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Giving up root for good.
 *
 * Two capabilities are kept: CAP_KILL to signal processes of other users, CAP_AUDIT_WRITE for the records. A third,
 * CAP_DAC_OVERRIDE, is kept only where Landlock confines what it can reach to terminals: it is what lets a warning through to
 * a terminal under `mesg n`.
 */
#ifndef IDLETIMEOUT_HELPER_PRIVILEGE_H
#define IDLETIMEOUT_HELPER_PRIVILEGE_H

#include <sys/types.h>

#include "common/text.h"

/* Who to become. */
struct identity {
	uid_t uid;
	gid_t gid;
	gid_t groups[2]; /* supplementary: terminals, and processes of others under a restricted /proc */
	size_t group_count;
};

/*
 * Becomes `identity` and proves that root cannot come back. 0 or -errno with the step that failed in `why`; after a failure the
 * process must not go on.
 */
int privilege_drop(const struct identity *identity, const char *login_tty, struct text *why);

/* The same for a process that only asks the name service: no capability, no group but the account's, no confinement. */
int privilege_drop_all(const struct identity *identity, struct text *why);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether the kernel takes audit records. Tests put a file of theirs in place of audit_state.c.
 */
#ifndef IDLETIMEOUT_CTL_AUDIT_STATE_H
#define IDLETIMEOUT_CTL_AUDIT_STATE_H

enum audit_state {
	AUDIT_STATE_ENABLED,
	AUDIT_STATE_DISABLED, /* it is there and switched off */
	AUDIT_STATE_ABSENT,   /* not built in, or hidden in a user namespace */
	AUDIT_STATE_UNKNOWN   /* not for the caller to ask, or not in this pid namespace */
};

enum audit_state audit_state(void);

#endif

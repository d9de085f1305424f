/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/audit_state.h"

#include <errno.h>
#include <libaudit.h>
#include <unistd.h>

#include "common/cleanup.h"

/* audit_netlink_ok() in kernel/audit.c: EPERM does not mean that records are refused, too; ECONNREFUSED does. */
static enum audit_state refused(int error)
{
	return error == EPERM || error == EACCES ? AUDIT_STATE_UNKNOWN : AUDIT_STATE_ABSENT;
}

/* Asked for twice, because audit_is_enabled(3) takes a refusal for "no". */
enum audit_state audit_state(void)
{
	autoclose int fd = audit_open();

	if (fd < 0)
		return refused(errno);
	int r = audit_request_status(fd);
	if (r < 0)
		return refused(-r);
	/* 2 is on, too, and cannot be changed. */
	int enabled = audit_is_enabled(fd);
	if (enabled < 0)
		return AUDIT_STATE_UNKNOWN;
	return enabled == 0 ? AUDIT_STATE_DISABLED : AUDIT_STATE_ENABLED;
}

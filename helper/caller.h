/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who is at the other end of a control connection, by the kernel's word alone.
 *
 * Effects only. The uid is that of the moment of connecting, as seen from the watchdog's own user namespace: root of
 * another one is not root here. Login uid and audit session are read from /proc while a pidfd holds the process, so that
 * they cannot be those of another one that has got its number since.
 */
#ifndef IDLETIMEOUT_HELPER_CALLER_H
#define IDLETIMEOUT_HELPER_CALLER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct caller {
	uid_t uid;
	int32_t pid;
	uint32_t login_uid;     /* AUDIT_UNSET: none, or the kernel has no audit */
	uint32_t audit_session; /* likewise */
	bool is_accountable;    /* it still waits for its answer, and the last three are its own */
};

/* Reads uid and pid; 0 or -errno. */
int caller_read(int fd, struct caller *ret_caller);

/* Finds out the rest, if the caller is still there. */
void caller_identify(int fd, struct caller *caller);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The account that watchdogs run under and the group that terminals belong to.
 *
 * Read from /etc/passwd and /etc/group themselves: both are local by nature, and a name service that hangs must not
 * keep anybody from logging in.
 */
#ifndef IDLETIMEOUT_COMMON_ACCOUNT_H
#define IDLETIMEOUT_COMMON_ACCOUNT_H

#include <sys/types.h>

#ifndef ACCOUNT_FILE
#define ACCOUNT_FILE "/etc/passwd"
#endif

/* -ENOENT when there is no such account. */
int account_find(const char *name, uid_t *ret_uid, gid_t *ret_gid);

/* -ENOENT when there is no such group. */
int account_find_group(const char *name, gid_t *ret_gid);

/*
 * The group that sees the processes of others when /proc is mounted with hidepid= (proc(5), gid=). -ENOENT when the
 * mount names none.
 */
int account_find_proc_group(gid_t *ret_gid);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The account that watchdogs run under and the group that terminals belong to.
 *
 * Read from /etc/passwd and /etc/group themselves: both are local by nature, and a name service that hangs must not
 * keep anybody from logging in.
 */
#ifndef IDLETIMEOUT_COMMON_ACCOUNT_H
#define IDLETIMEOUT_COMMON_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifndef ACCOUNT_FILE
#define ACCOUNT_FILE "/etc/passwd"
#endif

/*
 * Whether `line`, which is cut up, is the one of `name` in a file of lines "name:password:number:..", and has `count` numbers
 * there, which are stored. Pure.
 */
bool account_read_line(char *line, const char *name, uint32_t *ret_numbers, size_t count);

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

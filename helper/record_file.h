/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The session's files under RUN_DIR: the record RUN_DIR/ID and the control socket RUN_DIR/ID.sock.
 *
 * Made while still root, given to the watchdog's account, and removed by the watchdog without privilege when the session
 * ends. The caller owns the descriptors.
 */
#ifndef IDLETIMEOUT_HELPER_RECORD_FILE_H
#define IDLETIMEOUT_HELPER_RECORD_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* Opens RUN_DIR, making it first if needed; it belongs to the account. -EPERM when somebody else could change it. */
int record_open_directory(uid_t uid, gid_t gid);

/* Writes the record; -EEXIST when there is one of this id. */
int record_write(int directory, const char *id, const char *record, size_t length, uid_t uid, gid_t gid);

/* Makes the listening control socket, which root and `user` can connect to, and returns it. */
int record_listen(int directory, const char *id, uid_t user);

/* Removes both. */
void record_remove(int directory, const char *id);

#endif

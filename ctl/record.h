/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The record file of a session, as the command reads it: RUN_DIR/ID (common/rundir.h, common/session.h).
 *
 * RUN_DIR belongs to the watchdogs' account, the reader is often root: whatever stands under a record's name is opened
 * without following, waiting or trusting it.
 */
#ifndef IDLETIMEOUT_CTL_RECORD_H
#define IDLETIMEOUT_CTL_RECORD_H

#include "common/session.h"

/*
 * Reads the record of session `id` in the directory `rundir`. -ENOENT: there is none; -EACCES: not for this caller;
 * -EBADMSG: it is not a record, or another session's.
 */
int record_read(int rundir, const char *id, struct session *ret_session, struct policy *ret_policy);

/*
 * Reads a whole file of that directory, of less than `size` bytes, and returns its length. -ENOENT, -EACCES or -EBADMSG as
 * above.
 */
int record_read_bytes(int rundir, const char *name, char *data, size_t size);

/* Removes what a session left behind, socket and record, as far as the caller may. */
void record_remove(int rundir, const char *id);

#endif

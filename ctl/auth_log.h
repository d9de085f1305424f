/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The history as syslogd's files have it: auth.log or secure in /var/log, else messages, with those that were rotated and
 * packed.
 *
 * Nothing in such a file says who wrote a line, and any user can: whoever reads this is to be told.
 */
#ifndef IDLETIMEOUT_CTL_AUTH_LOG_H
#define IDLETIMEOUT_CTL_AUTH_LOG_H

#include "ctl/history.h"
#include "ctl/log_source.h"

/*
 * Reads the files into the history; the source names them. 1: one of them could not be read, told on stderr. -ENOENT:
 * there are none; -EACCES, for a file that the source then names last; or another -errno.
 */
int auth_log_read(struct history *history, struct log_source *source);

#endif

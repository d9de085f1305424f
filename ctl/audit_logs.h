/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The audit logs of this machine: where auditd.conf(5) says, with those that auditd has rotated; or those of other
 * machines, as they are given.
 */
#ifndef IDLETIMEOUT_CTL_AUDIT_LOGS_H
#define IDLETIMEOUT_CTL_AUDIT_LOGS_H

#include <stdio.h>

#include "ctl/history.h"
#include "ctl/log_source.h"

/*
 * Reads this machine's logs into the history. 1: one of the older ones could not be read, told on stderr. -ENOENT: auditd
 * keeps none; -ENOSYS: this build cannot read them; -EACCES or another -errno, and then the source names the file last.
 */
int audit_logs_read(struct history *history, struct log_source *source);

/* Reads a log from a stream. -ENOMSG when there are lines in it, and no audit record among them. */
int audit_logs_read_stream(FILE *from, struct history *history);

#endif

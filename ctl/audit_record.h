/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One record of ours in an audit log, read with libauparse (doc/AUDIT-EVENTS.md has the fields).
 *
 * Whoever holds CAP_AUDIT_WRITE can send any record, an ordinary user cannot; but what a user chooses ends up in records
 * of others, a name for instance. So a record is ours when its type is that of its op, and a program of ours sent it.
 *
 * A reader is the caller's and released by audit_reader_free(). The texts of an event are the reader's, until it reads the
 * next line. In a build without libauparse (audit_record_absent.c) there are no readers.
 */
#ifndef IDLETIMEOUT_CTL_AUDIT_RECORD_H
#define IDLETIMEOUT_CTL_AUDIT_RECORD_H

#include <stddef.h>

#include "ctl/event.h"

struct audit_reader;

/* -ENOMEM; -ENOSYS: this build has no libauparse. */
int audit_reader_new(struct audit_reader **ret_reader);

/*
 * Reads a line of an audit log, raw or enriched, with or without node=. -ENOENT: none of ours; -EPERM: it says it is,
 * and is of another type or program; -EBADMSG: it cannot be understood.
 */
int audit_reader_read(struct audit_reader *reader, const char *line, size_t length, struct event *ret_event);

void audit_reader_free(struct audit_reader **reader);

#define autofree_audit_reader __attribute__((cleanup(audit_reader_free)))

#endif

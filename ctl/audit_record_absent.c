/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/audit_record.h"

#include <errno.h>

int audit_reader_new(struct audit_reader **ret_reader)
{
	(void)ret_reader;
	return -ENOSYS;
}

int audit_reader_read(struct audit_reader *reader, const char *line, size_t length, struct event *ret_event)
{
	(void)reader;
	(void)line;
	(void)length;
	(void)ret_event;
	return -ENOSYS;
}

void audit_reader_free(struct audit_reader **reader)
{
	(void)reader;
}

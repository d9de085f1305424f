/* SPDX-License-Identifier: BSD-3-Clause */
/* For the command under test: everything below the current directory. */
#include "ctl/log_places.h"

#include <stddef.h>

static const char *const programs[] = {"bin", NULL};

const struct log_places log_places = {
	.auditd_conf = "auditd.conf",
	.audit_log = "audit/audit.log",
	.log_directory = "log",
	.programs = programs,
};

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/log_places.h"

#include <stddef.h>

static const char *const programs[] = {"/usr/bin", "/bin", "/usr/sbin", "/sbin", NULL};

const struct log_places log_places = {
	.auditd_conf = "/etc/audit/auditd.conf",
	.audit_log = "/var/log/audit/audit.log",
	.log_directory = "/var/log",
	.programs = programs,
};

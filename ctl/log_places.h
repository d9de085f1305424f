/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a machine keeps what `idletimeout log` reads. Constant; tests put a file of theirs in place of log_places.c.
 */
#ifndef IDLETIMEOUT_CTL_LOG_PLACES_H
#define IDLETIMEOUT_CTL_LOG_PLACES_H

struct log_places {
	const char *auditd_conf;     /* auditd.conf(5) */
	const char *audit_log;       /* where auditd writes if that does not say */
	const char *log_directory;   /* where syslogd writes */
	const char *const *programs; /* directories of programs, NULL at the end */
};

extern const struct log_places log_places;

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The wrappers of the libraries that the watchdog alone has. What it would log and put on record goes to the plan: the
 * machine's own logs are not the place for sessions that never were. The real ones are for the integration suite.
 */
#include <cap-ng.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/fault/fault.h"

#define LINE_SIZE 1024

int __real_capng_lock(void);
int __wrap_capng_lock(void);
int __real_capng_change_id(int uid, int gid, capng_flags_t flags);
int __wrap_capng_change_id(int uid, int gid, capng_flags_t flags);
int __real_capng_get_caps_process(void);
int __wrap_capng_get_caps_process(void);
char *__real_audit_encode_nv_string(const char *name, const char *value, unsigned length);
char *__wrap_audit_encode_nv_string(const char *name, const char *value, unsigned length);
int __wrap_audit_open(void);
int __wrap_filter_install(void);
int __wrap_audit_log_user_message(int fd, int type, const char *message, const char *host, const char *address,
                                  const char *terminal, int result);
void __wrap_syslog(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));
void __wrap___syslog_chk(int priority, int flag, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void keep_line(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

int __wrap_capng_lock(void)
{
	return fault_strikes("capng_lock", CALL_PLAIN, EPERM) ? -1 : __real_capng_lock();
}

int __wrap_capng_change_id(int uid, int gid, capng_flags_t flags)
{
	return fault_strikes("capng_change_id", CALL_PLAIN, EPERM) ? -1 : __real_capng_change_id(uid, gid, flags);
}

int __wrap_capng_get_caps_process(void)
{
	return fault_strikes("capng_get_caps_process", CALL_PLAIN, EPERM) ? -1 : __real_capng_get_caps_process();
}

char *__wrap_audit_encode_nv_string(const char *name, const char *value, unsigned length)
{
	if (fault_strikes("audit_encode_nv_string", CALL_PLAIN, ENOMEM))
		return NULL;
	return __real_audit_encode_nv_string(name, value, length);
}

/* The real one would refuse what the plan does: raise(3), and dup(2) for a socket of the audit system. */
int __wrap_filter_install(void)
{
	return fault_strikes("filter_install", CALL_PLAIN, ENOMEM) ? -ENOMEM : 0;
}

int __wrap_audit_open(void)
{
	return fault_strikes("audit_open", CALL_MAKES_FD, EPROTONOSUPPORT) ? -1 : dup(STDIN_FILENO);
}

int __wrap_audit_log_user_message(int fd, int type, const char *message, const char *host, const char *address,
                                  const char *terminal, int result)
{
	(void)fd;
	(void)type;
	(void)host;
	(void)address;
	(void)terminal;
	(void)result;
	if (fault_strikes("audit_log_user_message", CALL_WAITS, EPERM))
		return -1;
	fault_log("audit: ", message);
	return 1;
}

static void keep_line(const char *format, va_list arguments)
{
	char line[LINE_SIZE];

	(void)vsnprintf(line, sizeof line, format, arguments);
	fault_log("log: ", line);
}

void __wrap_syslog(int priority, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	va_start(arguments, format);
	keep_line(format, arguments);
	va_end(arguments);
}

/* What syslog becomes with fortification. */
void __wrap___syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	(void)flag;
	va_start(arguments, format);
	keep_line(format, arguments);
	va_end(arguments);
}

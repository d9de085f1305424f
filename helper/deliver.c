/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/deliver.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "common/lifeline.h"
#include "common/text.h"
#include "common/totals.h"
#include "helper/audit.h"
#include "helper/totals.h"

/* RUN_DIR/totals; negative: nothing is counted. Like the connection to the log, one for the whole process. */
static int totals = -1;

void deliver_count_in(int fd)
{
	totals = fd;
}

static void write_line(int priority, const char *line)
{
	openlog("idle-watchdog", LOG_PID, LOG_AUTHPRIV);
	syslog(priority, "%s", line);
}

/*
 * Forks; the child closes what it inherited, because a lifeline or connection held open by a late child would keep the
 * session's end from being seen.
 */
static pid_t start_child(void)
{
	pid_t child = fork();

	if (child == 0)
		(void)close_range(LIFELINE_FD, ~0U, 0);
	return child;
}

void deliver_line(int priority, const char *line)
{
	pid_t child = start_child();

	if (child > 0)
		return;
	write_line(priority, line);
	if (child == 0)
		_exit(0);
}

static void deliver_log(const struct report *report, const struct session *session, const struct policy *policy)
{
	char line[REPORT_LOG_SIZE];
	struct text text;

	text_init(&text, line, sizeof line);
	(void)report_log_line(report, session, policy, &text);
	deliver_line(LOG_NOTICE, line);
}

static void send_or_complain(const struct report *report, const struct session *session, const struct policy *policy)
{
	char line[REPORT_LOG_SIZE];
	struct text text;
	int r = audit_report(report, session, policy);

	if (r == 0)
		return;
	text_init(&text, line, sizeof line);
	text_add(&text, "no audit record was written: ");
	text_add(&text, r == -ENOENT ? "the kernel has no audit system here" : strerror(-r));
	write_line(r == -ENOENT ? LOG_DEBUG : LOG_ERR, line);
}

static void deliver_audit(const struct report *report, const struct session *session, const struct policy *policy)
{
	pid_t child = start_child();

	if (child > 0)
		return;
	send_or_complain(report, session, policy);
	if (child == 0)
		_exit(0);
}

static void count(const struct report *report)
{
	char name[TOTAL_NAME_SIZE];
	struct text text;

	text_init(&text, name, sizeof name);
	report_add_total(report, &text);
	if (text.used > 0)
		(void)totals_count(totals, name);
}

void deliver(const struct report *report, const struct session *session, const struct policy *policy)
{
	/* The module has logged that the session is armed. */
	if (report->kind != REPORT_ARMED)
		deliver_log(report, session, policy);
	if (report_is_audited(report->kind, policy))
		deliver_audit(report, session, policy);
	/* Last: the one thing here that may take a moment. */
	count(report);
}

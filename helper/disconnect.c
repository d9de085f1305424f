/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <syslog.h>

#include "common/process.h"
#include "helper/deliver.h"
#include "helper/members.h"
#include "helper/warning.h"
#include "helper/watch.h"

static void announce(struct watch *watch)
{
	char message[WARNING_SIZE];
	struct text text;

	text_init(&text, message, sizeof message);
	if (watch->report.reason == REASON_ADMIN)
		closing_add(&text, watch->order.order.word);
	else if (watch->limit != LIMIT_NONE)
		reason_add(&text, watch->limit, limit_seconds(watch->limit, &watch->policy), false);
	else
		return;
	(void)terminals_write(&watch->terminals, message);
}

/* The leader is spared by a sweep until it is known to have ended. */
static int32_t spared(const struct watch *watch)
{
	return watch->is_leader_gone ? 0 : watch->session.leader_pid;
}

static void complain_of_no_session(const struct watch *watch)
{
	char line[REPORT_LOG_SIZE];
	struct text text;

	text_init(&text, line, sizeof line);
	text_add(&text, "kill=session does nothing for ");
	text_add_printable(&text, watch->session.user);
	text_add(&text, " (");
	text_add_printable(&text, watch->session.service);
	text_add(&text, "): the session has no audit session id (is pam_loginuid before pam_idletimeout?)");
	deliver_line(LOG_WARNING, line);
}

static void take_sweep_step(struct watch *watch, int found)
{
	if (found == -EINVAL)
		complain_of_no_session(watch);
	if (found <= 0)
		ladder_swept(&watch->ladder);
}

static void finish(struct watch *watch)
{
	bool is_swept = !watch->ladder.sweep || !members_has_session(watch->session.audit_session, spared(watch));

	watch->report.is_complete = watch->ladder.is_leader_gone && is_swept;
	deliver(&watch->report, &watch->session, &watch->policy);
	watch->phase = PHASE_OVER;
}

/*
 * A leader that is stopped would be asked in vain, and be killed at the end without having closed its session: root can stop
 * the leader of his own session, and logind stops it for any user who asks for that.
 */
static void wake_leader(const struct watch *watch)
{
	(void)process_signal(watch->leader, SIGCONT);
}

static void shut_connection(const struct watch *watch)
{
	if (watch->connection >= 0)
		(void)shutdown(watch->connection, SHUT_RDWR);
	wake_leader(watch);
}

/* In this order: it finds what ends it when it goes on. */
static void terminate_leader(const struct watch *watch)
{
	(void)process_signal(watch->leader, SIGTERM);
	wake_leader(watch);
}

void watch_take_step(struct watch *watch, enum step step)
{
	switch (step) {
	case STEP_ANNOUNCE:
		announce(watch);
		break;
	case STEP_SHUTDOWN:
		shut_connection(watch);
		break;
	case STEP_HANG_UP:
		(void)members_signal_children(watch->session.leader_pid, watch->leader, SIGHUP);
		/* One that is stopped hears it when it goes on. */
		(void)members_signal_children(watch->session.leader_pid, watch->leader, SIGCONT);
		break;
	case STEP_TERMINATE:
		terminate_leader(watch);
		break;
	case STEP_KILL_CHILDREN:
		(void)members_signal_children(watch->session.leader_pid, watch->leader, SIGKILL);
		break;
	case STEP_KILL_LEADER:
		(void)process_signal(watch->leader, SIGKILL);
		break;
	case STEP_SWEEP_TERMINATE:
		take_sweep_step(watch, members_signal_session(watch->session.audit_session, spared(watch), SIGTERM));
		break;
	case STEP_SWEEP_KILL:
		take_sweep_step(watch, members_kill_session(watch->session.audit_session, spared(watch)));
		break;
	case STEP_DONE:
		finish(watch);
		break;
	case STEP_WAIT:
		break;
	}
}

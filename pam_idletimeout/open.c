/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/open.h"

#include <errno.h>
#include <security/pam_ext.h>
#include <sys/socket.h>
#include <syslog.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "pam_idletimeout/arm.h"
#include "pam_idletimeout/connection.h"
#include "pam_idletimeout/describe.h"
#include "pam_idletimeout/login.h"
#include "pam_idletimeout/reason.h"
#include "pam_idletimeout/state.h"

/* A login waits no longer than two seconds for all of it; the rest is for killing what did not answer. */
#define OPEN_TIMEOUT_NS (1900 * NS_PER_MS)

/* One session on its way; lives as long as the entry point. */
struct opening {
	pam_handle_t *pamh;
	const struct policy *policy;
	int64_t started_ns;
	struct session session;
	int connection; /* -1: none; owned */
	struct text why;
};

static bool is_flag_set(const struct opening *opening, enum option_id flag)
{
	return opening->policy->value[flag] != 0;
}

/* Finds the connection and writes its ends into the session. 0 also when there is none. */
static int find_connection(struct opening *opening)
{
	struct session *session = &opening->session;
	struct connection connection;
	const char *ssh_connection = login_ssh_connection(opening->pamh);
	int r = connection_find(ssh_connection, session->rhost, &connection);

	if (r == 0) {
		session->peer = connection.peer;
		session->local = connection.local;
		opening->connection = connection.fd;
		return 0;
	}
	if (r == -ENOTUNIQ)
		pam_syslog(opening->pamh, LOG_WARNING, "two connections fit this session: neither is watched");
	else if (r != -ENOENT)
		return reason_errno(&opening->why, r, "cannot look for the connection");
	if (ssh_connection != NULL)
		(void)endpoint_parse_ssh_connection(ssh_connection, &session->peer, &session->local);
	return 0;
}

/* A terminal alone has no peer to probe. */
static bool is_enforceable(const struct opening *opening)
{
	const uint32_t *limits = opening->policy->value;

	if (opening->connection >= 0 || login_is_ssh(&opening->session))
		return true;
	return (limits[OPTION_IDLE] > 0 || limits[OPTION_MAX] > 0) && login_has_terminal(&opening->session);
}

static void log_not_enforceable(const struct opening *opening)
{
	if (login_is_graphical(&opening->session)) {
		if (!is_flag_set(opening, OPTION_QUIET))
			pam_syslog(opening->pamh, LOG_NOTICE, "not armed: graphical sessions are not measured");
	} else if (is_flag_set(opening, OPTION_DEBUG)) {
		pam_syslog(opening->pamh, LOG_DEBUG, "not armed: no connection or terminal to limit");
	}
}

static void log_armed(const struct opening *opening)
{
	const struct session *session = &opening->session;
	int64_t took_ms = (clock_boot_ns() - opening->started_ns) / NS_PER_MS;
	char who[DESCRIBE_SIZE], limits[DESCRIBE_SIZE];
	struct text who_text, limits_text;

	text_init(&who_text, who, sizeof who);
	text_init(&limits_text, limits, sizeof limits);
	describe_session(session, &who_text);
	describe_limits(opening->policy, &limits_text);
	if (!is_flag_set(opening, OPTION_QUIET))
		pam_syslog(opening->pamh, LOG_INFO, "armed: %s: %s", who, limits);
	if (is_flag_set(opening, OPTION_DEBUG))
		pam_syslog(opening->pamh, LOG_DEBUG, "session %s, leader %d: %s ready after %d ms", session->id,
		           (int)session->leader_pid, WATCHDOG_PATH, (int)took_ms);
}

static void log_refused(const struct opening *opening)
{
	char who[DESCRIBE_SIZE];
	struct text who_text;

	text_init(&who_text, who, sizeof who);
	describe_session(&opening->session, &who_text);
	pam_syslog(opening->pamh, LOG_ERR, "not armed: %s: %s", who, opening->why.data);
}

/* A handle that is opened again is under the newer policy alone. */
static void end_former(const struct opening *opening)
{
	char reason[REASON_SIZE];
	struct text why;

	if (!state_exists(opening->pamh))
		return;
	if (!is_flag_set(opening, OPTION_QUIET))
		pam_syslog(opening->pamh, LOG_NOTICE, "opened again: the limits set before end here");
	text_init(&why, reason, sizeof reason);
	int r = state_end(opening->pamh, &why);
	if (r < 0 && r != -EPERM)
		pam_syslog(opening->pamh, LOG_WARNING, "%s", reason);
}

static int arm_and_keep(struct opening *opening)
{
	struct arm_request request = {.session = &opening->session,
	                              .policy = opening->policy,
	                              .connection = opening->connection,
	                              .deadline_ns = opening->started_ns + OPEN_TIMEOUT_NS};
	struct watchdog watchdog;
	int r = arm(&request, &watchdog, &opening->why);

	if (r < 0)
		return r;
	r = state_store(opening->pamh, &opening->session, opening->policy, &watchdog.lifeline);
	if (r < 0) {
		arm_undo(&watchdog);
		return reason_errno(&opening->why, r, "cannot keep the session");
	}
	watchdog_release(&watchdog);
	return 0;
}

/* As open_session; what it found stays in `opening` when it fails. */
static int proceed(struct opening *opening)
{
	int r = login_read_names(opening->pamh, &opening->session, &opening->why);

	if (r == 0)
		r = find_connection(opening);
	if (r < 0)
		return r;
	if (!is_enforceable(opening)) {
		log_not_enforceable(opening);
		return 0;
	}
	r = login_read_identity(opening->pamh, &opening->session, &opening->why);
	if (r < 0)
		return r;
	end_former(opening);
	r = arm_and_keep(opening);
	if (r < 0)
		return r;
	log_armed(opening);
	return 1;
}

int open_session(pam_handle_t *pamh, const struct policy *policy)
{
	char reason[REASON_SIZE];
	struct opening opening = {.pamh = pamh, .policy = policy, .started_ns = clock_boot_ns(), .connection = -1};

	text_init(&opening.why, reason, sizeof reason);
	int r = proceed(&opening);
	if (r < 0) {
		log_refused(&opening);
		/* sshd ends shells and commands after this, but not a connection that only forwards ports. */
		if (opening.connection >= 0 && !is_flag_set(&opening, OPTION_DRY_RUN))
			(void)shutdown(opening.connection, SHUT_RDWR);
	}
	close_fd(&opening.connection);
	return r;
}

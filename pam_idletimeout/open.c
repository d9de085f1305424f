/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/open.h"

#include <errno.h>
#include <security/pam_ext.h>
#include <sys/socket.h>
#include <syslog.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "common/membership.h"
#include "common/rules_file.h"
#include "pam_idletimeout/arm.h"
#include "pam_idletimeout/choose.h"
#include "pam_idletimeout/connection.h"
#include "pam_idletimeout/describe.h"
#include "pam_idletimeout/login.h"
#include "pam_idletimeout/reason.h"
#include "pam_idletimeout/state.h"

/* A login waits no longer than two seconds for all of it; the rest is for killing what did not answer. */
#define OPEN_TIMEOUT_NS (1900 * NS_PER_MS)

_Static_assert(MEMBERSHIP_TIMEOUT_NS < OPEN_TIMEOUT_NS, "arming takes some milliseconds, too");

/* One session on its way; lives as long as the entry point. */
struct opening {
	pam_handle_t *pamh;
	struct policy policy;
	struct rules_file rules; /* owned */
	int64_t started_ns;
	struct session session;
	int connection; /* -1: none; owned */
	struct text why;
};

static bool is_flag_set(const struct opening *opening, enum option_id flag)
{
	return opening->policy.value[flag] != 0;
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

static bool has_something_to_end(const struct opening *opening)
{
	return opening->connection >= 0 || session_is_ssh(&opening->session) || login_has_terminal(&opening->session);
}

/* A terminal alone has no peer to probe. */
static bool is_enforceable(const struct opening *opening)
{
	const uint32_t *limits = opening->policy.value;

	if (opening->connection >= 0 || session_is_ssh(&opening->session))
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

static void log_unlimited(const struct opening *opening)
{
	if (is_flag_set(opening, OPTION_DEBUG))
		pam_syslog(opening->pamh, LOG_DEBUG, "not armed: no limit is in force");
}

static void log_exempt(const struct opening *opening)
{
	char who[DESCRIBE_SIZE], rule[DESCRIBE_SIZE];
	struct text who_text, rule_text;

	text_init(&who_text, who, sizeof who);
	text_init(&rule_text, rule, sizeof rule);
	describe_session(&opening->session, &who_text);
	describe_place(&opening->policy, opening->policy.rule_line, &rule_text);
	if (!is_flag_set(opening, OPTION_QUIET))
		pam_syslog(opening->pamh, LOG_NOTICE, "exempt: %s: %s", who, rule);
}

static void log_rule(const struct opening *opening)
{
	char rule[DESCRIBE_SIZE];
	struct text rule_text;

	if (opening->policy.rule_line == 0 || !is_flag_set(opening, OPTION_DEBUG))
		return;
	text_init(&rule_text, rule, sizeof rule);
	describe_place(&opening->policy, opening->policy.rule_line, &rule_text);
	pam_syslog(opening->pamh, LOG_DEBUG, "rule: %s", rule);
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
	describe_limits(&opening->policy, &limits_text);
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
	                              .policy = &opening->policy,
	                              .connection = opening->connection,
	                              .deadline_ns = opening->started_ns + OPEN_TIMEOUT_NS};
	struct watchdog watchdog;
	int r = arm(&request, &watchdog, &opening->why);

	if (r < 0)
		return r;
	r = state_store(opening->pamh, &opening->session, &opening->policy, &watchdog.lifeline);
	if (r < 0) {
		arm_undo(&watchdog, opening->session.id);
		return reason_errno(&opening->why, r, "cannot keep the session");
	}
	watchdog_release(&watchdog);
	return 0;
}

static int read_rules(struct opening *opening)
{
	int r = rules_file_read(&opening->policy, &opening->rules, &opening->why);

	return r < 0 && r != -ENOMEM ? -EBADMSG : r;
}

/* As choose_policy. The peer is that of the connection itself: what the environment says of one may be the user's. */
static int apply_rules(struct opening *opening)
{
	const struct endpoint *peer = opening->connection >= 0 ? &opening->session.peer : NULL;
	int r = choose_policy(&opening->rules, &opening->session, peer, opening->started_ns + MEMBERSHIP_TIMEOUT_NS,
	                      &opening->policy, &opening->why);

	if (r == 1)
		log_exempt(opening);
	else if (r == 0)
		log_rule(opening);
	return r < 0 ? -EBADMSG : r;
}

/* Whether there is a limit, and something to enforce it on, once all rules have been heard: 1, 0 or -errno. */
static int is_wanted(struct opening *opening)
{
	bool may_be_limited = opening->rules.text != NULL || policy_has_limit(&opening->policy);

	if (may_be_limited && has_something_to_end(opening)) {
		int r = apply_rules(opening);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	if (!policy_has_limit(&opening->policy)) {
		log_unlimited(opening);
		return 0;
	}
	if (!is_enforceable(opening)) {
		log_not_enforceable(opening);
		return 0;
	}
	return 1;
}

/* As open_session; what it found stays in `opening` when it fails. */
static int proceed(struct opening *opening)
{
	int r = login_read_names(opening->pamh, &opening->session, &opening->why);

	if (r == 0)
		r = find_connection(opening);
	if (r == 0)
		r = read_rules(opening);
	if (r == 0)
		r = is_wanted(opening);
	if (r <= 0)
		return r;
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

int open_session(pam_handle_t *pamh, const struct policy *arguments)
{
	char reason[REASON_SIZE];
	struct opening opening = {
		.pamh = pamh, .policy = *arguments, .started_ns = clock_boot_ns(), .connection = -1};

	text_init(&opening.why, reason, sizeof reason);
	int r = proceed(&opening);
	if (r < 0) {
		log_refused(&opening);
		/* sshd ends shells and commands after this, but not a connection that only forwards ports. */
		if (opening.connection >= 0 && !is_flag_set(&opening, OPTION_DRY_RUN))
			(void)shutdown(opening.connection, SHUT_RDWR);
	}
	rules_file_free(&opening.rules);
	close_fd(&opening.connection);
	return r;
}

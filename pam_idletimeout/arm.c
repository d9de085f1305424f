/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/arm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "common/lifeline.h"
#include "pam_idletimeout/loss.h"
#include "pam_idletimeout/reason.h"

static int tell_record(const struct watchdog *watchdog, const struct arm_request *request, struct text *why)
{
	char record[sizeof LIFELINE_VERSION + SESSION_RECORD_SIZE];
	struct text text;

	text_init(&text, record, sizeof record);
	text_add(&text, LIFELINE_VERSION);
	int r = session_encode(request->session, request->policy, &text);
	if (r < 0)
		return reason_errno(why, r, "the session record is too long");
	return watchdog_tell(watchdog, text.data, text.used, why);
}

static int signal_leader_on_loss(int lifeline, struct text *why)
{
	int flags = fcntl(lifeline, F_GETFL);

	if (flags < 0 || fcntl(lifeline, F_SETOWN, getpid()) < 0 || fcntl(lifeline, F_SETSIG, SIGTERM) < 0 ||
	    fcntl(lifeline, F_SETFL, flags | O_ASYNC) < 0)
		return reason_errno(why, -errno, "cannot arm the lifeline");
	return 0;
}

/* A watchdog that was lost before the lifeline was armed raised no signal. */
static int check_alive(const struct watchdog *watchdog, struct text *why)
{
	struct pollfd end = {.fd = watchdog->lifeline, .events = POLLIN};
	int r;

	do
		r = poll(&end, 1, 0);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return reason_errno(why, -errno, "cannot watch the lifeline");
	return r == 0 ? 0 : reason_set(why, -EPIPE, "the watchdog died as soon as it was ready");
}

int arm(const struct arm_request *request, struct watchdog *ret_watchdog, struct text *why)
{
	struct watchdog watchdog;
	int r = watchdog_start(request->connection, request->deadline_ns, &watchdog, why);

	if (r < 0)
		return r;
	r = tell_record(&watchdog, request, why);
	if (r == 0)
		r = watchdog_expect(&watchdog, LIFELINE_READY, request->deadline_ns, why);
	if (r == 0 && request->policy->value[OPTION_ON_WATCHDOG_LOSS] == LOSS_CLOSE)
		r = signal_leader_on_loss(watchdog.lifeline, why);
	if (r == 0)
		r = check_alive(&watchdog, why);
	if (r < 0) {
		arm_undo(&watchdog, request->session->id);
		return r;
	}
	*ret_watchdog = watchdog;
	return 0;
}

void arm_silence(int lifeline)
{
	int flags = fcntl(lifeline, F_GETFL);

	if (flags >= 0)
		(void)fcntl(lifeline, F_SETFL, flags & ~O_ASYNC);
}

/*
 * To close the lifeline is not enough: a process that the host forked meanwhile may have a copy of it, armed as
 * well.
 */
void arm_undo(struct watchdog *watchdog, const char *id)
{
	arm_silence(watchdog->lifeline);
	watchdog_kill(watchdog);
	/* One that was killed has not removed them. */
	(void)loss_clean_up(id);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/groups.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/lifeline.h"
#include "common/session.h"
#include "pam_idletimeout/reason.h"

void groups_init(struct groups *groups, const char *user, int64_t deadline_ns)
{
	*groups = (struct groups){
		.user = user, .deadline_ns = deadline_ns, .process = {.lifeline = -1, .greeting = -1, .pidfd = -1}};
}

static int start(struct groups *groups, struct text *why)
{
	char request[sizeof LIFELINE_GROUPS + sizeof((struct session *)0)->user];
	struct text text;
	int r = watchdog_start(-1, groups->deadline_ns, &groups->process, why);

	if (r < 0)
		return r;
	groups->is_running = true;
	text_init(&text, request, sizeof request);
	text_add(&text, LIFELINE_GROUPS);
	text_add(&text, groups->user);
	return watchdog_tell(&groups->process, text.data, text.used, why);
}

static int explain_silence(int error, struct text *why)
{
	switch (error) {
	case 0:
		return reason_set(why, -EPIPE, "the process that asks the name service died");
	case -ETIMEDOUT:
		return reason_set(why, error, "the name service did not answer in time");
	default:
		return reason_errno(why, error, "cannot hear the process that asks the name service");
	}
}

static int understand(const char *answer, struct text *why)
{
	if (strcmp(answer, LIFELINE_MEMBER) == 0)
		return 1;
	if (strcmp(answer, LIFELINE_NO_MEMBER) == 0)
		return 0;
	if (strncmp(answer, LIFELINE_FAILED, strlen(LIFELINE_FAILED)) == 0)
		return reason_set(why, -ECANCELED, answer + strlen(LIFELINE_FAILED));
	text_add(why, "the process that asks the name service answered with nonsense: ");
	return reason_set(why, -EPROTO, answer);
}

int groups_ask(struct groups *groups, const char *group, struct text *why)
{
	char answer[LIFELINE_MESSAGE_SIZE];
	autoclose int unwanted = -1;
	int r = groups->is_running ? 0 : start(groups, why);

	if (r == 0)
		r = watchdog_tell(&groups->process, group, strlen(group), why);
	if (r < 0)
		return r;
	r = lifeline_receive(groups->process.greeting, groups->deadline_ns, answer, sizeof answer, &unwanted);
	return r > 0 ? understand(answer, why) : explain_silence(r, why);
}

/* Killed even when all is well: it may be in the middle of a question whose answer nobody waits for. */
void groups_release(struct groups *groups)
{
	if (groups->is_running)
		watchdog_kill(&groups->process);
	groups->is_running = false;
}

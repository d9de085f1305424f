/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * idle-groups: answers which groups a user is in (LIFELINE_GROUPS), on behalf of the module.
 *
 * The name service may hang, and the module must not: so it is asked here, in a process that the module kills when its
 * patience ends. It is a program of its own because modules of the name service are code of others that is loaded at run
 * time: they never run where there is any privilege, and never in a watchdog. idle-watchdog becomes it (start.c), with
 * the user's name as the only argument, once it has the account's identity and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "common/lifeline.h"
#include "common/membership.h"

/* No login asks for longer. Should the module be killed before it kills, nothing hangs on for good. */
#define LIFETIME_S 5

static void say(const char *message)
{
	(void)lifeline_send(GREETING_FD, message, strlen(message));
}

static void say_failed(const char *what, int error)
{
	char message[LIFELINE_MESSAGE_SIZE];
	struct text text;

	text_init(&text, message, sizeof message);
	text_add(&text, LIFELINE_FAILED);
	text_add(&text, what);
	text_add(&text, ": ");
	text_add(&text, strerror(-error));
	say(message);
}

static void answer(const struct membership *membership, const char *group)
{
	int r = membership_has(membership, group);

	if (r < 0)
		say_failed("the name service failed", r);
	else
		say(r > 0 ? LIFELINE_MEMBER : LIFELINE_NO_MEMBER);
}

/* Answers about each group whose name comes over the lifeline, until its end. */
static void serve(const char *user)
{
	autofree_membership struct membership membership = {0};
	int64_t end_ns = clock_boot_ns() + LIFETIME_S * NS_PER_SECOND;
	char group[LIFELINE_GROUP_SIZE];

	int r = membership_read(user, &membership);
	if (r < 0) {
		say_failed(r == -ENOENT ? "no such user" : "the name service failed", r);
		return;
	}
	for (;;) {
		autoclose int unwanted = -1;
		if (lifeline_receive(LIFELINE_FD, end_ns, group, sizeof group, &unwanted) <= 0)
			return;
		answer(&membership, group);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2 || fcntl(LIFELINE_FD, F_GETFD) < 0 || fcntl(GREETING_FD, F_GETFD) < 0) {
		(void)fprintf(stderr, "idle-groups is started by pam_idletimeout.so, not by hand\n");
		return 2;
	}
	/* execve(2) undid this. A process of the account's has no business in another. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)alarm(LIFETIME_S);
	serve(argv[1]);
	return 0;
}

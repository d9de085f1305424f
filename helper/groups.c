/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/groups.h"

#include <errno.h>
#include <string.h>
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

void groups_serve(const char *user)
{
	autofree_membership struct membership membership = {0};
	int64_t end_ns = clock_boot_ns() + LIFETIME_S * NS_PER_SECOND;
	char group[LIFELINE_GROUP_SIZE];

	(void)alarm(LIFETIME_S);
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

/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/loss.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "common/lifeline.h"
#include "common/rundir.h"
#include "pam_idletimeout/reason.h"
#include "pam_idletimeout/watchdog.h"

/* The session is over; whoever closes it is not to wait for its accounts. */
#define START_TIMEOUT_NS (500 * NS_PER_MS)

bool loss_clean_up(const char *id)
{
	char socket_name[RUNDIR_NAME_SIZE];
	autoclose int directory = rundir_open();

	if (directory < 0)
		return directory != -ENOENT;
	rundir_socket_name(id, socket_name);
	(void)unlinkat(directory, socket_name, 0);
	return unlinkat(directory, id, 0) == 0 || errno != ENOENT;
}

int loss_report(const char *record, struct text *why)
{
	char message[sizeof LIFELINE_LOST + SESSION_RECORD_SIZE];
	struct text text;
	struct watchdog reporter;

	text_init(&text, message, sizeof message);
	text_add(&text, LIFELINE_LOST);
	text_add(&text, record);
	if (text_result(&text) < 0)
		return reason_set(why, -ENOSPC, "the session record is too long");
	int r = watchdog_start(-1, clock_boot_ns() + START_TIMEOUT_NS, &reporter, why);
	if (r < 0)
		return r;
	r = watchdog_tell(&reporter, text.data, text.used, why);
	watchdog_release(&reporter);
	return r;
}

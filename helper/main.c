/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * idle-watchdog: watches one login session and ends it when a limit runs out.
 *
 * Started by pam_idletimeout.so at login with the descriptors of common/lifeline.h, as root; says READY once it has given
 * that up, and lives until the session is over. It takes no arguments and is of no use by itself.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "common/lifeline.h"
#include "helper/deliver.h"
#include "helper/memory.h"
#include "helper/start.h"

static void say_failed(int error, const struct text *why)
{
	char message[LIFELINE_MESSAGE_SIZE];
	struct text text;

	text_init(&text, message, sizeof message);
	text_add(&text, LIFELINE_FAILED);
	text_add(&text, why->data);
	text_add(&text, ": ");
	text_add(&text, strerror(-error));
	(void)lifeline_send(GREETING_FD, message, text.used);
}

static void say_ready(const struct watch *watch)
{
	(void)lifeline_send(GREETING_FD, LIFELINE_READY, strlen(LIFELINE_READY));
	(void)close(GREETING_FD);
	if (!watch->policy.value[OPTION_REQUIRE_AUDIT])
		deliver(&start_armed, &watch->session, &watch->policy);
}

static const struct report lost_session = {
	.kind = REPORT_DISCONNECTED, .reason = REASON_WATCHDOG_LOST, .is_complete = true, .terminals = ""};
static const struct report tampering = {.kind = REPORT_TAMPERED, .reason = REASON_WATCHDOG_LOST, .terminals = ""};

/* The session has been closed by now, because of the loss unless on_watchdog_loss=log kept it. */
static void report_loss(const struct watch *watch)
{
	deliver(&tampering, &watch->session, &watch->policy);
	if (watch->policy.value[OPTION_ON_WATCHDOG_LOSS] == LOSS_CLOSE)
		deliver(&lost_session, &watch->session, &watch->policy);
}

/*
 * Waiting itself failed. True when the files are to stay: what the module finds of a watchdog that is gone without a goodbye
 * it takes for a loss, removes, and has put on record. One that was closing the session puts that on record itself.
 */
static bool give_up(struct watch *watch, int error)
{
	char line[REPORT_LOG_SIZE];
	struct text text;

	text_init(&text, line, sizeof line);
	text_add(&text, "gives up the session of ");
	text_add_printable(&text, watch->session.user);
	text_add(&text, " (");
	text_add_printable(&text, watch->session.service);
	text_add(&text, "): cannot wait: ");
	text_add(&text, strerror(-error));
	deliver_line(LOG_ERR, line);
	if (watch->phase != PHASE_CLOSING)
		return true;
	watch_take_step(watch, STEP_DONE);
	return false;
}

int main(void)
{
	static struct watch watch;
	static struct server server;
	static struct loop loop;
	char reason[LIFELINE_MESSAGE_SIZE];
	struct text why;

	if (fcntl(LIFELINE_FD, F_GETFD) < 0 || fcntl(LEADER_FD, F_GETFD) < 0 || fcntl(GREETING_FD, F_GETFD) < 0) {
		(void)fprintf(stderr, "idle-watchdog is started by pam_idletimeout.so, not by hand\n");
		return 2;
	}
	memory_init();
	text_init(&why, reason, sizeof reason);
	int r = start(&watch, &server, &loop, &why);
	if (r < 0) {
		say_failed(r, &why);
		return 1;
	}
	if (r == START_LOST) {
		report_loss(&watch);
		return 0;
	}
	say_ready(&watch);
	r = loop_run(&loop);
	if (r < 0 && give_up(&watch, r))
		return 1;
	loop_release(&loop);
	/* The files first: whoever asked too late finds no session, not one whose watchdog is silent. */
	watch_release(&watch);
	server_close(&server);
	return r < 0 ? 1 : 0;
}

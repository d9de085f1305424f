/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/arm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/lifeline.h"
#include "common/process.h"
#include "pam_idletimeout/reason.h"
#include "pam_idletimeout/spawn.h"
#include "pam_idletimeout/watchdog_file.h"

/* How long a killed watchdog may take to be gone. */
#define DEATH_MS 50

/* The end that stays in the host must not become its stdin, stdout or stderr when it runs without them. */
static int make_lifeline(int *ret_mine, int *ret_theirs)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	autoclose int first = pair[0];
	autoclose int theirs = pair[1];
	int mine = fcntl(first, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (mine < 0)
		return -errno;
	*ret_mine = mine;
	*ret_theirs = take_fd(&theirs);
	return 0;
}

/* The watchdog's end is closed on return: from then on the watchdog alone has it, and its death shows. */
static int spawn(int connection, int *ret_lifeline, struct text *why)
{
	autoclose int mine = -1, theirs = -1;
	int r = make_lifeline(&mine, &theirs);

	if (r < 0)
		return reason_errno(why, r, "cannot make the lifeline");
	autoclose int leader = (int)syscall(SYS_pidfd_open, getpid(), 0);
	if (leader < 0)
		return reason_errno(why, -errno, "cannot open a pidfd");
	struct child_fds fds = {.lifeline = theirs, .leader = leader, .connection = connection};
	r = spawn_watchdog(&fds);
	if (r < 0)
		return reason_errno(why, r, "cannot fork");
	*ret_lifeline = take_fd(&mine);
	return 0;
}

/* What a lifeline that gave no message says. */
static int explain_silence(int error, struct text *why)
{
	switch (error) {
	case 0:
		return reason_set(why, -EPIPE, "the watchdog died before it was ready");
	case -ETIMEDOUT:
		return reason_set(why, error, "the watchdog did not answer in time");
	case -EMSGSIZE:
		return reason_set(why, error, "the watchdog answered with something too long");
	default:
		return reason_errno(why, error, "cannot hear the watchdog");
	}
}

static int explain_message(const char *message, struct text *why)
{
	if (strncmp(message, LIFELINE_FAILED, strlen(LIFELINE_FAILED)) == 0) {
		text_add(why, "the watchdog failed: ");
		return reason_set(why, -ECANCELED, message + strlen(LIFELINE_FAILED));
	}
	text_add(why, "the watchdog answered with nonsense: ");
	return reason_set(why, -EPROTO, message);
}

/* Waits for the message `expected` and the fd that may come with it. */
static int expect(int lifeline, int64_t deadline_ns, const char *expected, int *ret_fd, struct text *why)
{
	char message[LIFELINE_MESSAGE_SIZE];
	int r;

	/*
	 * A watchdog that dies with the record unread resets the connection once; what it said last comes
	 * after.
	 */
	do
		r = lifeline_receive(lifeline, deadline_ns, message, sizeof message, ret_fd);
	while (r == -ECONNRESET);
	if (r <= 0)
		return explain_silence(r, why);
	return strcmp(message, expected) == 0 ? 0 : explain_message(message, why);
}

static int send_record(int lifeline, const struct arm_request *request, struct text *why)
{
	char record[SESSION_RECORD_SIZE];
	struct text text;

	text_init(&text, record, sizeof record);
	int r = session_encode(request->session, request->policy, &text);
	if (r < 0)
		return reason_errno(why, r, "the session record is too long");
	r = lifeline_send(lifeline, text.data, text.used);
	/* It died: the reason, if it gave one, is still to be read. */
	if (r < 0 && r != -EPIPE && r != -ECONNRESET)
		return reason_errno(why, r, "cannot send the session record");
	return 0;
}

static int signal_leader_on_loss(int lifeline)
{
	int flags = fcntl(lifeline, F_GETFL);

	if (flags < 0 || fcntl(lifeline, F_SETOWN, getpid()) < 0 || fcntl(lifeline, F_SETSIG, SIGTERM) < 0 ||
	    fcntl(lifeline, F_SETFL, flags | O_ASYNC) < 0)
		return -errno;
	return 0;
}

/* Arms the module's end; a watchdog lost before that raised no signal and is found here. */
static int watch(int lifeline, const struct policy *policy, struct text *why)
{
	struct pollfd end = {.fd = lifeline, .events = POLLIN};
	int r = 0;

	if (policy->value[OPTION_ON_WATCHDOG_LOSS] == LOSS_CLOSE)
		r = signal_leader_on_loss(lifeline);
	if (r < 0)
		return reason_errno(why, r, "cannot arm the lifeline");
	do
		r = poll(&end, 1, 0);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return reason_errno(why, -errno, "cannot watch the lifeline");
	return r == 0 ? 0 : reason_set(why, -EPIPE, "the watchdog died as soon as it was ready");
}

/* Everything from SPAWNED on: there is a process now, and `armed` holds it as soon as it is known. */
static int engage(const struct arm_request *request, struct armed *armed, struct text *why)
{
	autoclose int unexpected = -1;
	int r = expect(armed->lifeline, request->deadline_ns, LIFELINE_SPAWNED, &armed->watchdog, why);

	if (r == 0)
		r = send_record(armed->lifeline, request, why);
	if (r == 0)
		r = expect(armed->lifeline, request->deadline_ns, LIFELINE_READY, &unexpected, why);
	if (r == 0)
		r = watch(armed->lifeline, request->policy, why);
	return r;
}

int arm_start(const struct arm_request *request, struct armed *ret_armed, struct text *why)
{
	struct armed armed = {.lifeline = -1, .watchdog = -1};
	int r = watchdog_file_check(WATCHDOG_PATH, why);

	if (r == 0)
		r = spawn(request->connection, &armed.lifeline, why);
	if (r == 0)
		r = engage(request, &armed, why);
	if (r < 0) {
		arm_abandon(&armed);
		return r;
	}
	*ret_armed = armed;
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
void arm_abandon(struct armed *armed)
{
	struct pollfd death = {.fd = armed->watchdog, .events = POLLIN};

	arm_silence(armed->lifeline);
	close_fd(&armed->lifeline);
	if (armed->watchdog < 0)
		return;
	if (process_signal(armed->watchdog, SIGKILL) == 0)
		(void)poll(&death, 1, DEATH_MS);
	close_fd(&armed->watchdog);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/watchdog.h"

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
#include "common/watchdog_file.h"

/* How long a killed watchdog may take to be gone. */
#define DEATH_MS 50

/* Both ends of a pair; the module's must not become its host's stdin, stdout or stderr when that runs without them. */
static int make_pair(int *ret_mine, int *ret_theirs)
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

/* The watchdog's ends are closed on return: from then on the watchdog alone has them, and its death shows. */
static int spawn(int connection, struct watchdog *watchdog, struct text *why)
{
	autoclose int lifeline = -1, greeting = -1;
	int r = make_pair(&watchdog->lifeline, &lifeline);

	if (r == 0)
		r = make_pair(&watchdog->greeting, &greeting);
	if (r < 0)
		return reason_errno(why, r, "cannot make the lifeline");
	autoclose int leader = (int)syscall(SYS_pidfd_open, getpid(), 0);
	if (leader < 0)
		return reason_errno(why, -errno, "cannot open a pidfd");
	struct child_fds fds = {.lifeline = lifeline, .greeting = greeting, .leader = leader, .connection = connection};
	r = spawn_watchdog(&fds);
	return r < 0 ? reason_errno(why, r, "cannot fork") : 0;
}

/* What a greeting that never came says. */
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

/* As watchdog_expect, with the fd that came along (-1 if none). */
static int expect(int greeting, const char *expected, int64_t deadline_ns, int *ret_fd, struct text *why)
{
	char message[LIFELINE_MESSAGE_SIZE];
	int r = lifeline_receive(greeting, deadline_ns, message, sizeof message, ret_fd);

	if (r <= 0)
		return explain_silence(r, why);
	return strcmp(message, expected) == 0 ? 0 : explain_message(message, why);
}

int watchdog_start(int connection, int64_t deadline_ns, struct watchdog *ret_watchdog, struct text *why)
{
	struct watchdog watchdog = {.lifeline = -1, .greeting = -1, .pidfd = -1};
	int r = watchdog_file_check(WATCHDOG_PATH, why);

	if (r == 0)
		r = spawn(connection, &watchdog, why);
	if (r == 0)
		r = expect(watchdog.greeting, LIFELINE_SPAWNED, deadline_ns, &watchdog.pidfd, why);
	if (r < 0) {
		watchdog_kill(&watchdog);
		return r;
	}
	*ret_watchdog = watchdog;
	return 0;
}

int watchdog_tell(const struct watchdog *watchdog, const char *bytes, size_t length, struct text *why)
{
	int r = lifeline_send(watchdog->lifeline, bytes, length);

	if (r == 0 || r == -EPIPE || r == -ECONNRESET)
		return 0;
	return reason_errno(why, r, "cannot tell the watchdog");
}

int watchdog_expect(const struct watchdog *watchdog, const char *expected, int64_t deadline_ns, struct text *why)
{
	autoclose int unwanted = -1;

	return expect(watchdog->greeting, expected, deadline_ns, &unwanted, why);
}

void watchdog_release(struct watchdog *watchdog)
{
	close_fd(&watchdog->lifeline);
	close_fd(&watchdog->greeting);
	close_fd(&watchdog->pidfd);
}

void watchdog_kill(struct watchdog *watchdog)
{
	struct pollfd death = {.fd = watchdog->pidfd, .events = POLLIN};

	if (watchdog->pidfd >= 0 && process_signal(watchdog->pidfd, SIGKILL) == 0)
		(void)poll(&death, 1, DEATH_MS);
	watchdog_release(watchdog);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/lifeline.h"

/*
 * fork(2) with exit signal 0. Not the C library's: that runs atfork handlers, of which the host may have some
 * that expect its own locks. With every argument zero their order, which differs between architectures, does
 * not matter.
 */
static pid_t quiet_fork(void)
{
	return (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
}

static int send_pidfd(int greeting, int pidfd)
{
	union {
		char bytes[CMSG_SPACE(sizeof pidfd)];
		struct cmsghdr align;
	} ancillary = {.bytes = {0}};
	char word[] = LIFELINE_SPAWNED;
	struct iovec part = {.iov_base = word, .iov_len = strlen(word)};
	struct msghdr message = {.msg_iov = &part,
	                         .msg_iovlen = 1,
	                         .msg_control = &ancillary,
	                         .msg_controllen = sizeof ancillary.bytes};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof pidfd);
	memcpy(CMSG_DATA(header), &pidfd, sizeof pidfd);
	return sendmsg(greeting, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

/* The child is not reaped yet, so that the pid is still its own. */
static int announce(int greeting, pid_t watchdog)
{
	int pidfd = (int)syscall(SYS_pidfd_open, watchdog, 0);

	return pidfd < 0 ? -errno : send_pidfd(greeting, pidfd);
}

/* The watchdog waits at a gate until the module holds its pidfd: what cannot be ended must not begin. */
static noreturn void run_watchdog(const struct child_fds *fds, const int gate[2])
{
	char go;

	(void)close(gate[1]);
	if (read(gate[0], &go, 1) != 1)
		_exit(0);
	child_become_watchdog(fds);
}

/* Its exit closes the gate, if it was not opened. */
static noreturn void run_middle(const struct child_fds *fds)
{
	int gate[2];

	if (pipe2(gate, O_CLOEXEC) < 0) {
		child_report(fds->greeting, "cannot make a pipe", errno);
		_exit(0);
	}
	pid_t watchdog = quiet_fork();
	if (watchdog == 0)
		run_watchdog(fds, gate);
	int r = watchdog < 0 ? -errno : announce(fds->greeting, watchdog);
	if (r == 0 && write(gate[1], "", 1) != 1)
		r = -errno;
	if (r < 0)
		child_report(fds->greeting, "cannot start it", -r);
	_exit(0);
}

/* ECHILD: some thread of the host waits for children of every kind and has it. Dead it is either way. */
static void reap(pid_t middle)
{
	while (waitpid(middle, NULL, __WALL) < 0 && errno == EINTR)
		;
}

int spawn_watchdog(const struct child_fds *fds)
{
	sigset_t all, saved;
	int r = 0;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &saved);
	pid_t middle = quiet_fork();
	if (middle == 0)
		run_middle(fds);
	if (middle < 0)
		r = -errno;
	else
		reap(middle);
	(void)pthread_sigmask(SIG_SETMASK, &saved, NULL);
	return r;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/spawn.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/lifeline.h"

/* For each of the two children, which need less than 1 KiB; no handler of a signal runs there. */
#define STACK_SIZE 8192

/* What the children share with the thread that waits for them. */
struct children {
	const struct child_fds *fds;
	/*
	 * The middle child's is below that of the watchdog, and it ends by _exit(2): what AddressSanitizer noted about frames that
	 * execve(2) left for good is wiped upwards from the frame that exits.
	 */
	char middle_stack[STACK_SIZE] __attribute__((aligned(16)));
	char watchdog_stack[STACK_SIZE] __attribute__((aligned(16)));
};

/*
 * A child with exit signal 0 that runs in the host's memory, on a stack of its own, while this thread waits until it has
 * become another program or is gone: posix_spawn(3) does so, too. To copy the page tables of a small host twice took a quarter
 * of a millisecond. No atfork handler runs, of which the host may have some that expect its own locks.
 */
static pid_t quiet_spawn(int (*run)(void *), char *stack, struct children *children)
{
	return clone(run, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK, children);
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

/*
 * The module is sent a pidfd of the watchdog before there is one: what cannot be ended must not begin. By itself, since a
 * number that is one's own cannot be another's.
 */
static int announce(int greeting)
{
	int pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);

	if (pidfd < 0)
		return -errno;
	int r = send_pidfd(greeting, pidfd);
	(void)close(pidfd);
	return r;
}

static int run_watchdog(void *argument)
{
	const struct children *children = argument;
	int r = announce(children->fds->greeting);

	if (r == 0)
		child_become_watchdog(children->fds);
	child_report(children->fds->greeting, "cannot start it", -r);
	_exit(0);
}

static int run_middle(void *argument)
{
	struct children *children = argument;

	if (quiet_spawn(run_watchdog, children->watchdog_stack, children) < 0)
		child_report(children->fds->greeting, "cannot start it", errno);
	_exit(0);
}

/* ECHILD: some thread of the host waits for children of every kind and has it. Dead it is either way. */
static void reap(pid_t middle)
{
	while (waitpid(middle, NULL, __WALL) < 0 && errno == EINTR)
		;
}

/*
 * Neither a handler of the host nor the cancellation of this thread may run in a child: both would do their work on the
 * host's own memory.
 */
int spawn_watchdog(const struct child_fds *fds)
{
	struct children children;
	sigset_t all, saved;
	int r = 0, cancel_state;

	children.fds = fds;
	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &saved);
	pid_t middle = quiet_spawn(run_middle, children.middle_stack, &children);
	if (middle < 0)
		r = -errno;
	else
		reap(middle);
	(void)pthread_sigmask(SIG_SETMASK, &saved, NULL);
	(void)pthread_setcancelstate(cancel_state, NULL);
	return r;
}

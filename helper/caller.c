/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/caller.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/process.h"
#include "common/session.h"

/* Linux 6.5; older headers do not name it (include/uapi/asm-generic/socket.h; parisc and sparc number differently). */
#if !defined SO_PEERPIDFD && !defined __hppa__ && !defined __sparc__
#define SO_PEERPIDFD 77
#endif

/* unix(7), SO_PEERCRED: who the client was when it connected. */
int caller_read(int fd, struct caller *ret_caller)
{
	struct ucred credentials;
	socklen_t length = sizeof credentials;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0)
		return -errno;
	*ret_caller = (struct caller){
		.uid = credentials.uid,
		.pid = credentials.pid,
		.login_uid = AUDIT_UNSET,
		.audit_session = AUDIT_UNSET,
	};
	return 0;
}

/* The pidfd of the very process that connected, where the kernel keeps one. */
static int open_by_socket(int fd)
{
#ifdef SO_PEERPIDFD
	int pidfd;
	socklen_t length = sizeof pidfd;

	return getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &length) < 0 ? -errno : pidfd;
#else
	(void)fd;
	return -ENOPROTOOPT;
#endif
}

/* Without that, the number: what has it while the connection stands is the caller, unless that gave the connection away and went. */
static int open_caller(int fd, int32_t pid)
{
	int pidfd = open_by_socket(fd);

	if (pidfd == -ENOPROTOOPT)
		pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	return pidfd;
}

static bool is_hung_up(int fd)
{
	struct pollfd polled = {.fd = fd};

	return poll(&polled, 1, 0) != 0;
}

/* A kernel without audit has neither file. */
static bool is_read(int error)
{
	return error == 0 || error == -ENOENT;
}

void caller_identify(int fd, struct caller *caller)
{
	/* Of a process in another pid namespace there is no number, and nothing to read. */
	autoclose int pidfd = caller->pid > 0 ? open_caller(fd, caller->pid) : -ESRCH;

	if (pidfd < 0)
		return;
	int login = process_login_uid(caller->pid, &caller->login_uid);
	int session = process_audit_session(caller->pid, &caller->audit_session);
	/* In this order: a process that exists now had that number while it was read. */
	bool exists = process_signal(pidfd, 0) == 0;
	caller->is_accountable = exists && is_read(login) && is_read(session) && !is_hung_up(fd);
}

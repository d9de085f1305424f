/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The wrappers of the C library's calls, each with an error that its manual page names. What cannot fail here is not
 * among them: what is asked of a descriptor that is known to be open, signal masks and actions, limits, clocks.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fault/fault.h"

#define CALL(type, name, parameters, arguments, failure, can, error)                                                   \
	type __real_##name parameters;                                                                                 \
	type __wrap_##name parameters;                                                                                 \
	type __wrap_##name parameters                                                                                  \
	{                                                                                                              \
		return fault_strikes(#name, can, error) ? failure : __real_##name arguments;                           \
	}

CALL(int, bind, (int fd, const struct sockaddr *address, socklen_t size),
     (fd, address, size), -1, CALL_PLAIN, EADDRINUSE)
CALL(void *, calloc, (size_t count, size_t size), (count, size), NULL, CALL_PLAIN, ENOMEM)
CALL(int, dup2, (int from, int to), (from, to), -1, CALL_MAKES_FD, EMFILE)
CALL(int, epoll_create1, (int flags), (flags), -1, CALL_MAKES_FD, EMFILE)
CALL(int, epoll_ctl, (int epoll, int operation, int fd, struct epoll_event *event),
     (epoll, operation, fd, event), -1, CALL_PLAIN, ENOMEM)
CALL(int, epoll_wait, (int epoll, struct epoll_event *events, int count, int timeout),
     (epoll, events, count, timeout), -1, CALL_WAITS, EBADF)
CALL(int, execve, (const char *path, char *const arguments[], char *const environment[]),
     (path, arguments, environment), -1, CALL_PLAIN, ENOMEM)
CALL(int, fchmod, (int fd, mode_t mode), (fd, mode), -1, CALL_PLAIN, EROFS)
CALL(int, fchown, (int fd, uid_t uid, gid_t gid), (fd, uid, gid), -1, CALL_PLAIN, EROFS)
CALL(int, fchownat, (int directory, const char *path, uid_t uid, gid_t gid, int flags),
     (directory, path, uid, gid, flags), -1, CALL_PLAIN, EROFS)
CALL(pid_t, fork, (void), (), -1, CALL_PLAIN, EAGAIN)
CALL(FILE *, fopen, (const char *path, const char *mode), (path, mode), NULL, CALL_MAKES_FD, EMFILE)
CALL(int, ftruncate, (int fd, off_t size), (fd, size), -1, CALL_PLAIN, EIO)
CALL(ssize_t, getrandom, (void *data, size_t size, unsigned flags), (data, size, flags), -1, CALL_PLAIN, ENOSYS)
CALL(int, linkat, (int from, const char *path, int to, const char *name, int flags),
     (from, path, to, name, flags), -1, CALL_PLAIN, ENOSPC)
CALL(int, listen, (int fd, int backlog), (fd, backlog), -1, CALL_PLAIN, EADDRINUSE)
CALL(void *, malloc, (size_t size), (size), NULL, CALL_PLAIN, ENOMEM)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), -1, CALL_PLAIN, ENOSPC)
CALL(DIR *, opendir, (const char *path), (path), NULL, CALL_MAKES_FD, EMFILE)
CALL(int, pipe2, (int ends[2], int flags), (ends, flags), -1, CALL_MAKES_FD, EMFILE)
CALL(int, poll, (struct pollfd *waited, nfds_t count, int timeout), (waited, count, timeout), -1, CALL_WAITS, ENOMEM)
CALL(ssize_t, pread, (int fd, void *data, size_t size, off_t offset), (fd, data, size, offset), -1, CALL_PLAIN, EIO)
CALL(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t offset),
     (fd, data, size, offset), -1, CALL_PLAIN, ENOSPC)
CALL(ssize_t, read, (int fd, void *data, size_t size), (fd, data, size), -1, CALL_WAITS, EIO)
CALL(struct dirent *, readdir, (DIR *directory), (directory), NULL, CALL_PLAIN, EIO)
CALL(ssize_t, recvfrom, (int fd, void *data, size_t size, int flags, struct sockaddr *address, socklen_t *length),
     (fd, data, size, flags, address, length), -1, CALL_WAITS, ENOMEM)
CALL(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags), -1, CALL_WAITS, ENOMEM)
CALL(ssize_t, send, (int fd, const void *data, size_t size, int flags),
     (fd, data, size, flags), -1, CALL_WAITS, ENOBUFS)
CALL(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags), -1, CALL_PLAIN, ENOBUFS)
CALL(ssize_t, sendto, (int fd, const void *data, size_t size, int flags, const struct sockaddr *address, socklen_t length),
     (fd, data, size, flags, address, length), -1, CALL_WAITS, ENOBUFS)
CALL(int, setgroups, (size_t count, const gid_t *groups), (count, groups), -1, CALL_PLAIN, ENOMEM)
CALL(int, setsockopt, (int fd, int level, int name, const void *value, socklen_t size),
     (fd, level, name, value, size), -1, CALL_PLAIN, ENOMEM)
CALL(int, shutdown, (int fd, int how), (fd, how), -1, CALL_PLAIN, ENOTCONN)
CALL(int, socket, (int family, int type, int protocol), (family, type, protocol), -1, CALL_MAKES_FD, EMFILE)
CALL(int, socketpair, (int family, int type, int protocol, int pair[2]),
     (family, type, protocol, pair), -1, CALL_MAKES_FD, EMFILE)
CALL(int, stat, (const char *path, struct stat *status), (path, status), -1, CALL_PLAIN, ENOMEM)
CALL(int, timerfd_create, (clockid_t clock, int flags), (clock, flags), -1, CALL_MAKES_FD, EMFILE)
CALL(int, timerfd_settime, (int fd, int flags, const struct itimerspec *value, struct itimerspec *former),
     (fd, flags, value, former), -1, CALL_PLAIN, ECANCELED)
CALL(int, unlinkat, (int directory, const char *name, int flags), (directory, name, flags), -1, CALL_PLAIN, EROFS)
CALL(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size), -1, CALL_PLAIN, ENOSPC)

/* -- With arguments that are not always there -- */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_openat(int directory, const char *path, int flags, ...);
int __wrap_openat(int directory, const char *path, int flags, ...);
int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);
int __real_prctl(int option, ...);
int __wrap_prctl(int option, ...);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
pid_t __real_waitpid(pid_t pid, int *status, int options);
pid_t __wrap_waitpid(pid_t pid, int *status, int options);

static bool has_mode(int flags)
{
	return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

int __wrap_open(const char *path, int flags, ...)
{
	va_list more;

	va_start(more, flags);
	mode_t mode = has_mode(flags) ? va_arg(more, mode_t) : 0;
	va_end(more);
	return fault_strikes("open", CALL_MAKES_FD, EMFILE) ? -1 : __real_open(path, flags, mode);
}

int __wrap_openat(int directory, const char *path, int flags, ...)
{
	va_list more;

	va_start(more, flags);
	mode_t mode = has_mode(flags) ? va_arg(more, mode_t) : 0;
	va_end(more);
	return fault_strikes("openat", CALL_MAKES_FD, EMFILE) ? -1 : __real_openat(directory, path, flags, mode);
}

/* Duplicates need a number, signals from a descriptor memory. */
static bool fcntl_fails(int command, long argument)
{
	switch (command) {
	case F_DUPFD_CLOEXEC:
		return fault_strikes("fcntl", CALL_MAKES_FD, EMFILE);
	case F_SETOWN:
		return fault_strikes("fcntl", CALL_PLAIN, ENOMEM);
	case F_SETFL:
		return (argument & O_ASYNC) != 0 && fault_strikes("fcntl", CALL_PLAIN, ENOMEM);
	case F_OFD_SETLK:
		return fault_strikes("fcntl", CALL_PLAIN, ENOLCK);
	default:
		return false;
	}
}

/* An argument that is not there is not looked at by the kernel either. */
int __wrap_fcntl(int fd, int command, ...)
{
	va_list more;

	va_start(more, command);
	long argument = va_arg(more, long);
	va_end(more);
	return fcntl_fails(command, argument) ? -1 : __real_fcntl(fd, command, argument);
}

int __wrap_prctl(int option, ...)
{
	unsigned long arguments[4];
	va_list more;

	va_start(more, option);
	for (size_t i = 0; i < 4; i++)
		arguments[i] = va_arg(more, unsigned long);
	va_end(more);
	if (fault_strikes("prctl", CALL_PLAIN, EINVAL))
		return -1;
	return __real_prctl(option, arguments[0], arguments[1], arguments[2], arguments[3]);
}

static bool system_call_fails(long number)
{
	switch (number) {
	case SYS_clone:
		return fault_strikes("clone", CALL_PLAIN, EAGAIN);
	case SYS_pidfd_open:
		return fault_strikes("pidfd_open", CALL_MAKES_FD, EMFILE);
	case SYS_pidfd_send_signal:
		return fault_strikes("pidfd_send_signal", CALL_PLAIN, EPERM);
	case SYS_close_range:
		return fault_strikes("close_range", CALL_PLAIN, ENOSYS);
	case SYS_landlock_create_ruleset:
	case SYS_landlock_add_rule:
	case SYS_landlock_restrict_self:
		return fault_strikes("landlock", CALL_PLAIN, E2BIG);
	default:
		return false;
	}
}

/* As syscall(2) itself it reads all six, however many there are: the rest is what lies on the caller's stack. */
__attribute__((no_sanitize("address"))) long __wrap_syscall(long number, ...)
{
	long arguments[6];
	va_list more;

	va_start(more, number);
	for (size_t i = 0; i < 6; i++)
		arguments[i] = va_arg(more, long);
	va_end(more);
	if (system_call_fails(number))
		return -1;
	return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

/* Fails when somebody else has waited for the child: it is gone all the same. */
pid_t __wrap_waitpid(pid_t pid, int *status, int options)
{
	if (!fault_strikes("waitpid", CALL_WAITS, ECHILD))
		return __real_waitpid(pid, status, options);
	if (errno == EINTR)
		return -1;
	(void)__real_waitpid(pid, status, options);
	errno = ECHILD;
	return -1;
}

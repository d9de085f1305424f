/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/lifeline.h"
#include "common/text.h"

#define EXIT_NOT_RUN 127

/* The kernel's own default bound on descriptor numbers (fs.nr_open, proc_sys_fs(5)). */
#define FD_LIMIT 1048576

#define STACK_NEEDED (8 << 20)
#define FDS_NEEDED 64

void child_report(int greeting, const char *what, int error)
{
	char message[LIFELINE_MESSAGE_SIZE];
	struct text text;

	text_init(&text, message, sizeof message);
	text_add(&text, LIFELINE_FAILED);
	text_add(&text, what);
	text_add(&text, " (errno ");
	text_add_signed(&text, error);
	text_add(&text, ")");
	(void)lifeline_send(greeting, text.data, text.used);
}

static void raise_limit(int resource, rlim_t needed)
{
	struct rlimit now, wanted;

	if (getrlimit(resource, &now) < 0)
		return;
	wanted = now;
	if (wanted.rlim_cur < needed)
		wanted.rlim_cur = needed;
	if (wanted.rlim_max < needed)
		wanted.rlim_max = needed;
	if (setrlimit(resource, &wanted) == 0)
		return;
	/* Without the privilege to raise the hard limit, up to it. */
	now.rlim_cur = now.rlim_max;
	(void)setrlimit(resource, &now);
}

/*
 * pam_limits may have run before: what was meant for the user's programs must not keep the watchdog from
 * starting.
 */
static void raise_limits(void)
{
	static const struct {
		int resource;
		rlim_t needed;
	} limits[] = {
		{RLIMIT_AS, RLIM_INFINITY},    {RLIMIT_DATA, RLIM_INFINITY},  {RLIMIT_STACK, STACK_NEEDED},
		{RLIMIT_CPU, RLIM_INFINITY},   {RLIMIT_FSIZE, RLIM_INFINITY}, {RLIMIT_NPROC, RLIM_INFINITY},
		{RLIMIT_NOFILE, FDS_NEEDED},   {RLIMIT_RTTIME, RLIM_INFINITY},
	};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		raise_limit(limits[i].resource, limits[i].needed);
}

/*
 * pam_selinux may have set the context of the user's shell for the next exec; an empty write clears it
 * (setexeccon(3)).
 */
static void clear_exec_context(void)
{
	int fd = open("/proc/self/attr/exec", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	ssize_t n = write(fd, "", 0);
	(void)n;
	(void)close(fd);
}

/*
 * Every signal is still blocked: no handler of the host can run before it is gone. The system call, because the C
 * library keeps two signals to itself that a host may have inherited as ignored; zeros are SIG_DFL in every layout.
 */
static void reset_signals(void)
{
	static const unsigned long fallback[sizeof(struct sigaction) / sizeof(unsigned long)];
	sigset_t none;

	for (int number = 1; number < _NSIG; number++)
		(void)syscall(SYS_rt_sigaction, number, fallback, NULL, (_NSIG - 1) / CHAR_BIT);
	(void)sigemptyset(&none);
	/* The only thread of a process of its own. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Before Linux 5.9 there is no close_range(2). */
static void close_from(int first)
{
	struct rlimit limit;
	int end = FD_LIMIT;

	if (syscall(SYS_close_range, first, ~0U, 0) == 0)
		return;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < FD_LIMIT)
		end = (int)limit.rlim_cur;
	for (int fd = first; fd < end; fd++)
		(void)close(fd);
}

/* Out of the way of every number that is about to be given out. */
static int move_up(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
}

static int place(int fd, int number)
{
	return dup2(fd, number) < 0 ? -errno : 0;
}

/* 0, 1 and 2 first, so that nothing of the host's is ever written to by mistake. */
static int place_fds(const struct child_fds *up, int null)
{
	int r = place(null, STDIN_FILENO);

	if (r == 0)
		r = place(null, STDOUT_FILENO);
	if (r == 0)
		r = place(null, STDERR_FILENO);
	if (r == 0)
		r = place(up->lifeline, LIFELINE_FD);
	if (r == 0)
		r = place(up->leader, LEADER_FD);
	if (r == 0 && up->connection >= 0)
		r = place(up->connection, CONNECTION_FD);
	else if (r == 0)
		(void)close(CONNECTION_FD);
	if (r == 0)
		r = place(up->greeting, GREETING_FD);
	return r;
}

static int arrange_fds(const struct child_fds *fds)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int null_up = null < 0 ? -1 : move_up(null);
	struct child_fds up = {.lifeline = move_up(fds->lifeline),
	                       .greeting = move_up(fds->greeting),
	                       .leader = move_up(fds->leader),
	                       .connection = -1};

	if (fds->connection >= 0)
		up.connection = move_up(fds->connection);
	if (null_up < 0 || up.lifeline < 0 || up.greeting < 0 || up.leader < 0 ||
	    (fds->connection >= 0 && up.connection < 0))
		return -errno;
	int r = place_fds(&up, null_up);
	if (r == 0)
		close_from(FIRST_FREE_FD);
	return r;
}

noreturn void child_become_watchdog(const struct child_fds *fds)
{
	char name[] = "idle-watchdog";
	char *const arguments[] = {name, NULL};
	char *const environment[] = {NULL};

	(void)setsid();
	raise_limits();
	clear_exec_context();
	int r = arrange_fds(fds);
	if (r < 0) {
		child_report(fds->greeting, "cannot arrange its descriptors", -r);
		_exit(EXIT_NOT_RUN);
	}
	reset_signals();
	(void)execve(WATCHDOG_PATH, arguments, environment);
	child_report(GREETING_FD, "cannot run " WATCHDOG_PATH, errno);
	_exit(EXIT_NOT_RUN);
}

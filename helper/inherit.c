/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/inherit.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/lifeline.h"
#include "helper/cgroup.h"

/* Plenty for a process that opens one file at a time. */
#define DESCRIPTORS_MAX 64

static void reset_signals(void)
{
	sigset_t none;

	/*
	 * None is ignored when this runs (pam_idletimeout/child.c), and there are no handlers after execve(2). Children of
	 * deliver.h are not waited for; a reader that went is told by the write's error.
	 */
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	/*
	 * A stopping unit, and in the end the shutdown, sends it to everybody at once (systemd.kill(5)): the leader closes its session
	 * then, and a watchdog that is gone before would be a loss, on record as tampering. It ends with its leader anyway.
	 */
	(void)signal(SIGTERM, SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void reset_limits(void)
{
	static const int limits[] = {RLIMIT_AS,    RLIMIT_CPU,   RLIMIT_DATA,   RLIMIT_FSIZE,      RLIMIT_MEMLOCK,
	                             RLIMIT_NPROC, RLIMIT_STACK, RLIMIT_RTTIME, RLIMIT_SIGPENDING};
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
	const struct rlimit few = {DESCRIPTORS_MAX, DESCRIPTORS_MAX};
	const struct rlimit no_core = {0, 0};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		(void)setrlimit((__rlimit_resource_t)limits[i], &none);
	(void)setrlimit(RLIMIT_NOFILE, &few);
	(void)setrlimit(RLIMIT_CORE, &no_core);
}

static void reset_priority(void)
{
	const struct sched_param none = {0};

	(void)sched_setscheduler(0, SCHED_OTHER, &none);
	(void)setpriority(PRIO_PROCESS, 0, 0);
}

/*
 * The session ends with its watchdog, which frees next to nothing: it is as safe from the OOM killer as sshd makes itself
 * (port-linux.c, oom_adjust_setup). Without the right to that, ordinary, whatever the host was.
 */
static void reset_oom_score(void)
{
	static const char safe[] = "-1000", ordinary[] = "0";
	autoclose int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, safe, sizeof safe - 1) > 0)
		return;
	if (write(fd, ordinary, sizeof ordinary - 1) < 0)
		return;
}

void inherit_undo(void)
{
	(void)close_range(FIRST_FREE_FD, ~0U, 0);
	reset_signals();
	(void)umask(077);
	if (chdir("/") < 0)
		return;
	reset_limits();
	reset_priority();
	reset_oom_score();
	/* Where it cannot, it stays where the stack's order has put it; the manual says which order to choose. */
	(void)cgroup_leave_unit();
	(void)clearenv();
	/* One tick of slack is nothing beside a second of promise and lets the kernel share wake-ups. */
	(void)prctl(PR_SET_TIMERSLACK, 1000UL * 1000UL, 0, 0, 0);
}

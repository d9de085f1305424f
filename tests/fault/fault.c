/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/fault/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Not through its own wrapper. */
int __real_open(const char *path, int flags, ...);

static struct fault_plan *plan;

static __attribute__((constructor)) void map_plan(void)
{
	int fd = __real_open(FAULT_PLAN_FILE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return;
	void *memory = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (memory == MAP_FAILED)
		return;
	plan = memory;
	/* The first: another may be started to report the loss of it. */
	pid_t none = 0;
	if (FAULT_PROGRAM == FAULT_IN_WATCHDOG)
		(void)atomic_compare_exchange_strong(&plan->watchdog, &none, getpid());
}

/* A module is unloaded with each PAM handle. */
static __attribute__((destructor)) void unmap_plan(void)
{
	if (plan != NULL)
		(void)munmap(plan, sizeof *plan);
	plan = NULL;
}

static bool is_in_scope(void)
{
	pid_t parent = FAULT_PROGRAM == FAULT_IN_WATCHDOG ? atomic_load(&plan->watchdog) : plan->host;

	return (getpid() == parent) == (plan->scope == FAULT_IN_PARENT);
}

static bool is_of_kind(unsigned can)
{
	switch (plan->kind) {
	case FAULT_TABLE_FULL:
		return (can & CALL_MAKES_FD) != 0;
	case FAULT_INTERRUPTED:
		return (can & CALL_WAITS) != 0;
	default:
		return true;
	}
}

static bool strike(const char *name, int error)
{
	(void)strncpy(plan->struck, name, sizeof plan->struck - 1);
	if (plan->kind == FAULT_DEATH || plan->kind == FAULT_PAUSE) {
		(void)raise(plan->kind == FAULT_DEATH ? SIGKILL : SIGSTOP);
		return false;
	}
	errno = plan->kind == FAULT_TABLE_FULL ? ENFILE : plan->kind == FAULT_INTERRUPTED ? EINTR : error;
	return true;
}

bool fault_strikes(const char *name, unsigned can, int error)
{
	if (plan == NULL || plan->program != FAULT_PROGRAM || !is_of_kind(can) || !is_in_scope())
		return false;
	/* In one step: a process and its child call at the same time. */
	return atomic_fetch_add(&plan->calls, 1) + 1 == plan->strike_at && strike(name, error);
}

void fault_log(const char *what, const char *line)
{
	size_t what_length = strlen(what), length = strlen(line);

	if (plan == NULL)
		return;
	size_t at = atomic_fetch_add(&plan->logged, (unsigned)(what_length + length + 1));
	if (at + what_length + length + 1 >= sizeof plan->log)
		return;
	memcpy(plan->log + at, what, what_length);
	memcpy(plan->log + at + what_length, line, length);
	plan->log[at + what_length + length] = '\n';
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/members.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "common/process.h"
#include "common/session.h"
#include "common/text.h"
#include "helper/children.h"

/* Room for the beginning of /proc/PID/status, where state and uid stand. */
#define STATUS_SIZE 4096

/* What one read of /proc gives: glibc's buffer of 32 KiB holds little more. */
#define PIDS_MAX 1024

/* A pass takes a millisecond for each hundred processes of the machine. */
#define KILL_TIME_NS (100 * NS_PER_MS)
#define EMPTY_PASSES 8

struct signalling {
	int32_t leader;
	int pidfd; /* the leader's */
	int signal;
	int count;
};

/*
 * The pidfd is opened first and the parent read after, so that a pid used anew in between is not taken for the child. The leader is
 * looked at last: its number, too, is somebody else's once it has been waited for (kill(2), a zombie can be signalled).
 */
static void signal_child(int32_t child, void *context)
{
	struct signalling *signalling = context;
	struct procstat stat;
	autoclose int pidfd = (int)syscall(SYS_pidfd_open, child, 0);

	if (pidfd < 0 || process_read_stat(child, &stat) < 0 || stat.parent != signalling->leader ||
	    process_signal(signalling->pidfd, 0) < 0)
		return;
	if (process_signal(pidfd, signalling->signal) == 0)
		signalling->count++;
}

int members_signal_children(int32_t leader, int pidfd, int signal)
{
	struct signalling signalling = {.leader = leader, .pidfd = pidfd, .signal = signal};

	children_visit(leader, signal_child, &signalling);
	return signalling.count;
}

/*
 * Whether it is alive and not of this one's own user. That is not told by the owner of /proc/PID, which is root for a process
 * that must not be dumped, as watchdogs are. One file tells both: who forks all the time does not wait for a second.
 */
static bool is_foreign_and_alive(int32_t pid)
{
	char status[STATUS_SIZE];
	uint32_t uid;
	int length = process_read_file(pid, "status", status, sizeof status);

	/* Supplementary groups can make it long; they come later. */
	if (length == -EMSGSIZE)
		status[sizeof status - 1] = '\0';
	else if (length <= 0)
		return false;
	if (procstat_parse_uid(status, &uid) < 0)
		return false;
	/* Line breaks in the name, the first line, are escaped. */
	return uid != getuid() && strstr(status, "\nState:\tZ") == NULL && strstr(status, "\nState:\tX") == NULL;
}

/* Again: the pidfd first, then whether what it holds is meant. */
static int signal_member(int32_t pid, uint32_t audit_session, int signal)
{
	uint32_t session;
	autoclose int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (pidfd < 0 || process_audit_session(pid, &session) < 0 || session != audit_session || !is_foreign_and_alive(pid))
		return 0;
	return process_signal(pidfd, signal) == 0;
}

/* The next numbers in /proc, in no more than a snapshot's time; 0 at the end. */
static size_t next_pids(DIR *proc, int32_t pids[PIDS_MAX])
{
	const struct dirent *entry;
	size_t count = 0;

	while (count < PIDS_MAX && (entry = readdir(proc)) != NULL) {
		uint64_t pid;
		if (text_parse_unsigned(entry->d_name, INT32_MAX, &pid) == 0)
			pids[count++] = (int32_t)pid;
	}
	return count;
}

int members_signal_session(uint32_t audit_session, int32_t spared, int signal)
{
	int32_t pids[PIDS_MAX];
	int count = 0;

	if (audit_session == AUDIT_UNSET)
		return -EINVAL;
	autoclosedir DIR *proc = opendir("/proc");
	if (proc == NULL)
		return -errno;
	for (size_t left; (left = next_pids(proc, pids)) > 0;) {
		/* The youngest first: one that forks and ends all the time is gone when its turn comes late. */
		while (left-- > 0) {
			if (pids[left] != getpid() && pids[left] != spared)
				count += signal_member(pids[left], audit_session, signal);
		}
	}
	return count;
}

int members_kill_session(uint32_t audit_session, int32_t spared)
{
	int64_t end = clock_boot_ns() + KILL_TIME_NS;
	unsigned empty = 0;

	do {
		int found = members_signal_session(audit_session, spared, SIGKILL);
		if (found < 0)
			return found;
		empty = found == 0 ? empty + 1 : 0;
	} while (empty < EMPTY_PASSES && clock_boot_ns() < end);
	return empty < EMPTY_PASSES;
}

bool members_has_session(uint32_t audit_session, int32_t spared)
{
	for (unsigned pass = 0; pass < EMPTY_PASSES; pass++) {
		if (members_signal_session(audit_session, spared, 0) > 0)
			return true;
	}
	return false;
}

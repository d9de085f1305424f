/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who a process is: its pid together with its start time, held as a pidfd.
 *
 * A pid alone names a different process sooner or later. Nothing in this project signals, trusts or removes
 * anything because of a number: a pidfd is opened first and the start time compared after, so that what the fd
 * holds is what was meant.
 */
#ifndef IDLETIMEOUT_COMMON_PROCESS_H
#define IDLETIMEOUT_COMMON_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/procstat.h"

struct process_id {
	int32_t pid;
	uint64_t start_time; /* clock ticks since boot */
};

/*
 * The identity of the calling process. -EXDEV when it is in a pid namespace of its own but /proc is not: every number would
 * name somebody else.
 */
int process_self(struct process_id *ret_id);

/* Reads /proc/PID/stat; -ESRCH when there is no such process, or none that can be seen. */
int process_read_stat(int32_t pid, struct procstat *ret_stat);

/*
 * Reads the file /proc/PID/NAME into `data` of `size` bytes and terminates it; returns the length. -ENOENT
 * or -ESRCH when the process is gone (-ENOENT also when the kernel has no such file), -EMSGSIZE when it does not fit: its
 * first `size` bytes are in `data` then.
 */
int process_read_file(int32_t pid, const char *name, char *data, size_t size);

/*
 * The same for a file that may be longer: of one of `size` - 1 bytes or more it reads the end, at least (`size` - 1) / 2
 * bytes. It reads the file through for that: files of /proc do not know where they end.
 */
int process_read_end(int32_t pid, const char *name, char *data, size_t size);

/* Opens a pidfd (close-on-exec, caller closes) for exactly this process; -ESRCH when it is gone or the pid is another's. */
int process_open(const struct process_id *id);

/* Whether exactly this process still runs; a zombie does not. */
bool process_is_alive(const struct process_id *id);

/* pidfd_send_signal(2): 0 or -errno; -ESRCH when the process is gone. */
int process_signal(int pidfd, int signal);

/*
 * The audit session id and login uid of a process; UINT32_MAX means unset (credentials as audit knows them,
 * /proc/PID/sessionid and loginuid). -ESRCH or -ENOENT when it is gone or the kernel has no audit.
 */
int process_audit_session(int32_t pid, uint32_t *ret_session);
int process_login_uid(int32_t pid, uint32_t *ret_uid);

#endif

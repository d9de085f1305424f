/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading what the kernel writes about a process: /proc/PID/stat, .../children, device numbers of terminals.
 *
 * Pure. Everything here may hold a name chosen by an attacker ("foo) R 1", newlines): the name of a process ends at
 * the last ')' of the line, because no later field can hold one (proc_pid_stat(5)).
 */
#ifndef IDLETIMEOUT_COMMON_PROCSTAT_H
#define IDLETIMEOUT_COMMON_PROCSTAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

/* Room for one line of /proc/PID/stat: 52 numbers of at most 21 bytes and a name of at most 64. */
#define PROCSTAT_SIZE 2048

/* Room for the name that a process gives itself (prctl(2), PR_SET_NAME), with its terminator. */
#define PROCSTAT_NAME_SIZE 16

struct procstat {
	int32_t pid;
	char name[PROCSTAT_NAME_SIZE]; /* as it is, of any bytes; of a kernel thread with a longer one its start */
	char state;                    /* R, S, D, Z, T .. */
	int32_t parent;                /* pid */
	int32_t session;               /* of setsid(2): the pid that began it; 0: one that cannot be seen */
	uint32_t tty;                  /* device number of the controlling terminal, 0 for none */
	uint64_t cpu_ticks;            /* clock ticks used by its threads, those that ended as well */
	uint64_t waited_ticks;         /* used by children that it has waited for, and by those that these waited for */
	uint64_t start_time;           /* clock ticks since boot */
};

/* Parses the `length` bytes of a stat line; -EINVAL when it is not one, or is cut short. */
int procstat_parse(const char *line, size_t length, struct procstat *ret_stat);

/* Whether a process in this state still runs or can run again: a zombie is gone. */
bool procstat_is_alive(const struct procstat *stat);

/*
 * Takes the next pid from a list of pids separated by blanks, moving `*cursor` (terminated text) on. False at the end,
 * and at anything that is not a pid.
 */
bool procstat_next_pid(const char **cursor, int32_t *ret_pid);

/* Adds up clock ticks; a sum that is out of range stays at its end. */
uint64_t procstat_add_ticks(uint64_t ticks, uint64_t more);

/* Finds the real uid in the terminated text of /proc/PID/status (proc_pid_status(5)); -EINVAL when it is not there. */
int procstat_parse_uid(const char *status, uint32_t *ret_uid);

/*
 * Finds in the same text, or in the end of it, how often the process gave up the CPU to wait for something; -EINVAL when
 * it is not there. The kernel tells it of the first thread alone (fs/proc/array.c, task_context_switch_counts).
 */
int procstat_parse_switches(const char *status, uint64_t *ret_switches);

/* The parts of a device number as stat encodes it (proc_pid_stat(5), tty_nr). */
uint32_t tty_major(uint32_t tty);
uint32_t tty_minor(uint32_t tty);

/*
 * Appends the name below /dev of a pseudo-terminal, virtual console or serial line: "pts/3", "tty1", "ttyS0". Device
 * numbers from the kernel's Documentation/admin-guide/devices.txt. False, with nothing appended, for any other device.
 */
bool tty_add_name(uint32_t tty, struct text *text);

#endif

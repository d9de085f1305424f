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

struct procstat {
	int32_t pid;
	char state;          /* R, S, D, Z, T .. */
	int32_t parent;      /* pid */
	uint32_t tty;        /* device number of the controlling terminal, 0 for none */
	uint64_t start_time; /* clock ticks since boot */
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

/* Finds the real uid in the terminated text of /proc/PID/status (proc_pid_status(5)); -EINVAL when it is not there. */
int procstat_parse_uid(const char *status, uint32_t *ret_uid);

/* The parts of a device number as stat encodes it (proc_pid_stat(5), tty_nr). */
uint32_t tty_major(uint32_t tty);
uint32_t tty_minor(uint32_t tty);

/*
 * Appends the name below /dev of a pseudo-terminal, virtual console or serial line: "pts/3", "tty1", "ttyS0". Device
 * numbers from the kernel's Documentation/admin-guide/devices.txt. False, with nothing appended, for any other device.
 */
bool tty_add_name(uint32_t tty, struct text *text);

#endif

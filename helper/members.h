/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The members of a session: the descendants of its leader, and the terminals they sit on.
 *
 * sshd opens the PAM session before any pseudo-terminal exists, and one connection may grow many, so they are looked for
 * anew at each wake-up, in /proc alone: utmp is not written everywhere. The walk goes down to the first process that has a terminal;
 * what hangs below it (screen, script, sudo) is reached through that terminal.
 */
#ifndef IDLETIMEOUT_HELPER_MEMBERS_H
#define IDLETIMEOUT_HELPER_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* sshd allows ten sessions on a connection unless told otherwise (sshd_config(5), MaxSessions). */
#define MEMBERS_TERMINALS_MAX 64

struct terminal_set {
	uint32_t device[MEMBERS_TERMINALS_MAX]; /* device numbers as in /proc/PID/stat */
	size_t count;
};

/* Adds a device unless it is there already or the set is full. */
void terminal_set_add(struct terminal_set *set, uint32_t device);

/* Collects the controlling terminals of the leader and its descendants. */
void members_find_terminals(int32_t leader, struct terminal_set *ret_set);

/* Sends `signal` to every direct child of the leader that is one at this moment. Returns how many were signalled. */
int members_signal_children(int32_t leader, int signal);

/*
 * Sends `signal` to every process of the audit session but this one, processes of this one's own user (watchdogs of sessions nested in
 * this one), and `spared` (the leader; 0 for none). Returns how many were signalled; -EINVAL when the session id is unset.
 */
int members_signal_session(uint32_t audit_session, int32_t spared, int signal);

#endif

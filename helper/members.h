/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The members of a session: the descendants of its leader, the terminals they sit on, and the work they do.
 *
 * sshd opens the PAM session before any pseudo-terminal exists, and one connection may grow many, so they are looked for
 * anew at each wake-up, in /proc alone: utmp is not written everywhere. The walk goes down to the first process that has a terminal;
 * what hangs below it (screen, script, sudo) is reached through that terminal.
 *
 * A relay moves what comes over the connection, keepalives too, and is no work of the user's: the leader, and sshd's process on
 * the user's side (sshd or sshd-session). OpenSSH before 9.8 has none for root: there the leader serves the user itself.
 * What a relay has waited for counts all the same: a command that came and went between two looks did its work.
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
	/* When the first process found on it began, clock ticks since boot: another one, another terminal. 0: none was found. */
	uint64_t since[MEMBERS_TERMINALS_MAX];
	size_t count;
};

/* Adds a device unless it is there already or the set is full. */
void terminal_set_add(struct terminal_set *set, uint32_t device, uint64_t since);

struct members {
	struct terminal_set terminals; /* controlling terminals of the leader and its descendants */
	uint64_t cpu_ticks; /* clock ticks used by those counted and by what they and the relays have waited for */
	uint64_t switches;  /* how often those counted gave up the CPU to wait (procstat_parse_switches) */
	size_t count;       /* how many live ones were counted: without a terminal, and no relay */
};

/*
 * Looks at the leader and its descendants, in one walk. With `is_everything` those that have a terminal, and all below them,
 * are counted too. A process that leaves takes its numbers along unless a member waits for it: sums may fall. They do not rise
 * without work, except by that of a process with a terminal when a relay has waited for its end.
 */
void members_survey(int32_t leader, bool is_everything, struct members *ret_members);

/*
 * Sends `signal` to every direct child of the leader that is one at this moment. Returns how many were signalled. `pidfd` is the
 * leader's: while it has not been waited for nobody else can have its number.
 */
int members_signal_children(int32_t leader, int pidfd, int signal);

/*
 * Sends `signal` to every process of the audit session but this one, processes of this one's own user (watchdogs of sessions nested in
 * this one), and `spared` (the leader; 0 for none). Returns how many were signalled; -EINVAL when the session id is unset.
 */
int members_signal_session(uint32_t audit_session, int32_t spared, int signal);

/*
 * Sends SIGKILL likewise until nobody is found any more, for a tenth of a second at the most. A process that forks and ends
 * all the time is found by chance only: nobody is there when several passes in a row find nobody. Returns 0 then, 1 when
 * somebody still was; -EINVAL when the session id is unset.
 */
int members_kill_session(uint32_t audit_session, int32_t spared);

/* Whether anybody of the session is there but those whom a sweep spares; looks as often. */
bool members_has_session(uint32_t audit_session, int32_t spared);

#endif

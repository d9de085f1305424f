/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sessions that are watched now, as far as the caller may know of them.
 *
 * Each is asked about at its watchdog; where none answers, the record file speaks (readable by root). A list is the
 * caller's and released by sessions_free().
 */
#ifndef IDLETIMEOUT_CTL_SESSIONS_H
#define IDLETIMEOUT_CTL_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/session.h"
#include "common/status.h"

struct watched {
	struct session session;
	struct policy policy;
	struct status status; /* all unknown unless answered */
	bool answered;        /* by the watchdog; else session and policy are those of the record */
	/*
	 * 0, or why nothing of the above is known. -ENOENT: the session is over; -EACCES: another user's; -EBADMSG: its
	 * record cannot be understood; -ETIMEDOUT: its watchdog is silent and its record not for this caller.
	 */
	int error;
};

struct session_list {
	struct watched *items; /* all known: without error */
	size_t count;
	size_t damaged; /* records that could be opened and not be understood */
};

/*
 * Lists the sessions, in the order of their ids; none when none was ever armed. Files of a session whose leader is
 * gone are removed where the caller may. 0 or -errno; -EACCES when the caller may not even look.
 */
int sessions_collect(struct session_list *ret_list);

/*
 * Looks up the sessions of `count` ids in RUN_DIR, opened as `rundir`, each into the item of the same place. 0, or
 * -errno when nobody could be asked.
 */
int sessions_look_up(int rundir, const char (*ids)[SESSION_ID_SIZE], size_t count, struct watched *ret_items);

/* Reads the answer of the watchdog of session `id`, `length` bytes; false, and `ret_item` unspecified, if it is none. */
bool sessions_read_answer(const char *id, const char *answer, size_t length, struct watched *ret_item);

void sessions_free(struct session_list *list);

#define autofree_sessions __attribute__((cleanup(sessions_free)))

#endif

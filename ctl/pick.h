/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sessions that a person picked on the command line, each by its id or the beginning of it.
 *
 * A pick is the caller's and released by pick_free(); the words in it are those of argv. Whatever is wrong with
 * a word has been told on stderr.
 */
#ifndef IDLETIMEOUT_CTL_PICK_H
#define IDLETIMEOUT_CTL_PICK_H

#include <stddef.h>

#include "common/session.h"
#include "ctl/command.h"

struct pick {
	const char **typed;
	char (*ids)[SESSION_ID_SIZE]; /* after pick_find() */
	size_t count;
};

/* Starts an empty pick with room for as many words; -ENOMEM. */
int pick_init(struct pick *pick, size_t room);

/* Takes a word that was typed for a session; -EINVAL when no id looks like that. */
int pick_add(struct pick *pick, const struct command *command, const char *word);

/*
 * Finds the ids in RUN_DIR, opened as `rundir` or -ENOENT, and keeps those words that are one session. 1 when others
 * are not; -errno, told on stderr, when RUN_DIR cannot be read.
 */
int pick_find(struct pick *pick, int rundir);

/* Keeps each session once, however often and in whatever words it was picked. */
void pick_once(struct pick *pick);

/* Tells why nothing is known of a session that was found: `error` of sessions.h. Returns -EACCES for that, else 1. */
int pick_tell_unknown(const char *id, int error);

void pick_free(struct pick *pick);

#endif

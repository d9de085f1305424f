/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ids that stand in RUN_DIR: those of all sessions that left a record or a socket there, whoever's they are.
 *
 * A list is the caller's and released by ids_free().
 */
#ifndef IDLETIMEOUT_CTL_IDS_H
#define IDLETIMEOUT_CTL_IDS_H

#include <stddef.h>

#include "common/session.h"

struct id_list {
	char (*ids)[SESSION_ID_SIZE]; /* sorted, each once */
	size_t count, room;
};

/* Reads the ids of the directory `rundir`; 0 or -errno. */
int ids_read(int rundir, struct id_list *ret_list);

void ids_free(struct id_list *list);

#define autofree_ids __attribute__((cleanup(ids_free)))

#endif

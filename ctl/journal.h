/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The history as the journal has it: what journalctl(1) prints of the lines of authpriv.
 *
 * Any user can write any line to the journal. Who did is known from the socket (_UID), and that alone: what journald
 * looks up of a process may be another's by then. So lines count that root or the watchdogs' account wrote.
 */
#ifndef IDLETIMEOUT_CTL_JOURNAL_H
#define IDLETIMEOUT_CTL_JOURNAL_H

#include "ctl/history.h"

/*
 * Reads the journal into the history. `ret_entries`: how many entries there were, of ours or not. -ENOENT: no journalctl
 * here; another -errno.
 */
int journal_read(struct history *history, size_t *ret_entries);

#endif

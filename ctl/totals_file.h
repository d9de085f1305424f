/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the watchdogs have counted, as the command reads it: RUN_DIR/totals (common/totals.h).
 */
#ifndef IDLETIMEOUT_CTL_TOTALS_FILE_H
#define IDLETIMEOUT_CTL_TOTALS_FILE_H

#include "common/totals.h"

/*
 * Reads the totals; all are zero when nothing was counted since the machine started. -EACCES: not for this caller;
 * -EBADMSG: they cannot be understood; or another -errno.
 */
int totals_file_read(struct totals *ret_totals);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether the watchdog's program can be trusted with a login.
 *
 * Checked before anything is started, so that a missing or tampered file is one clear line in the log and not a
 * child that fails for no visible reason.
 */
#ifndef IDLETIMEOUT_COMMON_WATCHDOG_FILE_H
#define IDLETIMEOUT_COMMON_WATCHDOG_FILE_H

#include "common/text.h"

/*
 * 0 when `path` is a regular, executable file that only root can write to. The owner may also be the effective
 * uid of the caller: that is root in every login, and somebody else only in a test. Else -errno and the reason,
 * with the path.
 */
int watchdog_file_check(const char *path, struct text *why);

#endif

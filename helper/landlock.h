/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Confining the watchdog's view of the file system with Landlock (landlock(7)).
 *
 * Terminals to write to, /proc to read, its own names under RUN_DIR to remove: nothing else can be opened or
 * changed from then on, whatever capability the process holds.
 */
#ifndef IDLETIMEOUT_HELPER_LANDLOCK_H
#define IDLETIMEOUT_HELPER_LANDLOCK_H

/*
 * Confines this process for good. `login_tty` is the terminal the login service named, without /dev/, or "".
 * Sets no_new_privs. 0; -EOPNOTSUPP when the kernel has no Landlock; else -errno, and nothing is confined.
 */
int landlock_confine(const char *login_tty);

#endif

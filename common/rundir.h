/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The names under RUN_DIR: the record RUN_DIR/ID and the control socket RUN_DIR/ID.sock of each session, and what is
 * counted over all of them (common/totals.h).
 *
 * The directory belongs to the watchdog's account, so that a watchdog without privilege can remove what is its own.
 */
#ifndef IDLETIMEOUT_COMMON_RUNDIR_H
#define IDLETIMEOUT_COMMON_RUNDIR_H

#include <sys/un.h>

#include "common/session.h"

#define RUNDIR_SOCKET_SUFFIX ".sock"
#define RUNDIR_NAME_SIZE (SESSION_ID_SIZE + sizeof RUNDIR_SOCKET_SUFFIX)

/* Opens RUN_DIR (caller closes); -ENOENT when no session was ever armed, -ENOTDIR when it is no directory. */
int rundir_open(void);

/* The name of a session's control socket within RUN_DIR. */
void rundir_socket_name(const char *id, char ret_name[RUNDIR_NAME_SIZE]);

/* The address of that socket; -ENAMETOOLONG when RUN_DIR is too long for one. */
int rundir_socket_address(const char *id, struct sockaddr_un *ret_address);

#endif

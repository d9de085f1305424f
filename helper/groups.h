/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Answering, on behalf of the module, which groups a user is in (LIFELINE_GROUPS).
 *
 * The name service may hang, and the module must not: so it is asked here, in a process that the module kills when
 * its patience ends, and that has the account's identity and no privilege at all.
 */
#ifndef IDLETIMEOUT_HELPER_GROUPS_H
#define IDLETIMEOUT_HELPER_GROUPS_H

/* Answers about each group whose name comes over the lifeline, until its end. */
void groups_serve(const char *user);

#endif

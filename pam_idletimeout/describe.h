/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A session and its policy in the words of the log: "alice (sshd, from 10.0.0.9)", "idle 15m, max 12h".
 *
 * Pure. Names come from outside and are made safe to print.
 */
#ifndef IDLETIMEOUT_MODULE_DESCRIBE_H
#define IDLETIMEOUT_MODULE_DESCRIBE_H

#include "common/session.h"
#include "common/text.h"

/* Room for either description: every name at its longest. */
#define DESCRIBE_SIZE 768

void describe_session(const struct session *session, struct text *text);

/* A line of the rules file: "/etc/security/idletimeout.conf:12". */
void describe_place(const struct policy *policy, uint32_t line, struct text *text);

/* The limits in force, and that they are only rehearsed if so. */
void describe_limits(const struct policy *policy, struct text *text);

#endif

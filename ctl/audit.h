/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The audit record of an order that a watchdog obeyed, from the process of the administrator who gave it.
 *
 * The watchdog writes one too, whoever asked it and whatever becomes of this command; but in that the kernel names the
 * user of the session. In this one its own fields auid= and ses= are the administrator's.
 */
#ifndef IDLETIMEOUT_CTL_AUDIT_H
#define IDLETIMEOUT_CTL_AUDIT_H

#include "common/order.h"
#include "ctl/sessions.h"

/* Room for the text of any such record. */
#define AUDIT_TEXT_SIZE 1024

/* "op=idletimeout:extend ACCT extend=1800 oauid=1000 oses=7 opid=17"; `acct` is the encoded "acct=.." field. -ENOSPC. */
int audit_order_text(const struct order *order, const struct session *session, const char *acct, struct text *text);

/*
 * Sends the record, if the session's policy wants any. 0: sent or not wanted; -ENOENT: there is no audit system here; else
 * -errno.
 */
int audit_order(const struct order *order, const struct watched *item);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Giving one order to the watchdogs of the sessions that a person picked, and telling what became of it.
 *
 * Whether the caller may is for each watchdog to say, who has the kernel's word for it. The pick stays the caller's.
 */
#ifndef IDLETIMEOUT_CTL_GIVE_H
#define IDLETIMEOUT_CTL_GIVE_H

#include "common/order.h"
#include "ctl/pick.h"
#include "ctl/sessions.h"

/* Appends what is to be said on stdout of a session whose watchdog obeyed; `item` is how things stand now. */
typedef void success_writer(const struct watched *item, struct text *text);

/*
 * Finds the sessions and gives the order to each, once. 0; 1 when one of them was not found, is over, or its watchdog does
 * not answer or refuses; -EACCES when one is not for this caller to command. All of that has been told.
 */
int give_order(struct pick *sessions, const struct order *order, success_writer *write);

#endif

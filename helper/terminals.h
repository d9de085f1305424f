/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The session's terminals as they are now: their names, the latest input and output their stamps allow, and a line
 * written to them.
 *
 * Effects only; what a stamp means is in tty_clock.h. A terminal is known by its device number; a name is used only
 * while the device behind it has that number.
 */
#ifndef IDLETIMEOUT_HELPER_TERMINALS_H
#define IDLETIMEOUT_HELPER_TERMINALS_H

#include <stddef.h>
#include <stdint.h>

#include "common/text.h"
#include "helper/members.h"
#include "helper/observer.h"
#include "helper/tty_clock.h"

struct terminals {
	const char *login_tty; /* PAM_TTY without /dev/; the caller keeps it; may be empty */
	size_t count;
	struct tty_clock clocks[MEMBERS_TERMINALS_MAX]; /* `count` of them have a meaning */
};

/* Starts with no terminal. */
void terminals_init(struct terminals *terminals, const char *login_tty);

/* Makes `set` the session's terminals and takes their stamps as of `look`. */
struct terminals_reading terminals_sample(struct terminals *terminals, const struct terminal_set *set,
                                          const struct tty_look *look);

/* The device of PAM_TTY as a number like those of /proc/PID/stat; 0 when it names none. */
uint32_t terminals_login_device(const struct terminals *terminals);

/* Appends their names, "pts/3,pts/5". Ends in ".." when the text is too small for all. */
void terminals_add_names(const struct terminals *terminals, struct text *text);

/*
 * Writes `message` to each, as far as each takes it without waiting: a stopped, full or exclusive terminal gets less
 * or nothing. Returns how many took all of it.
 */
size_t terminals_write(const struct terminals *terminals, const char *message);

#endif

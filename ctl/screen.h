/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A screen to draw on: a terminal that curses can drive or, where the cursor cannot be moved (TERM=dumb, or a kind that nobody
 * knows), one that gets page after page.
 *
 * The screen is one for the whole process, as curses is; screen_close() gives the terminal back as it was found.
 */
#ifndef IDLETIMEOUT_CTL_SCREEN_H
#define IDLETIMEOUT_CTL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctl/top_model.h"

enum screen_event {
	SCREEN_NOTHING, /* the time is over, or a part of it */
	SCREEN_RESIZED,
	SCREEN_REFRESH, /* asked for by a key */
	SCREEN_LEAVE    /* asked for by a key, or the terminal is gone */
};

/* What drives a terminal. */
struct screen_type {
	/* 0, or -ENOTSUP: not this terminal; or another -errno. */
	int (*open)(void);
	void (*size)(size_t *ret_width, size_t *ret_height);
	/* A page is begun, its lines come from the first to the last, and it is shown as a whole. */
	void (*begin)(void);
	void (*line)(size_t line, const char *text, enum top_tone tone);
	void (*show)(void);
	enum screen_event (*wait)(int timeout_ms);
	void (*close)(void);
};

extern const struct screen_type screen_curses, screen_plain;

/* The one for standard input and output, opened; NULL, and `*ret_error`, when neither can be. */
const struct screen_type *screen_open(int *ret_error);

#endif

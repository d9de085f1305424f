/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What idletimeout top shows: which line of the screen says what, in how many characters.
 *
 * Pure. A page borrows the list that it was laid out for. Lines are printable ASCII and exactly as wide as is said here,
 * whatever a session is called.
 */
#ifndef IDLETIMEOUT_CTL_TOP_MODEL_H
#define IDLETIMEOUT_CTL_TOP_MODEL_H

#include <stddef.h>

#include "common/text.h"
#include "ctl/sessions.h"

#define TOP_COLUMNS 9

/* Wider terminals stay empty at their right. */
#define TOP_WIDTH_MAX 240

/* How a line is to stand out; each says so in words as well, for terminals without colour. */
enum top_tone {
	TOP_PLAIN,
	TOP_TITLE,
	TOP_SOON,   /* warned, or less than five minutes left */
	TOP_URGENT, /* being closed, or less than a minute left */
	TOP_LOST    /* nobody answers for the session */
};

struct top_page {
	const struct session_list *list; /* sorted, as by list_sort() */
	uint32_t interval_s;
	size_t width, height;
	size_t columns[TOP_COLUMNS]; /* widths; 0: not shown */
};

/* Lays out `list` for a screen of so many characters a line and lines. */
void top_lay_out(const struct session_list *list, uint32_t interval_s, size_t width, size_t height,
                 struct top_page *ret_page);

/* How many lines the page has, at most its height. */
size_t top_lines(const struct top_page *page);

/* Appends one line of the page, at most its width, and tells how it is to stand out. */
enum top_tone top_add_line(const struct top_page *page, size_t line, struct text *text);

/*
 * How much of `width` characters is filled of the bar of a session: the part that has passed of the limit that comes
 * first. All of it only when nothing is left. -1: there is no such limit, or it is not known.
 */
int top_filled(const struct watched *item, size_t width);

#endif

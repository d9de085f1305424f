/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The lines of a log, one after the other, whatever stands in the file.
 *
 * The line belongs to lines_read(), and is the taker's to cut up until it returns.
 */
#ifndef IDLETIMEOUT_CTL_LINES_H
#define IDLETIMEOUT_CTL_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* An audit record has at most 8970 bytes (MAX_AUDIT_MESSAGE_LENGTH), and what auditd adds to it. */
#define LINE_SIZE 16384

/*
 * Takes a line without its line feed, terminated; its NUL bytes have become '?'. `cut`: it was longer than what is
 * handed over.
 */
typedef void line_taker(void *context, char *line, size_t length, bool cut);

/* Reads all lines, with the last one if it is not ended; 0 or -errno. */
int lines_read(FILE *from, line_taker *take, void *context);

#endif

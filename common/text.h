/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bounded text: a builder that never writes past its buffer, and the rules that make foreign strings safe.
 *
 * Pure. The caller owns every buffer. A builder that ran out of room stays terminated and remembers that
 * it was cut, so that one check at the end is enough.
 */
#ifndef IDLETIMEOUT_COMMON_TEXT_H
#define IDLETIMEOUT_COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *data;  /* caller's buffer, always terminated */
	size_t size; /* bytes in data, with the terminator */
	size_t used; /* bytes written, without the terminator */
	bool cut;    /* something did not fit */
};

/* Starts an empty text in `data` of `size` bytes (at least 1). */
void text_init(struct text *text, char *data, size_t size);

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_add_char(struct text *text, char c);
void text_add_unsigned(struct text *text, uint64_t number);
void text_add_signed(struct text *text, int64_t number);
/* Two digits at least: 7 is written 07. */
void text_add_two_digits(struct text *text, uint64_t number);

/* As text_add, with every byte that is not printable ASCII written as '?'. For logs and messages. */
void text_add_printable(struct text *text, const char *string);

/* The same between quotes, of a long string only the beginning: 'idel=15m', 'aaaa..'. At most TEXT_QUOTED_MAX bytes. */
#define TEXT_QUOTED_MAX 68
void text_add_quoted(struct text *text, const char *string);

/* 0, or -ENOSPC when the text was cut. */
int text_result(const struct text *text);

/*
 * Copies `string` if it is made of [A-Za-z0-9._:/-] only and fits with its terminator, else "?". For fields that the
 * audit system prints unencoded, where a blank would let a name forge another field.
 */
void text_copy_token(char *data, size_t size, const char *string);

/* Copies with the terminator; -ENAMETOOLONG (and an empty `data`) if it does not fit. */
int text_copy(char *data, size_t size, const char *string);

/*
 * Reads a decimal number made of digits only, no sign, no blanks.
 * -EINVAL: not a number; -ERANGE: above `max`.
 */
int text_parse_unsigned(const char *string, uint64_t max, uint64_t *ret_number);

#endif

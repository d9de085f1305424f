/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A struct as lines of "key=value": the one notation of the session record, the lifeline and the control socket.
 *
 * Pure. A const table says which member each key stands for. Bytes of a value that are not printable ASCII, and
 * '%' itself, are written as %XX (RFC 3986, 2.1), so that a line is a line whatever a user is called.
 */
#ifndef IDLETIMEOUT_COMMON_FIELDS_H
#define IDLETIMEOUT_COMMON_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

enum field_kind {
	FIELD_STRING, /* char[size] */
	FIELD_U16,
	FIELD_I32,
	FIELD_U32,
	FIELD_U64,
	FIELD_I64
};

struct field {
	const char *key;
	enum field_kind kind;
	size_t offset; /* of the member in the struct, bytes */
	size_t size;   /* of the member, bytes */
};

#define FIELD(type, member, key, kind)                                                                                 \
	{                                                                                                              \
		key, kind, offsetof(type, member), sizeof(((type *)0)->member)                                        \
	}

/* Longest line of the notation, with its newline: a name of 256 bytes, every one escaped, fits. */
#define FIELDS_LINE_MAX 1024

/* Appends "key=" and the escaped value and a newline. */
void fields_add_string(struct text *text, const char *key, const char *value);

/* Appends every field of the struct at `base`. */
void fields_encode(const struct field *table, size_t count, const void *base, struct text *text);

/*
 * Cuts the next line off the `*length` bytes at `*cursor` into `key` and unescaped `value` (both within `line`, a buffer
 * of FIELDS_LINE_MAX bytes). 1: a line was read; 0: the end; -EINVAL: not the notation.
 */
int fields_next(const char **cursor, size_t *length, char *line, char **ret_key, char **ret_value);

/* Stores `value` in the member that `key` stands for. -ENOENT: no such key; -EINVAL: the value does not fit it. */
int fields_store(const struct field *table, size_t count, void *base, const char *key, const char *value);

#endif

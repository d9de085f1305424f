/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What fuzz targets share. A target reads any bytes and promises something about them; a promise that is broken aborts,
 * which both libFuzzer and replay.c report.
 */
#ifndef IDLETIMEOUT_TESTS_FUZZ_H
#define IDLETIMEOUT_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

#define PROMISE(condition)                                                                                             \
	do {                                                                                                           \
		if (!(condition)) {                                                                                    \
			(void)fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                 \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

/* Declares a text over a buffer of its own. */
#define TEXT(name, capacity)                                                                                           \
	char name##_data[capacity];                                                                                    \
	struct text name;                                                                                              \
	text_init(&name, name##_data, sizeof name##_data)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as a terminated string of its own (caller frees), so that a sanitizer sees a read beyond its end. */
static inline char *copy_string(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);

	PROMISE(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	copy[size] = '\0';
	return copy;
}

#endif

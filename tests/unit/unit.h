/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What unit tests of common share: cmocka with the headers it needs, and comparisons that name the failing row of a
 * table.
 */
#ifndef IDLETIMEOUT_TESTS_UNIT_H
#define IDLETIMEOUT_TESTS_UNIT_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Declares a text over a buffer of its own. */
#define TEXT(name, capacity)                                                                                           \
	char name##_data[capacity];                                                                                    \
	struct text name;                                                                                              \
	text_init(&name, name##_data, sizeof name##_data)

static inline void same_number(const char *row, int64_t actual, int64_t expected)
{
	if (actual != expected)
		fail_msg("'%s': %" PRId64 " instead of %" PRId64, row, actual, expected);
}

static inline void same_unsigned(const char *row, uint64_t actual, uint64_t expected)
{
	if (actual != expected)
		fail_msg("'%s': %" PRIu64 " instead of %" PRIu64, row, actual, expected);
}

static inline void same_string(const char *row, const char *actual, const char *expected)
{
	if (strcmp(actual, expected) != 0)
		fail_msg("'%s': '%s' instead of '%s'", row, actual, expected);
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Durations as people write them: 90, 90s, 15m, 1h30m, 2d. A plain number is seconds.
 *
 * Pure. Units (d, h, m, s) stand from large to small, each at most once, so that "30m1h" and "5m5m" are
 * refused as the typing mistakes they are.
 */
#ifndef IDLETIMEOUT_COMMON_DURATION_H
#define IDLETIMEOUT_COMMON_DURATION_H

#include <stdint.h>

#include "common/text.h"

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_US INT64_C(1000)

/* Longest duration understood, in seconds: as nanoseconds it still fits an int64_t. */
#define DURATION_MAX UINT64_C(9223372036)

/*
 * Parses `string` into seconds. Returns 0, or -EINVAL (malformed) or -ERANGE (beyond DURATION_MAX) with
 * `*ret_why` set to a constant phrase that completes "'15min' ..".
 */
int duration_parse(const char *string, uint64_t *ret_seconds, const char **ret_why);

/* Appends the shortest form: 900 is "15m", 5400 "1h30m", 0 "0s". duration_parse reads it back unchanged. */
void duration_add(struct text *text, uint64_t seconds);

/* Appends minutes and seconds always, larger units when there are any: "15m00s", "0m07s", "1h02m03s". */
void duration_add_exact(struct text *text, uint64_t seconds);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Moments as people and logs write them.
 *
 * Pure, but for the time zone: what names none is local time. All results are since the epoch.
 */
#ifndef IDLETIMEOUT_CTL_MOMENT_H
#define IDLETIMEOUT_CTL_MOMENT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads what a person typed, at the moment `now_s`: "today" or "yesterday" (its beginning); a duration with its unit, that
 * long ago: "2h", "7d"; a day: "2026-11-20"; or as moment_read_stamp(). -EINVAL, or -ERANGE when there is no such
 * day or hour, with `*ret_why` set to a constant phrase that the word can follow.
 */
int moment_parse(const char *string, int64_t now_s, int64_t *ret_seconds, const char **ret_why);

/*
 * Reads "2026-11-20 14:00", with seconds, a fraction of them (cut to milliseconds) and a zone (Z or +01:00) if they are
 * there, and with a blank or a T in the middle: the whole of RFC 3339 from 1970 on. The `length` bytes must be all
 * of it. -EINVAL; -ERANGE.
 */
int moment_read_stamp(const char *string, size_t length, int64_t *ret_ms);

/*
 * Reads "Nov 20 14:00:05" as syslog writes it, without a year: that of the latest such moment which is not more than a
 * day after `latest_s`. Bytes after it are not looked at. -EINVAL.
 */
int moment_read_syslog(const char *string, int64_t latest_s, int64_t *ret_ms);

/* As many bytes as moment_read_syslog() reads. */
#define MOMENT_SYSLOG_LENGTH 15

#endif

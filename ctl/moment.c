/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/moment.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "common/duration.h"

#define DAY_S INT64_C(86400)
#define MS_PER_S INT64_C(1000)

/* What is still to be read. */
struct scan {
	const char *at, *end;
};

static bool take(struct scan *scan, char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly `digits` digits. */
static bool take_number(struct scan *scan, size_t digits, int *ret_number)
{
	int number = 0;

	if ((size_t)(scan->end - scan->at) < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (!is_digit(scan->at[i]))
			return false;
		number = number * 10 + (scan->at[i] - '0');
	}
	scan->at += digits;
	*ret_number = number;
	return true;
}

static int days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && is_leap ? 29 : days[month - 1];
}

/* A leap second is written 60, and counted as the first of the next minute. */
static bool is_possible(const struct tm *when)
{
	int year = when->tm_year + 1900, month = when->tm_mon + 1;

	return year >= 1970 && month >= 1 && month <= 12 && when->tm_mday >= 1 &&
	       when->tm_mday <= days_of_month(year, month) && when->tm_hour <= 23 && when->tm_min <= 59 &&
	       when->tm_sec <= 60;
}

static bool take_day(struct scan *scan, struct tm *when)
{
	if (!take_number(scan, 4, &when->tm_year) || !take(scan, '-') || !take_number(scan, 2, &when->tm_mon) ||
	    !take(scan, '-') || !take_number(scan, 2, &when->tm_mday))
		return false;
	when->tm_year -= 1900;
	when->tm_mon -= 1;
	return true;
}

/* "14:00", and ":05" behind it if that is there. */
static bool take_time(struct scan *scan, struct tm *when)
{
	if (!take_number(scan, 2, &when->tm_hour) || !take(scan, ':') || !take_number(scan, 2, &when->tm_min))
		return false;
	return !take(scan, ':') || take_number(scan, 2, &when->tm_sec);
}

static bool take_fraction(struct scan *scan, int *ret_ms)
{
	int unit = 100, ms = 0;

	if (!take(scan, '.'))
		return true;
	if (scan->at == scan->end || !is_digit(*scan->at))
		return false;
	for (; scan->at < scan->end && is_digit(*scan->at); scan->at++, unit /= 10)
		ms += (*scan->at - '0') * unit;
	*ret_ms = ms;
	return true;
}

/* "Z", "+01:00" or nothing, which is local time. */
static bool take_zone(struct scan *scan, bool *ret_local, int *ret_offset_s)
{
	int hours, minutes, sign = 1;

	*ret_local = scan->at == scan->end;
	if (*ret_local || take(scan, 'Z') || take(scan, 'z'))
		return true;
	if (take(scan, '-'))
		sign = -1;
	else if (!take(scan, '+'))
		return false;
	if (!take_number(scan, 2, &hours) || !take(scan, ':') || !take_number(scan, 2, &minutes) || hours > 23 ||
	    minutes > 59)
		return false;
	*ret_offset_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

/* mktime(3) finds out itself whether it is summer. */
static int64_t local_seconds(struct tm *when)
{
	when->tm_isdst = -1;
	return (int64_t)mktime(when);
}

int moment_read_stamp(const char *string, size_t length, int64_t *ret_ms)
{
	struct scan scan = {.at = string, .end = string + length};
	struct tm when = {0};
	int ms = 0, offset_s = 0;
	bool local;

	if (!take_day(&scan, &when) || !(take(&scan, ' ') || take(&scan, 'T') || take(&scan, 't')) ||
	    !take_time(&scan, &when) || !take_fraction(&scan, &ms) || !take_zone(&scan, &local, &offset_s) ||
	    scan.at != scan.end)
		return -EINVAL;
	if (!is_possible(&when))
		return -ERANGE;
	int64_t seconds = local ? local_seconds(&when) : (int64_t)timegm(&when) - offset_s;
	*ret_ms = seconds * MS_PER_S + ms;
	return 0;
}

/* Midnight of the day of `now_s`, or of one before. */
static int64_t start_of_day(int64_t now_s, int days_before)
{
	time_t now = (time_t)now_s;
	struct tm when = {0};

	(void)localtime_r(&now, &when);
	when.tm_mday -= days_before;
	when.tm_hour = when.tm_min = when.tm_sec = 0;
	return local_seconds(&when);
}

static int read_day(const char *string, int64_t *ret_seconds)
{
	struct scan scan = {.at = string, .end = string + strlen(string)};
	struct tm when = {0};

	if (!take_day(&scan, &when) || scan.at != scan.end)
		return -EINVAL;
	if (!is_possible(&when))
		return -ERANGE;
	*ret_seconds = local_seconds(&when);
	return 0;
}

/* A number alone would be seconds, and is more likely to be a year or a day. */
static int read_ago(const char *string, int64_t now_s, int64_t *ret_seconds)
{
	const char *why;
	uint64_t ago;

	if (string[strspn(string, "0123456789")] == '\0' || duration_parse(string, &ago, &why) < 0)
		return -EINVAL;
	*ret_seconds = now_s - (int64_t)ago;
	return 0;
}

static int read_any(const char *string, int64_t now_s, int64_t *ret_seconds)
{
	int64_t ms;
	int r = read_day(string, ret_seconds);

	if (r != -EINVAL)
		return r;
	if (read_ago(string, now_s, ret_seconds) == 0)
		return 0;
	r = moment_read_stamp(string, strlen(string), &ms);
	if (r == 0)
		*ret_seconds = ms / MS_PER_S;
	return r;
}

int moment_parse(const char *string, int64_t now_s, int64_t *ret_seconds, const char **ret_why)
{
	if (strcmp(string, "today") == 0 || strcmp(string, "yesterday") == 0) {
		*ret_seconds = start_of_day(now_s, string[0] == 'y');
		return 0;
	}
	int r = read_any(string, now_s, ret_seconds);
	if (r == -ERANGE)
		*ret_why = "there is no such day or hour:";
	else if (r < 0)
		*ret_why = "not a time such as today, 2h, 2026-11-20 or '2026-11-20 14:00':";
	return r;
}

static bool take_month(struct scan *scan, struct tm *when)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (size_t month = 0; month < 12; month++) {
		if (memcmp(scan->at, names + 3 * month, 3) == 0) {
			when->tm_mon = (int)month;
			scan->at += 3;
			return true;
		}
	}
	return false;
}

static bool take_syslog_time(struct scan *scan, struct tm *when)
{
	size_t digits = 2;

	if (!take_month(scan, when) || !take(scan, ' '))
		return false;
	if (take(scan, ' '))
		digits = 1;
	return take_number(scan, digits, &when->tm_mday) && take(scan, ' ') && take_time(scan, when) &&
	       scan->at == scan->end;
}

/* The 29th of February is not in every year: up to eight may have to be tried (1896 to 1904). */
int moment_read_syslog(const char *string, int64_t latest_s, int64_t *ret_ms)
{
	time_t latest = (time_t)(latest_s + DAY_S);
	struct tm read = {0}, last = {0};

	if (strnlen(string, MOMENT_SYSLOG_LENGTH) < MOMENT_SYSLOG_LENGTH)
		return -EINVAL;
	struct scan scan = {.at = string, .end = string + MOMENT_SYSLOG_LENGTH};
	if (!take_syslog_time(&scan, &read) || localtime_r(&latest, &last) == NULL)
		return -EINVAL;
	for (int back = 0; back <= 8; back++) {
		struct tm when = read;
		when.tm_year = last.tm_year - back;
		if (!is_possible(&when))
			continue;
		int64_t seconds = local_seconds(&when);
		if (seconds <= (int64_t)latest) {
			*ret_ms = seconds * MS_PER_S;
			return 0;
		}
	}
	return -EINVAL;
}

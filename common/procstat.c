/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/procstat.h"

#include <errno.h>
#include <string.h>

/* Fields of proc_pid_stat(5), counted from the state, which is the first after the name. */
enum { FIELD_STATE, FIELD_PARENT, FIELD_TTY = 4, FIELD_START_TIME = 19 };

#define PTS_MAJOR_FIRST 136
#define PTS_MAJOR_LAST 143
#define PTS_PER_MAJOR 256
#define TTY_MAJOR 4
#define SERIAL_MINOR_FIRST 64

static const char *last_parenthesis(const char *line, size_t length)
{
	while (length > 0 && line[length - 1] != ')')
		length--;
	return length > 0 ? line + length - 1 : NULL;
}

/* Copies field `wanted` of the blank-separated text between `from` and `end`. */
static int copy_field(const char *from, const char *end, unsigned wanted, char *ret_field, size_t size)
{
	size_t length = 0;

	for (; wanted > 0; wanted--) {
		from = memchr(from, ' ', (size_t)(end - from));
		if (from == NULL)
			return -EINVAL;
		from++;
	}
	while (from + length < end && from[length] != ' ' && from[length] != '\n')
		length++;
	/* A field that runs to the very end may have been cut there. */
	if (length == 0 || length >= size || from + length == end)
		return -EINVAL;
	memcpy(ret_field, from, length);
	ret_field[length] = '\0';
	return 0;
}

static int read_number(const char *from, const char *end, unsigned wanted, uint64_t max, uint64_t *ret_number)
{
	char field[24];

	if (copy_field(from, end, wanted, field, sizeof field) < 0)
		return -EINVAL;
	return text_parse_unsigned(field, max, ret_number) < 0 ? -EINVAL : 0;
}

/* The state is one letter. */
static int read_state(const char *from, const char *end, char *ret_state)
{
	char field[2];

	if (copy_field(from, end, FIELD_STATE, field, sizeof field) < 0)
		return -EINVAL;
	if (!(field[0] >= 'A' && field[0] <= 'Z') && !(field[0] >= 'a' && field[0] <= 'z'))
		return -EINVAL;
	*ret_state = field[0];
	return 0;
}

/* tty_nr is printed as a signed int: a device number beyond 2^31 shows a minus. */
static int read_tty(const char *from, const char *end, uint64_t *ret_tty)
{
	char field[24];
	uint64_t magnitude;

	if (copy_field(from, end, FIELD_TTY, field, sizeof field) < 0)
		return -EINVAL;
	bool negative = field[0] == '-';
	if (text_parse_unsigned(field + negative, UINT32_MAX, &magnitude) < 0)
		return -EINVAL;
	*ret_tty = negative ? (uint32_t)(0 - (uint32_t)magnitude) : magnitude;
	return 0;
}

int procstat_parse(const char *line, size_t length, struct procstat *ret_stat)
{
	char digits[12], state;
	size_t digit_count = 0;
	uint64_t pid, parent, tty, start_time;
	const char *end = line + length;
	const char *name_end = last_parenthesis(line, length);

	if (name_end == NULL || end - name_end < 2 || name_end[1] != ' ')
		return -EINVAL;
	while (digit_count < sizeof digits - 1 && line[digit_count] != ' ' && line + digit_count < name_end)
		digit_count++;
	memcpy(digits, line, digit_count);
	digits[digit_count] = '\0';
	const char *fields = name_end + 2;
	if (text_parse_unsigned(digits, INT32_MAX, &pid) < 0 || read_state(fields, end, &state) < 0 ||
	    read_number(fields, end, FIELD_PARENT, INT32_MAX, &parent) < 0 || read_tty(fields, end, &tty) < 0 ||
	    read_number(fields, end, FIELD_START_TIME, UINT64_MAX, &start_time) < 0)
		return -EINVAL;
	*ret_stat = (struct procstat){.pid = (int32_t)pid,
	                              .state = state,
	                              .parent = (int32_t)parent,
	                              .tty = (uint32_t)tty,
	                              .start_time = start_time};
	return 0;
}

bool procstat_is_alive(const struct procstat *stat)
{
	return stat->state != 'Z' && stat->state != 'X' && stat->state != 'x';
}

bool procstat_next_pid(const char **cursor, int32_t *ret_pid)
{
	char digits[12];
	uint64_t pid;
	const char *from = *cursor + strspn(*cursor, " \n");
	size_t length = strcspn(from, " \n");

	if (length == 0 || length >= sizeof digits)
		return false;
	memcpy(digits, from, length);
	digits[length] = '\0';
	if (text_parse_unsigned(digits, INT32_MAX, &pid) < 0 || pid == 0)
		return false;
	*cursor = from + length;
	*ret_pid = (int32_t)pid;
	return true;
}

int procstat_parse_uid(const char *status, uint32_t *ret_uid)
{
	/* The name of the process, on the first line, cannot hold a newline: the kernel escapes it. */
	static const char label[] = "\nUid:\t";
	char digits[12];
	uint64_t uid;
	const char *from = strstr(status, label);

	if (from == NULL)
		return -EINVAL;
	from += sizeof label - 1;
	size_t length = strcspn(from, "\t\n");
	/* A number that runs to the very end may have been cut there. */
	if (length >= sizeof digits || from[length] == '\0')
		return -EINVAL;
	memcpy(digits, from, length);
	digits[length] = '\0';
	if (text_parse_unsigned(digits, UINT32_MAX, &uid) < 0)
		return -EINVAL;
	*ret_uid = (uint32_t)uid;
	return 0;
}

uint32_t tty_major(uint32_t tty)
{
	return tty >> 8 & 0xfff;
}

uint32_t tty_minor(uint32_t tty)
{
	return (tty & 0xff) | (tty >> 12 & 0xfff00);
}

bool tty_add_name(uint32_t tty, struct text *text)
{
	uint32_t major = tty_major(tty), minor = tty_minor(tty);

	if (major >= PTS_MAJOR_FIRST && major <= PTS_MAJOR_LAST) {
		text_add(text, "pts/");
		text_add_unsigned(text, (uint64_t)(major - PTS_MAJOR_FIRST) * PTS_PER_MAJOR + minor);
		return true;
	}
	if (major != TTY_MAJOR || minor == 0)
		return false;
	if (minor < SERIAL_MINOR_FIRST) {
		text_add(text, "tty");
		text_add_unsigned(text, minor);
	} else {
		text_add(text, "ttyS");
		text_add_unsigned(text, minor - SERIAL_MINOR_FIRST);
	}
	return true;
}

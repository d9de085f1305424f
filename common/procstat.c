/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/procstat.h"

#include <errno.h>
#include <string.h>

/* Fields of proc_pid_stat(5), counted from the state, which is the first after the name. */
enum {
	FIELD_STATE,
	FIELD_PARENT,
	FIELD_SESSION = 3,
	FIELD_TTY,
	FIELD_USER_TIME = 11,
	FIELD_SYSTEM_TIME,
	FIELD_WAITED_USER_TIME,
	FIELD_WAITED_SYSTEM_TIME,
	FIELD_START_TIME = 19
};

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

static int read_signed(const char *from, const char *end, unsigned wanted, uint64_t max, uint64_t *ret_magnitude,
                       bool *ret_negative)
{
	char field[24];

	if (copy_field(from, end, wanted, field, sizeof field) < 0)
		return -EINVAL;
	*ret_negative = field[0] == '-';
	return text_parse_unsigned(field + *ret_negative, max, ret_magnitude) < 0 ? -EINVAL : 0;
}

/* tty_nr is printed as a signed int: a device number beyond 2^31 shows a minus. */
static int read_tty(const char *from, const char *end, uint32_t *ret_tty)
{
	uint64_t magnitude;
	bool negative;

	if (read_signed(from, end, FIELD_TTY, UINT32_MAX, &magnitude, &negative) < 0)
		return -EINVAL;
	*ret_tty = negative ? 0 - (uint32_t)magnitude : (uint32_t)magnitude;
	return 0;
}

/* The session of a process that is being removed is -1 (fs/proc/array.c, do_task_stat). */
static int read_session(const char *from, const char *end, int32_t *ret_session)
{
	uint64_t magnitude;
	bool negative;

	if (read_signed(from, end, FIELD_SESSION, INT32_MAX, &magnitude, &negative) < 0)
		return -EINVAL;
	*ret_session = negative ? 0 : (int32_t)magnitude;
	return 0;
}

/* Two fields of ticks, one after the other. Those of children are printed as signed numbers: a negative one counts as none. */
static int read_ticks(const char *from, const char *end, unsigned first, uint64_t *ret_ticks)
{
	uint64_t ticks = 0;

	for (unsigned wanted = first; wanted <= first + 1; wanted++) {
		uint64_t magnitude;
		bool negative;
		if (read_signed(from, end, wanted, UINT64_MAX, &magnitude, &negative) < 0)
			return -EINVAL;
		if (!negative)
			ticks = procstat_add_ticks(ticks, magnitude);
	}
	*ret_ticks = ticks;
	return 0;
}

/* What stands before the last ')': "42 (name". */
static int read_head(const char *line, const char *name_end, struct procstat *stat)
{
	char digits[12];
	size_t count = 0;
	uint64_t pid;

	while (count < sizeof digits - 1 && line + count < name_end && line[count] != ' ')
		count++;
	memcpy(digits, line, count);
	digits[count] = '\0';
	const char *name = line + count + strlen(" (");
	if (name > name_end || memcmp(line + count, " (", strlen(" (")) != 0 ||
	    text_parse_unsigned(digits, INT32_MAX, &pid) < 0)
		return -EINVAL;
	size_t length = (size_t)(name_end - name);
	memcpy(stat->name, name, length < sizeof stat->name ? length : sizeof stat->name - 1);
	stat->pid = (int32_t)pid;
	return 0;
}

static int read_fields(const char *from, const char *end, struct procstat *stat)
{
	uint64_t parent;

	if (read_state(from, end, &stat->state) < 0 || read_number(from, end, FIELD_PARENT, INT32_MAX, &parent) < 0 ||
	    read_session(from, end, &stat->session) < 0 || read_tty(from, end, &stat->tty) < 0 ||
	    read_ticks(from, end, FIELD_USER_TIME, &stat->cpu_ticks) < 0 ||
	    read_ticks(from, end, FIELD_WAITED_USER_TIME, &stat->waited_ticks) < 0 ||
	    read_number(from, end, FIELD_START_TIME, UINT64_MAX, &stat->start_time) < 0)
		return -EINVAL;
	stat->parent = (int32_t)parent;
	return 0;
}

int procstat_parse(const char *line, size_t length, struct procstat *ret_stat)
{
	struct procstat stat = {0};
	const char *end = line + length;
	const char *name_end = last_parenthesis(line, length);

	if (name_end == NULL || end - name_end < 2 || name_end[1] != ' ')
		return -EINVAL;
	if (read_head(line, name_end, &stat) < 0 || read_fields(name_end + 2, end, &stat) < 0)
		return -EINVAL;
	*ret_stat = stat;
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

uint64_t procstat_add_ticks(uint64_t ticks, uint64_t more)
{
	return ticks > UINT64_MAX - more ? UINT64_MAX : ticks + more;
}

/*
 * Finds the first number behind `label`, which begins with a newline. The name of the process, on the first line, cannot
 * hold one: the kernel escapes it (fs/proc/array.c, proc_task_name).
 */
static int find_number(const char *status, const char *label, uint64_t max, uint64_t *ret_number)
{
	char digits[24];
	const char *from = strstr(status, label);

	if (from == NULL)
		return -EINVAL;
	from += strlen(label);
	size_t length = strcspn(from, "\t\n");
	/* A number that runs to the very end may have been cut there. */
	if (length >= sizeof digits || from[length] == '\0')
		return -EINVAL;
	memcpy(digits, from, length);
	digits[length] = '\0';
	return text_parse_unsigned(digits, max, ret_number) < 0 ? -EINVAL : 0;
}

int procstat_parse_uid(const char *status, uint32_t *ret_uid)
{
	uint64_t uid;

	if (find_number(status, "\nUid:\t", UINT32_MAX, &uid) < 0)
		return -EINVAL;
	*ret_uid = (uint32_t)uid;
	return 0;
}

int procstat_parse_switches(const char *status, uint64_t *ret_switches)
{
	return find_number(status, "\nvoluntary_ctxt_switches:\t", UINT64_MAX, ret_switches);
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

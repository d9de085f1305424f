/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any bytes are refused or are a stat line within its bounds; no name that a process can give itself changes what is
 * read, nor does cutting the line; a list of pids ends.
 */
#include "common/procstat.h"

#include <errno.h>

#include "tests/fuzz/fuzz.h"

/* TASK_COMM_LEN is 16, with the terminator. */
#define NAME_MAX_LENGTH 15

static void try_line(const uint8_t *data, size_t size)
{
	struct procstat stat = {.pid = -7};
	int r = procstat_parse((const char *)data, size, &stat);

	PROMISE(r == 0 || r == -EINVAL);
	if (r < 0) {
		PROMISE(stat.pid == -7);
		return;
	}
	PROMISE(stat.pid >= 0 && stat.parent >= 0 && stat.state != '\0' && stat.state != ' ');
	(void)procstat_is_alive(&stat);
}

static void expect_shell(const struct procstat *stat)
{
	PROMISE(stat->pid == 42 && stat->state == 'S' && stat->parent == 41);
	PROMISE(stat->tty == 34819 && stat->start_time == 8812345);
}

static void try_name(const uint8_t *data, size_t size)
{
	static const char fields[] = ") S 41 42 42 34819 42 4194304 1 2 3 4 5 6 7 8 20 0 1 0 8812345 9000000 1200\n";
	struct procstat stat;
	char name[NAME_MAX_LENGTH + 1] = "";
	TEXT(line, 256);

	if (size > 0)
		memcpy(name, data, size < NAME_MAX_LENGTH ? size : NAME_MAX_LENGTH);
	text_add(&line, "42 (");
	text_add(&line, name);
	text_add(&line, fields);
	PROMISE(procstat_parse(line.data, line.used, &stat) == 0);
	expect_shell(&stat);
	size_t cut = size > 0 ? data[size - 1] % line.used : 0;
	if (procstat_parse(line.data, cut, &stat) == 0)
		expect_shell(&stat);
}

static void try_children(const uint8_t *data, size_t size)
{
	char *list = copy_string(data, size);
	const char *cursor = list;
	int32_t pid;

	for (const char *before = cursor; procstat_next_pid(&cursor, &pid); before = cursor)
		PROMISE(pid > 0 && cursor > before && cursor <= list + size);
	free(list);
}

static void try_status(const uint8_t *data, size_t size)
{
	char *status = copy_string(data, size);
	uint32_t uid;
	int r = procstat_parse_uid(status, &uid);

	PROMISE(r == 0 || r == -EINVAL);
	PROMISE(r < 0 || strstr(status, "\nUid:\t") != NULL);
	free(status);
}

static void try_terminal(const uint8_t *data, size_t size)
{
	uint32_t tty = 0;
	TEXT(name, 32);

	if (size > 0)
		memcpy(&tty, data, size < sizeof tty ? size : sizeof tty);
	bool known = tty_add_name(tty, &name);
	PROMISE(text_result(&name) == 0);
	PROMISE(known == (name.used > 0));
	PROMISE(!known || strncmp(name.data, "pts/", 4) == 0 || strncmp(name.data, "tty", 3) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_line(data, size);
	try_name(data, size);
	try_children(data, size);
	try_status(data, size);
	try_terminal(data, size);
	return 0;
}

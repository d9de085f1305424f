/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any bytes are refused or are a stat line within its bounds; no name that a process can give itself changes what else is
 * read, nor does cutting the line; a list of pids ends; a status is searched to its end.
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
	PROMISE(stat.pid >= 0 && stat.parent >= 0 && stat.session >= 0 && stat.state != '\0' && stat.state != ' ');
	PROMISE(memchr(stat.name, '\0', sizeof stat.name) != NULL);
	PROMISE(procstat_add_ticks(stat.cpu_ticks, stat.waited_ticks) >= stat.cpu_ticks);
	(void)procstat_is_alive(&stat);
}

static void expect_shell(const struct procstat *stat, const char *name)
{
	PROMISE(stat->pid == 42 && stat->state == 'S' && stat->parent == 41 && stat->session == 43);
	PROMISE(stat->tty == 34819 && stat->start_time == 8812345);
	PROMISE(stat->cpu_ticks == 5 + 6 && stat->waited_ticks == 7);
	PROMISE(strcmp(stat->name, name) == 0);
}

static void try_name(const uint8_t *data, size_t size)
{
	static const char fields[] = ") S 41 42 43 34819 42 4194304 1 2 3 4 5 6 7 -8 20 0 1 0 8812345 9000000 1200\n";
	struct procstat stat;
	char name[NAME_MAX_LENGTH + 1] = "";
	TEXT(line, 256);

	if (size > 0)
		memcpy(name, data, size < NAME_MAX_LENGTH ? size : NAME_MAX_LENGTH);
	text_add(&line, "42 (");
	text_add(&line, name);
	text_add(&line, fields);
	PROMISE(procstat_parse(line.data, line.used, &stat) == 0);
	expect_shell(&stat, name);
	size_t cut = size > 0 ? data[size - 1] % line.used : 0;
	if (procstat_parse(line.data, cut, &stat) == 0)
		expect_shell(&stat, name);
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

/* The start of a status and the end of one, with any bytes in between as long as they are one line. */
static void try_switches(const uint8_t *data, size_t size)
{
	static const char label[] = "\nvoluntary_ctxt_switches:\t";
	char *status = copy_string(data, size);
	size_t line = strcspn(status, "\n");
	uint64_t switches;
	TEXT(whole, 512);

	int r = procstat_parse_switches(status, &switches);
	PROMISE(r == 0 || r == -EINVAL);
	PROMISE(r < 0 || strstr(status, label) != NULL);
	text_add(&whole, "Name:\t");
	text_add_bytes(&whole, status, line < 256 ? line : 256);
	text_add(&whole, label);
	text_add(&whole, "4711\nnonvoluntary_ctxt_switches:\t9\n");
	PROMISE(text_result(&whole) == 0 && procstat_parse_switches(whole.data, &switches) == 0 && switches == 4711);
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
	try_switches(data, size);
	try_terminal(data, size);
	return 0;
}

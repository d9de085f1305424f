/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/audit_logs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "ctl/audit_record.h"
#include "ctl/command.h"
#include "ctl/lines.h"
#include "ctl/log_places.h"

/* auditd.conf(5), num_logs: no more than that. */
#define LOGS_MAX 999

#define BLANKS " \t\r"

/* Where auditd writes, if it does. */
struct keeping {
	char path[PATH_MAX];
	bool off;
};

struct reading {
	struct audit_reader *reader;
	struct history *history;
	size_t lines, records; /* records: lines that look like one */
};

/* The file, as its device and inode say: a log may get another name while it is read. */
struct identity {
	dev_t device;
	ino_t inode;
};

/* "log_file = /var/log/audit/audit.log": names in any case, the value as it is. */
static void take_setting(void *context, char *line, size_t length, bool cut)
{
	struct keeping *keeping = context;
	char *name = line + strspn(line, BLANKS);
	char *equals = strchr(name, '=');

	(void)length;
	if (*name == '#' || equals == NULL || cut)
		return;
	char *value = equals + 1 + strspn(equals + 1, BLANKS);
	name[strcspn(name, BLANKS "=")] = '\0';
	value[strcspn(value, BLANKS)] = '\0';
	if (strcasecmp(name, "log_file") == 0 && value[0] != '\0' && strlen(value) < sizeof keeping->path)
		memcpy(keeping->path, value, strlen(value) + 1);
	else if (strcasecmp(name, "write_logs") == 0)
		keeping->off = strcasecmp(value, "no") == 0;
}

/* What is not said is as auditd has it by default; so is all of it to somebody who may not read the file. */
static void read_settings(struct keeping *ret_keeping)
{
	autofclose FILE *settings = fopen(log_places.auditd_conf, "re");

	*ret_keeping = (struct keeping){.off = false};
	(void)text_copy(ret_keeping->path, sizeof ret_keeping->path, log_places.audit_log);
	if (settings != NULL)
		(void)lines_read(settings, take_setting, ret_keeping);
}

static void take_line(void *context, char *line, size_t length, bool cut)
{
	struct reading *reading = context;
	struct event event;

	reading->lines++;
	reading->records += strncmp(line, "type=", 5) == 0 || strncmp(line, "node=", 5) == 0;
	int r = audit_reader_read(reading->reader, line, length, &event);
	if (r == -ENOENT)
		return;
	if (r == -ENOMEM)
		reading->history->failed = true;
	else if (r == -EPERM)
		reading->history->foreign++;
	else if (r < 0 || cut)
		reading->history->damaged++;
	else
		history_take(reading->history, &event);
}

int audit_logs_read_stream(FILE *from, struct history *history)
{
	autofree_audit_reader struct audit_reader *reader = NULL;
	int r = audit_reader_new(&reader);

	if (r < 0)
		return r;
	struct reading reading = {.reader = reader, .history = history};
	r = lines_read(from, take_line, &reading);
	if (r == 0 && reading.lines > 0 && reading.records == 0)
		r = -ENOMSG;
	return r;
}

static int open_log(const char *path, struct stat *ret_stat, FILE **ret_stream)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0 || fstat(fd, ret_stat) < 0)
		return -errno;
	if (!S_ISREG(ret_stat->st_mode))
		return -ENOTSUP;
	FILE *stream = fdopen(fd, "r");
	if (stream == NULL)
		return -errno;
	(void)take_fd(&fd);
	*ret_stream = stream;
	return 0;
}

static bool is_known(const struct identity *known, size_t count, const struct stat *stat)
{
	for (size_t i = 0; i < count; i++) {
		if (known[i].device == stat->st_dev && known[i].inode == stat->st_ino)
			return true;
	}
	return false;
}

/* Nothing was written to a file after its last change. */
static bool is_too_old(const struct stat *stat, const struct history *history)
{
	return (int64_t)stat->st_mtim.tv_sec * 1000 + 999 < history->filter.since_ms;
}

/* Whoever may not read a log that is too old misses nothing. */
static bool is_missed(const char *path, const struct history *history)
{
	struct stat status;

	return stat(path, &status) < 0 || !is_too_old(&status, history);
}

static int read_log(const char *path, struct identity *known, size_t count, struct history *history)
{
	autofclose FILE *stream = NULL;
	struct stat stat = {0};
	int r = open_log(path, &stat, &stream);

	if (r == -EACCES && !is_missed(path, history))
		return 0;
	if (r < 0)
		return r;
	if (is_known(known, count, &stat) || is_too_old(&stat, history))
		return 0;
	r = audit_logs_read_stream(stream, history);
	known[count] = (struct identity){.device = stat.st_dev, .inode = stat.st_ino};
	/* One that holds something else is as good as empty. */
	return r == -ENOMSG ? 0 : r;
}

/* "audit.log", "audit.log.1" and so on. */
static void write_name(const char *path, size_t index, struct text *text)
{
	text_add(text, path);
	if (index > 0) {
		text_add_char(text, '.');
		text_add_unsigned(text, index);
	}
}

/*
 * From the newest to the oldest: auditd may rotate meanwhile, and then the file just read is found once more, but none
 * is missed. What of the newest one, or of a permission, is wrong is wrong with all.
 */
static int read_logs(const char *path, struct history *history, struct log_source *source)
{
	autofree struct identity *known = calloc(LOGS_MAX + 1, sizeof *known);
	char name[PATH_MAX + 8];
	struct text text;
	int result = 0;

	if (known == NULL)
		return -ENOMEM;
	for (size_t i = 0; i <= LOGS_MAX; i++) {
		text_init(&text, name, sizeof name);
		write_name(path, i, &text);
		int r = read_log(name, known, i, history);
		if (r == -ENOENT && i > 0)
			break;
		if (log_source_add(source, name) < 0)
			return -ENOMEM;
		if (r < 0 && (i == 0 || r == -EACCES))
			return r;
		if (r < 0) {
			(void)command_failed_at("cannot read the audit log", name, r);
			result = 1;
		}
	}
	return result;
}

int audit_logs_read(struct history *history, struct log_source *source)
{
	struct keeping keeping;

	read_settings(&keeping);
	log_source_restart(source, SOURCE_AUDIT);
	if (!keeping.off)
		return read_logs(keeping.path, history, source);
	int r = log_source_add(source, keeping.path);
	return r < 0 ? r : -ENOENT;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/auth_log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "ctl/child.h"
#include "ctl/command.h"
#include "ctl/lines.h"
#include "ctl/log_line.h"
#include "ctl/log_places.h"
#include "ctl/syslog_line.h"

/* Of Debian; of Fedora; of where all goes into one file. */
static const char *const base_names[] = {"auth.log", "secure", "messages"};

/* Endings of packed files, and what unpacks them from standard input to standard output with -dc. */
static const struct {
	const char *ending, *program;
} packings[] = {{".gz", "gzip"}, {".xz", "xz"}, {".zst", "zstd"}, {".bz2", "bzip2"}};

/* A file of the family "auth.log", "auth.log.1", "auth.log.2.gz", "auth.log-20261120". */
struct file {
	char name[NAME_MAX + 1];
	int64_t changed_s;
};

struct family {
	struct file *files;
	size_t count, room;
};

struct reading {
	struct history *history;
	int64_t latest_s; /* no line is younger than its file */
};

static void free_family(struct family *family)
{
	free(family->files);
}

static bool is_of_family(const char *name, const char *base)
{
	size_t length = strlen(base);

	return strncmp(name, base, length) == 0 && (name[length] == '\0' || name[length] == '.' || name[length] == '-');
}

static int add_file(struct family *family, const char *name, int64_t changed_s)
{
	if (family->count == family->room) {
		size_t room = family->room > 0 ? family->room * 2 : 16;
		struct file *files = reallocarray(family->files, room, sizeof *files);
		if (files == NULL)
			return -ENOMEM;
		family->files = files;
		family->room = room;
	}
	struct file *file = &family->files[family->count++];
	file->changed_s = changed_s;
	return text_copy(file->name, sizeof file->name, name);
}

static int compare_files(const void *a, const void *b)
{
	const struct file *one = a, *other = b;

	if (one->changed_s != other->changed_s)
		return one->changed_s < other->changed_s ? -1 : 1;
	/* Of the same second: auth.log.2 is older than auth.log.1, and that than auth.log. */
	return strcmp(other->name, one->name);
}

/* The files of a family, the oldest first, without those in which nothing was written since `since_s`. */
static int find_family(int directory, const char *base, int64_t since_s, struct family *family)
{
	autoclose int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	autoclosedir DIR *names = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	struct stat stat;

	if (names == NULL)
		return -errno;
	(void)take_fd(&fd);
	while ((entry = readdir(names)) != NULL) {
		if (!is_of_family(entry->d_name, base) ||
		    fstatat(directory, entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(stat.st_mode) ||
		    (int64_t)stat.st_mtim.tv_sec < since_s)
			continue;
		if (add_file(family, entry->d_name, (int64_t)stat.st_mtim.tv_sec) < 0)
			return -ENOMEM;
	}
	if (family->count > 0)
		qsort(family->files, family->count, sizeof *family->files, compare_files);
	return 0;
}

static void take_line(void *context, char *line, size_t length, bool cut)
{
	struct reading *reading = context;
	struct syslog_line parsed;
	struct event event;

	(void)length;
	if (cut || syslog_line_parse(line, reading->latest_s, &parsed) < 0)
		return;
	int r = log_line_parse(parsed.tag, parsed.message, &event);
	if (r == -ENOENT)
		return;
	if (r < 0) {
		reading->history->damaged++;
		return;
	}
	event.time_ms = parsed.time_ms;
	event.text[EVENT_HOST] = parsed.host;
	history_take(reading->history, &event);
}

/* The program that unpacks a file of this name; NULL when it is not packed. */
static const char *unpacker_of(const char *name)
{
	for (size_t i = 0; i < sizeof packings / sizeof packings[0]; i++) {
		size_t length = strlen(name), ending = strlen(packings[i].ending);
		if (length > ending && strcmp(name + length - ending, packings[i].ending) == 0)
			return packings[i].program;
	}
	return NULL;
}

static int read_packed(int fd, const char *program, struct reading *reading)
{
	const char *const argv[] = {program, "-dc", NULL};
	struct child child;
	int r = child_start(argv, fd, &child);

	if (r < 0)
		return r == -ENOENT ? -ENOPKG : r;
	r = lines_read(child.output, take_line, reading);
	int ended = child_finish(&child);
	return r < 0 ? r : ended;
}

static int read_plain(int fd, struct reading *reading)
{
	autoclose int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	autofclose FILE *stream = own >= 0 ? fdopen(own, "r") : NULL;

	if (stream == NULL)
		return -errno;
	(void)take_fd(&own);
	return lines_read(stream, take_line, reading);
}

/* Groups of syslogd's may write to the directory: a name there is not followed, nor waited for. */
static int read_file(int directory, const struct file *file, struct history *history)
{
	autoclose int fd = openat(directory, file->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	const char *unpacker = unpacker_of(file->name);
	struct reading reading = {.history = history, .latest_s = file->changed_s};
	struct stat stat;

	if (fd < 0 || fstat(fd, &stat) < 0)
		return -errno;
	if (!S_ISREG(stat.st_mode))
		return -ENOTSUP;
	return unpacker != NULL ? read_packed(fd, unpacker, &reading) : read_plain(fd, &reading);
}

static int name_file(struct log_source *source, const char *name)
{
	char path[PATH_MAX];
	struct text text;

	text_init(&text, path, sizeof path);
	text_add(&text, log_places.log_directory);
	text_add_char(&text, '/');
	text_add(&text, name);
	return log_source_add(source, path);
}

static int read_named(int directory, const struct file *file, struct history *history, struct log_source *source)
{
	int r = name_file(source, file->name);

	if (r == 0)
		r = read_file(directory, file, history);
	if (r == -ENOENT) /* rotated meanwhile, under another name */
		return 0;
	if (r < 0 && r != -EACCES && r != -ENOMEM) {
		(void)command_failed_at("cannot read the log", log_source_last(source), r);
		return 1;
	}
	return r;
}

static int read_family(int directory, const struct family *family, struct history *history, struct log_source *source)
{
	int result = 0;

	for (size_t i = 0; i < family->count; i++) {
		int r = read_named(directory, &family->files[i], history, source);
		if (r < 0)
			return r;
		if (r > 0)
			result = r;
	}
	return result;
}

/* The family that has a file at all; what is too old to be read is one, too. */
static const char *choose_base(int directory)
{
	struct stat stat;

	for (size_t i = 0; i < sizeof base_names / sizeof base_names[0]; i++) {
		if (fstatat(directory, base_names[i], &stat, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(stat.st_mode))
			return base_names[i];
	}
	return NULL;
}

int auth_log_read(struct history *history, struct log_source *source)
{
	autoclose int directory = open(log_places.log_directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	__attribute__((cleanup(free_family))) struct family family = {0};

	log_source_restart(source, SOURCE_SYSLOG);
	if (directory < 0)
		return -errno;
	const char *base = choose_base(directory);
	if (base == NULL)
		return -ENOENT;
	int r = find_family(directory, base, history->filter.since_ms / 1000, &family);
	return r < 0 ? r : read_family(directory, &family, history, source);
}

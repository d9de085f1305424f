/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include <limits.h>
#include <unistd.h>

#include "ctl/check_places.h"
#include "ctl/logind_conf.h"
#include "ctl/shell_timeout.h"

/* The longest idle limit that is in force: who acts before that acts before somebody's. */
struct longest {
	uint32_t idle;
	struct where where;
};

static void find_longest(struct check *check, const struct policy_case *one, void *data)
{
	struct longest *longest = data;

	(void)check;
	if (one->is_exempt || one->policy.value[OPTION_IDLE] <= longest->idle)
		return;
	longest->idle = one->policy.value[OPTION_IDLE];
	longest->where = case_where(one, OPTION_IDLE);
}

/* -- logind -- */

struct logind_reading {
	struct logind_conf conf;
	const char *path;
	uint32_t line;
	char file[PATH_MAX]; /* of the line that counts */
	uint32_t found;
};

static void take_logind_line(void *context, char *line, size_t length, bool cut)
{
	struct logind_reading *reading = context;

	(void)length;
	(void)cut;
	reading->line++;
	if (!logind_conf_line(&reading->conf, line))
		return;
	(void)snprintf(reading->file, sizeof reading->file, "%s", reading->path);
	reading->found = reading->line;
}

static void read_logind_file(struct check *check, struct logind_reading *reading, const char *path)
{
	logind_conf_start_file(&reading->conf);
	reading->path = path;
	reading->line = 0;
	check_read_lines(check, path, take_logind_line, reading);
}

/* Reads DIRECTORY/NAME of the first directory that has it; the others' are then not read at all. */
static void read_first(struct check *check, struct logind_reading *reading, const char *name)
{
	for (const char *const *directory = check_places.logind; *directory != NULL; directory++) {
		char path[PATH_MAX];
		(void)snprintf(path, sizeof path, "%s/%s", *directory, name);
		if (access(path, F_OK) < 0)
			continue;
		read_logind_file(check, reading, path);
		return;
	}
}

/* The order of systemd-system.conf(5): the main file, then the others by their names, wherever they lie. */
static void read_logind(struct check *check, struct logind_reading *reading)
{
	autofree_names struct names names = {0};

	for (const char *const *directory = check_places.logind; *directory != NULL; directory++) {
		char path[PATH_MAX];
		(void)snprintf(path, sizeof path, "%s/logind.conf.d", *directory);
		check_list(check, path, CHECK_CONF, &names);
	}
	read_first(check, reading, "logind.conf");
	for (size_t i = 0; i < names.count; i++) {
		char name[PATH_MAX];
		(void)snprintf(name, sizeof name, "logind.conf.d/%s", names.items[i]);
		read_first(check, reading, name);
	}
}

static void judge_logind(struct check *check, const struct longest *longest)
{
	struct logind_reading reading = {0};
	char theirs[CHECK_DURATION_SIZE], ours[CHECK_DURATION_SIZE];

	read_logind(check, &reading);
	if (!reading.conf.stops || reading.conf.seconds >= longest->idle)
		return;
	finding_add(&check->findings, FINDING_LOGIND_FIRST, (struct where){reading.file, reading.found},
	            "logind stops sessions after %s, without a warning, before idle=%s (%s:%u) can",
	            check_duration(reading.conf.seconds, theirs), check_duration(longest->idle, ours), longest->where.file,
	            (unsigned)longest->where.line);
}

/* -- Shells -- */

/* What a file has done to TMOUT up to here. */
struct shell_reading {
	uint32_t line;
	uint32_t seconds, found; /* the last value, and its line; 0: none */
	bool is_readonly;
};

static void take_shell_line(void *context, char *line, size_t length, bool cut)
{
	struct shell_reading *reading = context;
	const struct shell_timeout timeout = shell_timeout_of(line);

	(void)length;
	(void)cut;
	reading->line++;
	reading->is_readonly = reading->is_readonly || timeout.is_readonly;
	if (!timeout.is_set)
		return;
	reading->seconds = timeout.seconds;
	reading->found = reading->line;
}

static void read_shell_file(struct check *check, const struct longest *longest, const char *path)
{
	struct shell_reading reading = {0};
	char theirs[CHECK_DURATION_SIZE], ours[CHECK_DURATION_SIZE];

	check_read_lines(check, path, take_shell_line, &reading);
	/* 0 ends nobody: bash(1), TMOUT. */
	if (reading.seconds == 0 || reading.seconds >= longest->idle)
		return;
	finding_add(&check->findings, FINDING_SHELL_FIRST, (struct where){path, reading.found},
	            "a shell at its prompt ends after %s, before idle=%s (%s:%u) can%s",
	            check_duration(reading.seconds, theirs), check_duration(longest->idle, ours), longest->where.file,
	            (unsigned)longest->where.line, reading.is_readonly ? "; TMOUT is readonly" : "");
}

static void judge_shells(struct check *check, const struct longest *longest)
{
	autofree_names struct names names = {0};

	check_list(check, check_places.shell_directory, CHECK_SH, &names);
	for (const char *const *path = check_places.shell; *path != NULL; path++)
		read_shell_file(check, longest, *path);
	for (size_t i = 0; i < names.count; i++) {
		char path[PATH_MAX];
		(void)snprintf(path, sizeof path, "%s/%s", check_places.shell_directory, names.items[i]);
		read_shell_file(check, longest, path);
	}
}

void check_idlers(struct check *check)
{
	struct longest longest = {0};

	check_all_cases(check, find_longest, &longest);
	if (longest.idle == 0)
		return;
	judge_logind(check, &longest);
	judge_shells(check, &longest);
}

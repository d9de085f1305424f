/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Watchdogs that behave well or badly, chosen by the file "behaviour" in the working directory.
 *
 * Each writes its pid into "pid" first; one that gets as far as the record writes that into "record", what it
 * was started with into "report", and the pid that the kernel names as the sender of the goodbye into
 * "goodbye". The record that tells of a loss goes into "lost". One that is started to answer about groups writes
 * the user into "asked" and looks into the file "groups": names, one a line, or how it is to fail. A file appears
 * complete. None outlives the test by more than half a minute.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "common/lifeline.h"
#include "common/process.h"
#include "common/session.h"
#include "common/text.h"

#define LIFETIME_S 30
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void write_file(const char *name, const char *content)
{
	char half[64];

	(void)snprintf(half, sizeof half, "%s.new", name);
	FILE *file = fopen(half, "we");
	if (file == NULL || fputs(content, file) < 0 || fclose(file) != 0 || rename(half, name) < 0)
		_exit(1);
}

static void write_number(const char *name, int64_t number)
{
	char digits[24];
	struct text text;

	text_init(&text, digits, sizeof digits);
	text_add_signed(&text, number);
	write_file(name, digits);
}

static void say(const char *message)
{
	(void)lifeline_send(GREETING_FD, message, strlen(message));
}

/* Whether the file "groups" has that line. */
static bool has_line(const char *wanted)
{
	char line[512];
	bool found = false;
	FILE *file = fopen("groups", "re");

	while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		found = strcmp(line, wanted) == 0;
	}
	if (file != NULL)
		(void)fclose(file);
	return found;
}

static noreturn void answer_about_groups(const char *user)
{
	char group[LIFELINE_GROUP_SIZE];

	write_file("asked", user);
	if (has_line("DIE"))
		_exit(0);
	if (has_line("NONSENSE"))
		say("hel\tlo");
	if (has_line("FAIL"))
		say(LIFELINE_FAILED "the name service failed: no \x1b[31mroute");
	if (has_line("HANG"))
		(void)sleep(LIFETIME_S);
	for (;;) {
		autoclose int unexpected = -1;
		if (lifeline_receive(LIFELINE_FD, clock_boot_ns() + 5 * NS_PER_SECOND, group, sizeof group, &unexpected) <= 0)
			_exit(0);
		say(has_line(group) ? LIFELINE_MEMBER : LIFELINE_NO_MEMBER);
	}
}

static void take_record(void)
{
	char record[sizeof LIFELINE_VERSION + SESSION_RECORD_SIZE];
	autoclose int unexpected = -1;
	int64_t deadline_ns = clock_boot_ns() + 5 * NS_PER_SECOND;
	int r = lifeline_receive(LIFELINE_FD, deadline_ns, record, sizeof record, &unexpected);

	if (r <= 0)
		_exit(0);
	/* This one was started after the loss of another. */
	if (strncmp(record, LIFELINE_LOST, strlen(LIFELINE_LOST)) == 0) {
		write_file("lost", record + strlen(LIFELINE_LOST));
		_exit(0);
	}
	if (strncmp(record, LIFELINE_GROUPS, strlen(LIFELINE_GROUPS)) == 0)
		answer_about_groups(record + strlen(LIFELINE_GROUPS));
	write_file("record", record);
}

static void add_line(struct text *report, const char *key, const char *value)
{
	text_add(report, key);
	text_add(report, "=");
	text_add(report, value);
	text_add(report, "\n");
}

static void add_number(struct text *report, const char *key, uint64_t number)
{
	char digits[24];
	struct text text;

	text_init(&text, digits, sizeof digits);
	text_add_unsigned(&text, number);
	add_line(report, key, digits);
}

static void add_fds(struct text *report)
{
	char fds[4096];
	struct text text;

	text_init(&text, fds, sizeof fds);
	for (int fd = 0; fd < 2048; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			continue;
		if (text.used > 0)
			text_add_char(&text, ' ');
		text_add_signed(&text, fd);
	}
	add_line(report, "fds", fds);
}

static void add_targets(struct text *report)
{
	static const char *const names[] = {"stdin", "stdout", "stderr"};

	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		char path[32], target[256] = "";
		(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		if (readlink(path, target, sizeof target - 1) < 0)
			_exit(1);
		add_line(report, names[fd], target);
	}
}

/* The value of one line of a file below /proc/self, without its key and blanks. */
static void add_proc_line(struct text *report, const char *file, const char *line_key, const char *key)
{
	char content[8192];
	const char *line = NULL;

	if (process_read_file(getpid(), file, content, sizeof content) > 0)
		line = strstr(content, line_key);
	if (line == NULL)
		_exit(1);
	line += strlen(line_key);
	line += strspn(line, " \t");
	text_add(report, key);
	text_add(report, "=");
	text_add_bytes(report, line, strcspn(line, "\n") + 1);
}

static void add_limit(struct text *report, const char *key, int resource)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) < 0)
		_exit(1);
	add_line(report, key, limit.rlim_cur == limit.rlim_max ? "raised" : "low");
}

static void report_start(int argc, char **argv)
{
	char content[8192];
	struct text report;
	struct stat st;

	text_init(&report, content, sizeof content);
	add_fds(&report);
	add_targets(&report);
	add_proc_line(&report, "fdinfo/4", "Pid:", "leader");
	add_number(&report, "connection", fstat(CONNECTION_FD, &st) == 0 ? st.st_ino : 0);
	add_proc_line(&report, "status", "SigBlk:", "blocked");
	add_proc_line(&report, "status", "SigIgn:", "ignored");
	add_limit(&report, "cpu", RLIMIT_CPU);
	add_limit(&report, "fsize", RLIMIT_FSIZE);
	add_number(&report, "session_leader", getsid(0) == getpid());
	add_number(&report, "arguments", (uint64_t)argc);
	add_line(&report, "name", argv[0]);
	add_line(&report, "environment", environ[0] != NULL ? environ[0] : "");
	write_file("report", content);
}

/* Until the end of the lifeline, or a goodbye, and notes whose it is. Anything else is read and not answered. */
static void wait_for_goodbye(void)
{
	char message[LIFELINE_MESSAGE_SIZE];
	struct pollfd lifeline = {.fd = LIFELINE_FD, .events = POLLIN};
	pid_t sender;

	do {
		if (poll(&lifeline, 1, LIFETIME_S * 1000) <= 0)
			_exit(1);
		if (lifeline_receive_from(LIFELINE_FD, message, sizeof message, &sender) <= 0) {
			write_file("abandoned", "");
			return;
		}
	} while (strcmp(message, LIFELINE_GOODBYE) != 0);
	write_number("goodbye", sender);
}

static void be_ready(void)
{
	take_record();
	say(LIFELINE_READY);
	wait_for_goodbye();
}

/* Whoever is woken by its messages runs before it has left send(2). */
static void be_ready_and_slow(void)
{
	(void)sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){0});
	be_ready();
}

static void be_ready_and_die(void)
{
	take_record();
	say(LIFELINE_READY);
}

static void fail_with_reason(void)
{
	take_record();
	say(LIFELINE_FAILED "no \x1b[31maccount\nfor it");
}

/* The record is not read: its sender finds the lifeline reset. */
static void fail_at_once(void)
{
	say(LIFELINE_FAILED "not today");
}

static void hang(void)
{
	take_record();
	(void)sleep(LIFETIME_S);
}

static void hang_deaf(void)
{
	(void)sleep(LIFETIME_S);
}

static void die(void)
{
}

static void die_with_record(void)
{
	take_record();
}

static void talk_nonsense(void)
{
	take_record();
	say("hel\tlo");
	(void)sleep(LIFETIME_S);
}

static void talk_too_much(void)
{
	char much[4096];

	take_record();
	memset(much, 'x', sizeof much);
	(void)lifeline_send(GREETING_FD, much, sizeof much);
	(void)sleep(LIFETIME_S);
}

static const struct {
	const char *name;
	void (*run)(void);
} behaviours[] = {
	{"ready", be_ready},
	{"ready-and-slow", be_ready_and_slow},
	{"ready-and-die", be_ready_and_die},
	{"failed", fail_with_reason},
	{"failed-at-once", fail_at_once},
	{"hang", hang},
	{"hang-deaf", hang_deaf},
	{"die", die},
	{"die-with-record", die_with_record},
	{"nonsense", talk_nonsense},
	{"too-much", talk_too_much},
};

int main(int argc, char **argv)
{
	char behaviour[64] = "";
	int on = 1;
	FILE *file = fopen("behaviour", "re");

	if (file == NULL || fgets(behaviour, sizeof behaviour, file) == NULL)
		return 1;
	(void)fclose(file);
	write_number("pid", getpid());
	report_start(argc, argv);
	(void)setsockopt(LIFELINE_FD, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
	for (size_t i = 0; i < COUNT(behaviours); i++) {
		if (strcmp(behaviours[i].name, behaviour) == 0)
			behaviours[i].run();
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pam/snapshot.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/process.h"
#include "tests/unit/unit.h"

static void add_fds(struct text *text)
{
	for (int fd = 0; fd < 2048; fd++) {
		int flags = fcntl(fd, F_GETFD);
		if (flags < 0)
			continue;
		text_add_signed(text, fd);
		text_add(text, flags & FD_CLOEXEC ? "c " : " ");
	}
}

static void add_actions(struct text *text)
{
	for (int number = 1; number <= SIGRTMAX; number++) {
		struct sigaction action;
		char line[64];
		if (sigaction(number, NULL, &action) < 0)
			continue;
		(void)snprintf(line, sizeof line, " %d:%p:%x", number, (void *)action.sa_sigaction,
		               (unsigned)action.sa_flags);
		text_add(text, line);
	}
}

static void add_limits(struct text *text)
{
	for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
		struct rlimit limit;
		assert_int_equal(getrlimit(resource, &limit), 0);
		text_add_char(text, ' ');
		text_add_unsigned(text, limit.rlim_cur);
		text_add_char(text, '/');
		text_add_unsigned(text, limit.rlim_max);
	}
}

/*
 * The lines of status that say what the calling thread has set for itself. Not those of the process, which are its first
 * thread's: while that is in pthread_create(3), glibc (from 2.32 on) has all its signals blocked.
 */
static void add_status(struct text *text)
{
	static const char *const wanted[] = {"Umask:", "Uid:", "Gid:", "Groups:", "SigBlk:", "SigIgn:", "SigCgt:"};
	char status[8192];

	assert_true(process_read_file(gettid(), "status", status, sizeof status) > 0);
	for (size_t i = 0; i < COUNT(wanted); i++) {
		const char *line = strstr(status, wanted[i]);
		assert_non_null(line);
		text_add_bytes(text, line, strcspn(line, "\n") + 1);
	}
}

/* Asks for children of every kind, and takes none. */
static void add_children(struct text *text)
{
	siginfo_t child = {0};
	int r = waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT | __WALL);

	text_add(text, r < 0 ? "no children" : child.si_pid != 0 ? "a zombie" : "a child");
}

const char *snapshot_take(char *data)
{
	struct text text;
	char directory[PATH_MAX];

	text_init(&text, data, SNAPSHOT_SIZE);
	add_fds(&text);
	text_add_char(&text, '\n');
	add_actions(&text);
	text_add_char(&text, '\n');
	add_limits(&text);
	text_add_char(&text, '\n');
	add_status(&text);
	text_add(&text, getcwd(directory, sizeof directory));
	for (char **entry = environ; *entry != NULL; entry++) {
		text_add_char(&text, '\n');
		text_add(&text, *entry);
	}
	text_add_char(&text, '\n');
	add_children(&text);
	assert_int_equal(text_result(&text), 0);
	return data;
}

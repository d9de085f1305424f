/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "common/cleanup.h"
#include "common/process.h"
#include "common/text.h"
#include "ctl/log_places.h"

#define PATH_SIZE 256

/* What is said to a program, in memory of its own: exec(3) wants words that are not constant. */
struct words {
	char data[1024];
	char *argv[16]; /* NULL at the end */
};

static int copy_words(const char *const argv[], struct words *words)
{
	struct text text;
	size_t i;

	text_init(&text, words->data, sizeof words->data);
	for (i = 0; argv[i] != NULL; i++) {
		if (i + 1 == sizeof words->argv / sizeof words->argv[0])
			return -E2BIG;
		words->argv[i] = words->data + text.used;
		text_add_bytes(&text, argv[i], strlen(argv[i]) + 1);
	}
	words->argv[i] = NULL;
	return text_result(&text) < 0 ? -E2BIG : 0;
}

/* Finds the program; false when no directory of the system has it. */
static bool find_program(const char *name, char path[PATH_SIZE])
{
	for (size_t i = 0; log_places.programs[i] != NULL; i++) {
		struct text text;
		text_init(&text, path, PATH_SIZE);
		text_add(&text, log_places.programs[i]);
		text_add_char(&text, '/');
		text_add(&text, name);
		if (text_result(&text) == 0 && access(path, X_OK) == 0)
			return true;
	}
	return false;
}

/* Descriptors that are close-on-exec are not, once they are copied to 0 to 2. */
static int set_streams(posix_spawn_file_actions_t *actions, int input, int output)
{
	int r;

	if (input >= 0)
		r = posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO);
	else
		r = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
	if (r == 0)
		r = posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	return -r;
}

static int spawn(const char *path, char *const argv[], int input, int output, pid_t *ret_pid)
{
	char programs[] = "PATH=/usr/bin:/bin", language[] = "LC_ALL=C";
	char *const environment[] = {programs, language, NULL};
	posix_spawn_file_actions_t actions;
	int r = -posix_spawn_file_actions_init(&actions);

	if (r < 0)
		return r;
	r = set_streams(&actions, input, output);
	if (r == 0)
		r = -posix_spawn(ret_pid, path, &actions, NULL, argv, environment);
	(void)posix_spawn_file_actions_destroy(&actions);
	return r;
}

int child_start(const char *const argv[], int input, struct child *ret_child)
{
	char path[PATH_SIZE];
	struct words words;
	int ends[2];
	pid_t pid = 0;

	if (!find_program(argv[0], path))
		return -ENOENT;
	int r = copy_words(argv, &words);
	if (r < 0)
		return r;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	autoclose int ours = ends[0];
	autoclose int its = ends[1];
	autofclose FILE *output = fdopen(ours, "r");
	if (output == NULL)
		return -errno;
	(void)take_fd(&ours);
	r = spawn(path, words.argv, input, its, &pid);
	if (r < 0)
		return r;
	*ret_child = (struct child){.pid = pid, .output = output};
	output = NULL;
	return 0;
}

/* Until it is waited for, nobody else gets its number. */
void child_kill(const struct child *child)
{
	struct procstat stat;

	if (process_read_stat(child->pid, &stat) < 0)
		return;
	autoclose int pidfd = process_open(&(struct process_id){child->pid, stat.start_time});
	if (pidfd >= 0)
		(void)process_signal(pidfd, SIGKILL);
}

int child_finish(struct child *child)
{
	int status = 0;
	pid_t ended;

	close_stream(&child->output);
	do
		ended = waitpid(child->pid, &status, 0);
	while (ended < 0 && errno == EINTR);
	child->pid = 0;
	return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

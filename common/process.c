/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/process.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/read_to_end.h"
#include "common/text.h"

#define PROC_PATH_SIZE 64

static int read_all(int fd, char *data, size_t size)
{
	ssize_t length = read_to_end(fd, data, size);

	if (length < 0)
		return (int)length;
	if ((size_t)length == size)
		return -EMSGSIZE;
	data[length] = '\0';
	return (int)length;
}

static int open_file(int32_t pid, const char *name)
{
	char path[PROC_PATH_SIZE];
	struct text text;

	text_init(&text, path, sizeof path);
	text_add(&text, "/proc/");
	text_add_signed(&text, pid);
	text_add_char(&text, '/');
	text_add(&text, name);
	if (text_result(&text) < 0)
		return -ENAMETOOLONG;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

int process_read_file(int32_t pid, const char *name, char *data, size_t size)
{
	autoclose int fd = open_file(pid, name);

	return fd < 0 ? fd : read_all(fd, data, size);
}

int process_read_end(int32_t pid, const char *name, char *data, size_t size)
{
	autoclose int fd = open_file(pid, name);
	size_t used = 0, half = (size - 1) / 2;

	if (fd < 0)
		return fd;
	for (;;) {
		ssize_t n = read(fd, data + used, size - used - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
		if (used == size - 1) { /* the older half goes */
			memmove(data, data + used - half, half);
			used = half;
		}
	}
	data[used] = '\0';
	return (int)used;
}

int process_read_stat(int32_t pid, struct procstat *ret_stat)
{
	char line[PROCSTAT_SIZE];
	int length = process_read_file(pid, "stat", line, sizeof line);

	if (length < 0)
		return length == -ENOENT ? -ESRCH : length;
	return procstat_parse(line, (size_t)length, ret_stat);
}

/* pid_namespaces(7): the link /proc/self is the caller's number in the namespace that this /proc was mounted for. */
static bool is_own_number(pid_t pid)
{
	char digits[16];
	uint64_t number;
	ssize_t length = readlink("/proc/self", digits, sizeof digits - 1);

	/* Without a /proc the next step says so. */
	if (length < 0)
		return true;
	digits[length] = '\0';
	return text_parse_unsigned(digits, INT32_MAX, &number) == 0 && number == (uint64_t)pid;
}

int process_self(struct process_id *ret_id)
{
	struct procstat stat;

	if (!is_own_number(getpid()))
		return -EXDEV;
	int r = process_read_stat(getpid(), &stat);
	if (r < 0)
		return r;
	*ret_id = (struct process_id){.pid = stat.pid, .start_time = stat.start_time};
	return 0;
}

int process_open(const struct process_id *id)
{
	struct procstat stat;

	if (id->pid <= 0)
		return -ESRCH;
	/* pidfd_open(2) sets close-on-exec itself. */
	autoclose int pidfd = (int)syscall(SYS_pidfd_open, id->pid, 0);
	/* The number of a thread is no process: EINVAL, of newer kernels ENOENT. */
	if (pidfd < 0)
		return errno == EINVAL || errno == ENOENT ? -ESRCH : -errno;
	int r = process_read_stat(id->pid, &stat);
	if (r < 0)
		return r;
	if (stat.start_time != id->start_time)
		return -ESRCH;
	return take_fd(&pidfd);
}

bool process_is_alive(const struct process_id *id)
{
	struct procstat stat;

	return id->pid > 0 && process_read_stat(id->pid, &stat) == 0 && stat.start_time == id->start_time &&
	       procstat_is_alive(&stat);
}

int process_signal(int pidfd, int signal)
{
	return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

static int read_id(int32_t pid, const char *name, uint32_t *ret_id)
{
	char line[24];
	uint64_t number;
	int length = process_read_file(pid, name, line, sizeof line);

	if (length < 0)
		return length;
	line[strcspn(line, "\n")] = '\0';
	if (text_parse_unsigned(line, UINT32_MAX, &number) < 0)
		return -EINVAL;
	*ret_id = (uint32_t)number;
	return 0;
}

int process_audit_session(int32_t pid, uint32_t *ret_session)
{
	return read_id(pid, "sessionid", ret_session);
}

int process_login_uid(int32_t pid, uint32_t *ret_uid)
{
	return read_id(pid, "loginuid", ret_uid);
}

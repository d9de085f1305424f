/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/members.h"

#include <dirent.h>
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/process.h"
#include "common/session.h"
#include "common/text.h"

/* A walk ends after this many processes: a session that hides its terminal behind more of them gains nothing but being idle. */
#define VISITED_MAX 1024

/* Room for the children of one thread: some two thousand. A longer list is passed over; what leads to terminals has few. */
#define CHILDREN_SIZE 16384

/* Room for /proc/PID/status: some sixty lines, of which the supplementary groups can be long. */
#define STATUS_SIZE 4096

struct queue {
	int32_t pid[VISITED_MAX];
	size_t first, count;
};

typedef void visit_child(int32_t child, void *context);

void terminal_set_add(struct terminal_set *set, uint32_t device)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->device[i] == device)
			return;
	}
	if (set->count < MEMBERS_TERMINALS_MAX)
		set->device[set->count++] = device;
}

static void visit_children_of_thread(int32_t pid, const char *thread, visit_child *visit, void *context)
{
	char name[64], children[CHILDREN_SIZE];
	const char *cursor = children;
	struct text text;
	int32_t child;

	text_init(&text, name, sizeof name);
	text_add(&text, "task/");
	text_add(&text, thread);
	text_add(&text, "/children");
	if (text_result(&text) < 0 || process_read_file(pid, name, children, sizeof children) <= 0)
		return;
	while (procstat_next_pid(&cursor, &child))
		visit(child, context);
}

/* Children belong to the thread that made them. */
static void visit_children(int32_t pid, visit_child *visit, void *context)
{
	char path[64];
	struct text text;
	const struct dirent *entry;

	text_init(&text, path, sizeof path);
	text_add(&text, "/proc/");
	text_add_signed(&text, pid);
	text_add(&text, "/task");
	autoclosedir DIR *threads = opendir(path);
	if (threads == NULL)
		return;
	while ((entry = readdir(threads)) != NULL) {
		if (entry->d_name[0] != '.')
			visit_children_of_thread(pid, entry->d_name, visit, context);
	}
}

static void enqueue(int32_t child, void *context)
{
	struct queue *queue = context;

	if (queue->count < VISITED_MAX)
		queue->pid[queue->count++] = child;
}

void members_find_terminals(int32_t leader, struct terminal_set *ret_set)
{
	struct queue queue = {.pid = {leader}, .count = 1};

	*ret_set = (struct terminal_set){.count = 0};
	while (queue.first < queue.count) {
		int32_t pid = queue.pid[queue.first++];
		struct procstat stat;
		if (process_read_stat(pid, &stat) < 0)
			continue;
		if (stat.tty != 0)
			terminal_set_add(ret_set, stat.tty);
		else
			visit_children(pid, enqueue, &queue);
	}
}

struct signalling {
	int32_t leader;
	int signal;
	int count;
};

/* The pidfd is opened first and the parent read after, so that a pid used anew in between is not taken for the child. */
static void signal_child(int32_t child, void *context)
{
	struct signalling *signalling = context;
	struct procstat stat;
	autoclose int pidfd = (int)syscall(SYS_pidfd_open, child, 0);

	if (pidfd < 0 || process_read_stat(child, &stat) < 0 || stat.parent != signalling->leader)
		return;
	if (process_signal(pidfd, signalling->signal) == 0)
		signalling->count++;
}

int members_signal_children(int32_t leader, int signal)
{
	struct signalling signalling = {.leader = leader, .signal = signal};

	visit_children(leader, signal_child, &signalling);
	return signalling.count;
}

/* Not told by the owner of /proc/PID: that is root for a process that must not be dumped, as watchdogs are. */
static bool is_own_user(int32_t pid)
{
	char status[STATUS_SIZE];
	uint32_t uid;

	return process_read_file(pid, "status", status, sizeof status) > 0 && procstat_parse_uid(status, &uid) == 0 &&
	       uid == getuid();
}

/* Again: the pidfd first, then whether what it holds is meant. */
static int signal_member(int32_t pid, uint32_t audit_session, int signal)
{
	uint32_t session;
	struct procstat stat;
	autoclose int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (pidfd < 0 || process_audit_session(pid, &session) < 0 || session != audit_session || is_own_user(pid))
		return 0;
	if (process_read_stat(pid, &stat) < 0 || !procstat_is_alive(&stat))
		return 0;
	return process_signal(pidfd, signal) == 0;
}

int members_signal_session(uint32_t audit_session, int32_t spared, int signal)
{
	const struct dirent *entry;
	int count = 0;

	if (audit_session == AUDIT_UNSET)
		return -EINVAL;
	autoclosedir DIR *proc = opendir("/proc");
	if (proc == NULL)
		return -errno;
	while ((entry = readdir(proc)) != NULL) {
		uint64_t pid;
		if (text_parse_unsigned(entry->d_name, INT32_MAX, &pid) < 0 || (int32_t)pid == getpid() || (int32_t)pid == spared)
			continue;
		count += signal_member((int32_t)pid, audit_session, signal);
	}
	return count;
}

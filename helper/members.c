/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/members.h"

#include <string.h>

#include "common/process.h"
#include "helper/children.h"

/* A walk ends after this many processes: a session that hides its terminal behind more of them gains nothing but being idle. */
#define VISITED_MAX 1024

/* Room for the end of /proc/PID/status, where the switches stand behind lists of groups and CPUs of any length. */
#define STATUS_END_SIZE 4096

struct queue {
	int32_t pid[VISITED_MAX];
	size_t first, count;
};

struct survey {
	struct members *members;
	struct procstat leader;
	struct queue open;   /* those without a terminal, as far as is known */
	struct queue seated; /* those that have one, and all below them */
};

void terminal_set_add(struct terminal_set *set, uint32_t device, uint64_t since)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->device[i] == device)
			return;
	}
	if (set->count == MEMBERS_TERMINALS_MAX)
		return;
	set->device[set->count] = device;
	set->since[set->count++] = since;
}

/* Nobody twice: children of a thread that ends in between are another thread's then. */
static void enqueue(int32_t child, void *context)
{
	struct queue *queue = context;

	for (size_t i = 0; i < queue->count; i++) {
		if (queue->pid[i] == child)
			return;
	}
	if (queue->count < VISITED_MAX)
		queue->pid[queue->count++] = child;
}

static bool dequeue(struct queue *queue, int32_t *ret_pid)
{
	if (queue->first == queue->count)
		return false;
	*ret_pid = queue->pid[queue->first++];
	return true;
}

/*
 * What moves the connection's bytes. sshd's user-side process stays in the session (setsid(2)) of the one that it was forked
 * from; what serves a channel begins one of its own first (session.c, do_exec_no_pty; sshpty.c, pty_make_controlling_tty),
 * the sftp server within sshd as well, whose name is the same and whose parent is the leader of a root login before 9.8.
 */
static bool is_relay(const struct procstat *leader, const struct procstat *stat)
{
	if (stat->pid == leader->pid)
		return true;
	return stat->parent == leader->pid && stat->session == leader->session && strcmp(stat->name, leader->name) == 0;
}

/* 0 where it cannot be read. */
static uint64_t read_switches(int32_t pid)
{
	char status[STATUS_END_SIZE];
	uint64_t switches = 0;

	if (process_read_end(pid, "status", status, sizeof status) > 0)
		(void)procstat_parse_switches(status, &switches);
	return switches;
}

/*
 * The ticks of a child stand in its own stat until it is waited for, as a zombie too, and in its parent's from then on. Parents
 * are read before their children, so that none stands in both.
 */
static void count(const struct survey *survey, const struct procstat *stat)
{
	struct members *members = survey->members;

	members->cpu_ticks = procstat_add_ticks(members->cpu_ticks, stat->waited_ticks);
	if (is_relay(&survey->leader, stat))
		return;
	members->cpu_ticks = procstat_add_ticks(members->cpu_ticks, stat->cpu_ticks);
	if (!procstat_is_alive(stat))
		return;
	members->switches += read_switches(stat->pid);
	members->count++;
}

/* Down to the first process that has a terminal. */
static void walk_to_terminals(struct survey *survey)
{
	struct procstat stat;
	int32_t pid;

	while (dequeue(&survey->open, &pid)) {
		if (process_read_stat(pid, &stat) < 0)
			continue;
		if (stat.tty != 0) {
			terminal_set_add(&survey->members->terminals, stat.tty, stat.start_time);
			enqueue(pid, &survey->seated);
			continue;
		}
		count(survey, &stat);
		children_visit(pid, enqueue, &survey->open);
	}
}

static void walk_below_terminals(struct survey *survey)
{
	struct procstat stat;
	int32_t pid;

	while (dequeue(&survey->seated, &pid)) {
		if (process_read_stat(pid, &stat) < 0)
			continue;
		count(survey, &stat);
		children_visit(pid, enqueue, &survey->seated);
	}
}

void members_survey(int32_t leader, bool is_everything, struct members *ret_members)
{
	struct survey survey = {.members = ret_members};

	*ret_members = (struct members){.count = 0};
	if (process_read_stat(leader, &survey.leader) < 0)
		return;
	enqueue(leader, &survey.open);
	walk_to_terminals(&survey);
	if (is_everything)
		walk_below_terminals(&survey);
}

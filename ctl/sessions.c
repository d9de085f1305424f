/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/sessions.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/process.h"
#include "common/rundir.h"
#include "ctl/ask.h"
#include "ctl/record.h"

/* The ids found in RUN_DIR. */
struct id_list {
	char (*ids)[SESSION_ID_SIZE];
	size_t count, room;
};

static void free_ids(struct id_list *list)
{
	free(list->ids);
	*list = (struct id_list){0};
}

static int add_id(struct id_list *list, const char *id)
{
	if (list->count == list->room) {
		size_t room = list->room > 0 ? list->room * 2 : 64;
		void *ids = reallocarray(list->ids, room, sizeof *list->ids);
		if (ids == NULL)
			return -ENOMEM;
		list->ids = ids;
		list->room = room;
	}
	return text_copy(list->ids[list->count++], SESSION_ID_SIZE, id);
}

/* The id in the name of a record or a socket; false for any other name. */
static bool id_of_name(const char *name, char ret_id[SESSION_ID_SIZE])
{
	const char *suffix = strchr(name, '.');
	size_t length = suffix != NULL ? (size_t)(suffix - name) : strlen(name);

	if (length != SESSION_ID_LENGTH || (suffix != NULL && strcmp(suffix, RUNDIR_SOCKET_SUFFIX) != 0))
		return false;
	memcpy(ret_id, name, length);
	ret_id[length] = '\0';
	return session_is_id(ret_id);
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Sorts, and keeps one of the two names that a session has. */
static void sort_ids(struct id_list *list)
{
	size_t kept = 0;

	if (list->count == 0)
		return;
	qsort(list->ids, list->count, sizeof *list->ids, compare_ids);
	for (size_t i = 1; i < list->count; i++) {
		if (strcmp(list->ids[kept], list->ids[i]) != 0)
			memmove(list->ids[++kept], list->ids[i], SESSION_ID_SIZE);
	}
	list->count = kept + 1;
}

/* A stream of its own, for closedir(3) closes what the stream was made of. */
static DIR *open_directory(int rundir)
{
	autoclose int fd = openat(rundir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;

	if (directory != NULL)
		(void)take_fd(&fd);
	return directory;
}

static int read_ids(int rundir, struct id_list *list)
{
	autoclosedir DIR *directory = open_directory(rundir);

	if (directory == NULL)
		return -errno;
	for (;;) {
		char id[SESSION_ID_SIZE];
		errno = 0;
		const struct dirent *entry = readdir(directory);
		if (entry == NULL)
			break;
		if (id_of_name(entry->d_name, id) && add_id(list, id) < 0)
			return -ENOMEM;
	}
	int r = -errno;
	sort_ids(list);
	return r;
}

/* What the answers are checked against, and where they go. */
struct collection {
	const struct id_list *asked;
	struct watched *items; /* one for each id; the id of its session is empty until something is known */
};

/* An answer without a state is an answer cut short. */
static bool read_answer(const char *id, const char *answer, size_t length, struct watched *ret_item)
{
	if (session_decode(answer, length, &ret_item->session, &ret_item->policy) < 0 ||
	    status_decode(answer, length, &ret_item->status) < 0)
		return false;
	return strcmp(ret_item->session.id, id) == 0 && ret_item->status.state[0] != '\0';
}

static void take_answer(void *context, size_t index, const char *answer, size_t length)
{
	const struct collection *collection = context;
	struct watched item = {.answered = true};

	if (read_answer(collection->asked->ids[index], answer, length, &item))
		collection->items[index] = item;
}

/* Nothing but an answer or a leader that lives shows that a session exists: a record may have outlived it. */
static int read_record(int rundir, const char *id, struct watched *item)
{
	static const struct status unknown = {.idle_ms = STATUS_NONE,
	                                      .idle_left_ms = STATUS_NONE,
	                                      .keepalive_left_ms = STATUS_NONE,
	                                      .max_left_ms = STATUS_NONE,
	                                      .left_ms = STATUS_NONE};
	struct watched found = {.status = unknown};
	int r = record_read(rundir, id, &found.session, &found.policy);

	if (r < 0)
		return r;
	struct process_id leader = {.pid = found.session.leader_pid, .start_time = found.session.leader_start};
	if (process_is_alive(&leader))
		*item = found;
	else
		record_remove(rundir, id);
	return 0;
}

/* Fills in from the records what no watchdog said, and closes the gaps that are left. */
static void complete(int rundir, const struct id_list *asked, struct session_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < asked->count; i++) {
		struct watched *item = &list->items[i];
		if (!item->answered && read_record(rundir, asked->ids[i], item) == -EBADMSG)
			list->damaged++;
		if (item->session.id[0] != '\0')
			memmove(&list->items[kept++], item, sizeof *item);
	}
	list->count = kept;
}

static int collect(int rundir, const struct id_list *asked, struct session_list *list)
{
	if (asked->count == 0)
		return 0;
	list->items = calloc(asked->count, sizeof *list->items);
	if (list->items == NULL)
		return -ENOMEM;
	struct collection collection = {.asked = asked, .items = list->items};
	int r = ask_watchdogs((const char (*)[SESSION_ID_SIZE])asked->ids, asked->count, CONTROL_STATUS, take_answer,
	                      &collection);
	if (r < 0)
		return r;
	complete(rundir, asked, list);
	return 0;
}

int sessions_collect(struct session_list *ret_list)
{
	autofree_sessions struct session_list list = {0};
	__attribute__((cleanup(free_ids))) struct id_list asked = {0};
	autoclose int rundir = rundir_open();

	if (rundir == -ENOENT) {
		*ret_list = list;
		return 0;
	}
	if (rundir < 0)
		return rundir;
	int r = read_ids(rundir, &asked);
	if (r == 0)
		r = collect(rundir, &asked, &list);
	if (r < 0)
		return r;
	*ret_list = list;
	list = (struct session_list){0};
	return 0;
}

void sessions_free(struct session_list *list)
{
	free(list->items);
	*list = (struct session_list){0};
}

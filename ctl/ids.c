/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/ids.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/rundir.h"

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

static int read_names(DIR *directory, struct id_list *list)
{
	for (;;) {
		char id[SESSION_ID_SIZE];
		errno = 0;
		const struct dirent *entry = readdir(directory);
		if (entry == NULL)
			return -errno;
		if (id_of_name(entry->d_name, id) && add_id(list, id) < 0)
			return -ENOMEM;
	}
}

int ids_read(int rundir, struct id_list *ret_list)
{
	autofree_ids struct id_list list = {0};
	autoclosedir DIR *directory = open_directory(rundir);

	if (directory == NULL)
		return -errno;
	int r = read_names(directory, &list);
	if (r < 0)
		return r;
	sort_ids(&list);
	*ret_list = list;
	list = (struct id_list){0};
	return 0;
}

void ids_free(struct id_list *list)
{
	free(list->ids);
	*list = (struct id_list){0};
}

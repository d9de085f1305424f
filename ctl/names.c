/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"

int names_add(struct names *names, const char *name)
{
	if (names->count == names->room) {
		size_t room = names->room * 2 + 16;
		char **grown = reallocarray(names->items, room, sizeof *grown);
		if (grown == NULL)
			return -ENOMEM;
		names->items = grown;
		names->room = room;
	}
	char *copy = strdup(name);
	if (copy == NULL)
		return -ENOMEM;
	names->items[names->count++] = copy;
	return 0;
}

int names_read(struct names *names, const char *directory, name_filter *is_wanted)
{
	autoclosedir DIR *stream = opendir(directory);
	const struct dirent *entry;
	int r = 0;

	if (stream == NULL)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	while (r == 0 && (entry = readdir(stream)) != NULL) {
		if (is_wanted(entry->d_name))
			r = names_add(names, entry->d_name);
	}
	return r;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void names_sort(struct names *names)
{
	size_t kept = 0;

	if (names->count == 0)
		return;
	qsort(names->items, names->count, sizeof names->items[0], compare);
	for (size_t i = 0; i < names->count; i++) {
		if (kept > 0 && strcmp(names->items[kept - 1], names->items[i]) == 0)
			free(names->items[i]);
		else
			names->items[kept++] = names->items[i];
	}
	names->count = kept;
}

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct names){0};
}

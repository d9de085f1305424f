/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The names of what lies in some directories, sorted, each once.
 *
 * The list owns copies; released by names_free().
 */
#ifndef IDLETIMEOUT_CTL_NAMES_H
#define IDLETIMEOUT_CTL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct names {
	char **items;
	size_t count, room;
};

/* Whether a name is wanted. */
typedef bool name_filter(const char *name);

/* Adds what lies in a directory; one that is not there holds nothing. 0 or -errno. */
int names_read(struct names *names, const char *directory, name_filter *is_wanted);

/* Adds a name; 0 or -ENOMEM. */
int names_add(struct names *names, const char *name);

/* Sorts, and leaves each name once. */
void names_sort(struct names *names);

void names_free(struct names *names);

#define autofree_names __attribute__((cleanup(names_free)))

#endif

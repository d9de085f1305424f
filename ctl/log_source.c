/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/log_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {
	[SOURCE_AUDIT] = "audit",
	[SOURCE_JOURNAL] = "journal",
	[SOURCE_SYSLOG] = "syslog",
};

const char *log_source_name(enum log_source_kind kind)
{
	return kind_names[kind];
}

static int make_room(struct log_source *source)
{
	if (source->count < source->room)
		return 0;
	size_t room = source->room > 0 ? source->room * 2 : 8;
	char **names = reallocarray(source->names, room, sizeof *names);
	if (names == NULL)
		return -ENOMEM;
	source->names = names;
	source->room = room;
	return 0;
}

int log_source_add(struct log_source *source, const char *name)
{
	if (make_room(source) < 0)
		return -ENOMEM;
	char *copy = strdup(name);
	if (copy == NULL)
		return -ENOMEM;
	source->names[source->count++] = copy;
	return 0;
}

const char *log_source_last(const struct log_source *source)
{
	return source->count > 0 ? source->names[source->count - 1] : "";
}

void log_source_restart(struct log_source *source, enum log_source_kind kind)
{
	log_source_free(source);
	source->kind = kind;
}

void log_source_free(struct log_source *source)
{
	for (size_t i = 0; i < source->count; i++)
		free(source->names[i]);
	free(source->names);
	*source = (struct log_source){0};
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/children.h"

#include <dirent.h>

#include "common/cleanup.h"
#include "common/process.h"
#include "common/text.h"

/* Room for the children of one thread: some two thousand. A longer list is passed over; what leads to terminals has few. */
#define CHILDREN_SIZE 16384

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
void children_visit(int32_t pid, visit_child *visit, void *context)
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

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/list.h"

#include "ctl/session_json.h"

int list_print_json(const struct session_list *list, FILE *to)
{
	autofree_json struct json_document document = {0};
	struct json_node sessions = json_add_array(json_start(&document), "sessions");

	for (size_t i = 0; i < list->count; i++)
		session_add_json(json_add_object(sessions, NULL), &list->items[i]);
	return json_print(&document, to);
}

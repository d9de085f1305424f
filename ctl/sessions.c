/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/sessions.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/process.h"
#include "common/rundir.h"
#include "ctl/ask.h"
#include "ctl/ids.h"
#include "ctl/record.h"

/* What the answers are checked against, and where they go. */
struct collection {
	const char (*ids)[SESSION_ID_SIZE];
	struct watched *items;
};

/* An answer without a state is an answer cut short. */
bool sessions_read_answer(const char *id, const char *answer, size_t length, struct watched *ret_item)
{
	*ret_item = (struct watched){.answered = true};
	if (session_decode(answer, length, &ret_item->session, &ret_item->policy) < 0 ||
	    status_decode(answer, length, &ret_item->status) < 0)
		return false;
	return strcmp(ret_item->session.id, id) == 0 && ret_item->status.state[0] != '\0';
}

static bool is_refusal(const char *answer, size_t length)
{
	return length >= strlen(CONTROL_REFUSED) && memcmp(answer, CONTROL_REFUSED, strlen(CONTROL_REFUSED)) == 0;
}

static void take_answer(void *context, size_t index, const char *answer, ssize_t length)
{
	const struct collection *collection = context;
	struct watched item;

	if (length < 0)
		collection->items[index].error = (int)length;
	else if (is_refusal(answer, (size_t)length))
		collection->items[index].error = -EACCES;
	else if (sessions_read_answer(collection->ids[index], answer, (size_t)length, &item))
		collection->items[index] = item;
	else
		collection->items[index].error = -EBADMSG;
}

/*
 * Nothing but an answer or a leader that lives shows that a session exists: a record may have outlived it. -ENOENT when
 * it has, or there is none.
 */
static int read_record(int rundir, const char *id, struct watched *item)
{
	struct watched found = {.status = status_unknown};
	int r = record_read(rundir, id, &found.session, &found.policy);

	if (r < 0)
		return r;
	struct process_id leader = {.pid = found.session.leader_pid, .start_time = found.session.leader_start};
	if (!process_is_alive(&leader)) {
		record_remove(rundir, id);
		return -ENOENT;
	}
	*item = found;
	return 0;
}

/* What it means that the watchdog gave the error `asked` and the record the error `recorded`. */
static int why_unknown(int asked, int recorded)
{
	if (recorded == -EBADMSG)
		return -EBADMSG;
	if (asked == -EACCES)
		return -EACCES;
	if (recorded == -ENOENT || asked == -ENOENT || asked == -ECONNREFUSED)
		return -ENOENT;
	return -ETIMEDOUT;
}

int sessions_look_up(int rundir, const char (*ids)[SESSION_ID_SIZE], size_t count, struct watched *ret_items)
{
	struct collection collection = {.ids = ids, .items = ret_items};

	memset(ret_items, 0, count * sizeof *ret_items);
	int r = ask_watchdogs(ids, count, CONTROL_STATUS, ASK_PATIENCE_MS, take_answer, &collection);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct watched *item = &ret_items[i];
		int recorded = item->answered ? 0 : read_record(rundir, ids[i], item);
		if (recorded < 0)
			item->error = why_unknown(item->error, recorded);
	}
	return r;
}

/* Closes the gaps that those of whom nothing is known leave. */
static void keep_known(struct session_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].error == 0)
			memmove(&list->items[kept++], &list->items[i], sizeof *list->items);
		else if (list->items[i].error == -EBADMSG)
			list->damaged++;
	}
	list->count = kept;
}

static int collect(int rundir, struct session_list *list)
{
	autofree_ids struct id_list asked = {0};
	int r = ids_read(rundir, &asked);

	if (r < 0 || asked.count == 0)
		return r;
	list->items = calloc(asked.count, sizeof *list->items);
	if (list->items == NULL)
		return -ENOMEM;
	list->count = asked.count;
	r = sessions_look_up(rundir, (const char (*)[SESSION_ID_SIZE])asked.ids, asked.count, list->items);
	if (r < 0)
		return r;
	keep_known(list);
	return 0;
}

int sessions_collect(struct session_list *ret_list)
{
	autofree_sessions struct session_list list = {0};
	autoclose int rundir = rundir_open();

	if (rundir < 0 && rundir != -ENOENT)
		return rundir;
	if (rundir >= 0) {
		int r = collect(rundir, &list);
		if (r < 0)
			return r;
	}
	*ret_list = list;
	list = (struct session_list){0};
	return 0;
}

void sessions_free(struct session_list *list)
{
	free(list->items);
	*list = (struct session_list){0};
}

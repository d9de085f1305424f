/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/pick.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ids.h"
#include "ctl/prefix.h"
#include "ctl/sessions.h"

/* Ids that are named when the beginning of one is that of several. */
#define CANDIDATES_SHOWN 8

int pick_init(struct pick *pick, size_t room)
{
	*pick = (struct pick){
		.typed = calloc(room, sizeof *pick->typed),
		.ids = calloc(room, sizeof *pick->ids),
	};
	return pick->typed == NULL || pick->ids == NULL ? -ENOMEM : 0;
}

int pick_add(struct pick *pick, const struct command *command, const char *word)
{
	char prefix[SESSION_ID_SIZE];

	if (prefix_parse(word, prefix) < 0)
		return command_misused(command, "not the ID of a session:", word);
	pick->typed[pick->count++] = word;
	return 0;
}

/* The nearest of those that the caller could be shown; whoever may not look at any is told of none. */
static void suggest(const char *prefix)
{
	autofree_sessions struct session_list visible = {0};
	const char *guess = NULL;

	if (sessions_collect(&visible) < 0)
		return;
	for (size_t i = 0; i < visible.count; i++)
		guess = prefix_nearer(prefix, visible.items[i].session.id, guess);
	if (guess != NULL)
		fprintf(stderr, PROGRAM_NAME ": did you mean '%s'?\n", guess);
}

static void tell_candidates(const char *typed, const char (*ids)[SESSION_ID_SIZE], size_t count)
{
	fprintf(stderr, PROGRAM_NAME ": '%s' is the beginning of %zu sessions:", typed, count);
	for (size_t i = 0; i < count && i < CANDIDATES_SHOWN; i++)
		fprintf(stderr, " %s", ids[i]);
	fputs(count > CANDIDATES_SHOWN ? " ..\n" : "\n", stderr);
}

/* Whether `typed`, which pick_add() let through, is one session, whose id is then `ret_id`. */
static bool find(const struct id_list *known, const char *typed, char ret_id[SESSION_ID_SIZE])
{
	const char(*ids)[SESSION_ID_SIZE] = (const char (*)[SESSION_ID_SIZE])known->ids;
	char prefix[SESSION_ID_SIZE] = "";
	size_t first;

	(void)prefix_parse(typed, prefix);
	size_t found = known->count > 0 ? prefix_find(prefix, ids, known->count, &first) : 0;
	if (found == 1) {
		memcpy(ret_id, ids[first], SESSION_ID_SIZE);
		return true;
	}
	if (found > 1) {
		tell_candidates(typed, ids + first, found);
		return false;
	}
	fprintf(stderr, PROGRAM_NAME ": there is no session '%s'\n", typed);
	suggest(prefix);
	return false;
}

int pick_find(struct pick *pick, int rundir)
{
	autofree_ids struct id_list known = {0};
	size_t asked = pick->count;
	/* Before anything was ever armed there is no RUN_DIR, and no session. */
	int r = rundir >= 0 ? ids_read(rundir, &known) : rundir;

	if (r < 0 && r != -ENOENT)
		return command_failed("cannot look for a session", r);
	pick->count = 0;
	for (size_t i = 0; i < asked; i++)
		pick->count += find(&known, pick->typed[i], pick->ids[pick->count]);
	return pick->count < asked;
}

static bool is_among(const char (*ids)[SESSION_ID_SIZE], size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(ids[i], id) == 0)
			return true;
	}
	return false;
}

void pick_once(struct pick *pick)
{
	const char(*ids)[SESSION_ID_SIZE] = (const char (*)[SESSION_ID_SIZE])pick->ids;
	size_t kept = 0;

	for (size_t i = 0; i < pick->count; i++) {
		if (!is_among(ids, kept, ids[i]))
			memmove(pick->ids[kept++], ids[i], SESSION_ID_SIZE);
	}
	pick->count = kept;
}

int pick_tell_unknown(const char *id, int error)
{
	const char *why = "its watchdog does not answer";

	if (error == -EACCES)
		why = "not permitted, it is another user's";
	else if (error == -ENOENT)
		why = "it is over";
	else if (error == -EBADMSG)
		why = "its record cannot be understood";
	fprintf(stderr, PROGRAM_NAME ": session '%s': %s\n", id, why);
	return error == -EACCES ? error : 1;
}

void pick_free(struct pick *pick)
{
	free(pick->typed);
	free(pick->ids);
	*pick = (struct pick){0};
}

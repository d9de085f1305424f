/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/give.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/rundir.h"
#include "common/status.h"
#include "ctl/ask.h"
#include "ctl/audit.h"

/* Of what a watchdog says when it refuses. */
#define REASON_SIZE 80

/* Room for what is said of a session that obeyed, with the longest name there is. */
#define SUCCESS_SIZE 512

struct outcome {
	struct watched item; /* answered: the order was obeyed, and this is how things stand */
	char refusal[REASON_SIZE];
	int error; /* there was no answer: one of ask.h */
};

struct delivery {
	const struct order *order;
	const char (*ids)[SESSION_ID_SIZE];
	struct outcome *outcomes;
};

static bool take_refusal(const char *answer, size_t length, struct outcome *outcome)
{
	size_t prefix = strlen(CONTROL_REFUSED);
	struct text text;

	if (length < prefix || memcmp(answer, CONTROL_REFUSED, prefix) != 0)
		return false;
	text_init(&text, outcome->refusal, sizeof outcome->refusal);
	text_add_bytes(&text, answer + prefix, length - prefix);
	return true;
}

static void take_answer(void *context, size_t index, const char *answer, ssize_t length)
{
	const struct delivery *delivery = context;
	struct outcome *outcome = &delivery->outcomes[index];

	if (length < 0)
		outcome->error = (int)length;
	else if (!take_refusal(answer, (size_t)length, outcome) &&
	         !sessions_read_answer(delivery->ids[index], answer, (size_t)length, &outcome->item))
		*outcome = (struct outcome){.error = -EBADMSG};
}

/* Says it of the session on stderr; returns `result`. */
static int tell(const char *id, const char *what, int result)
{
	char safe[REASON_SIZE];
	struct text text;

	text_init(&text, safe, sizeof safe);
	text_add_printable(&text, what);
	fprintf(stderr, PROGRAM_NAME ": session '%s': %s\n", id, safe);
	return result;
}

static int tell_refusal(const char *id, const char *refusal)
{
	if (strcmp(refusal, CONTROL_FOREIGN) == 0)
		return pick_tell_unknown(id, -EACCES);
	if (strcmp(refusal, CONTROL_ROOT_ONLY) == 0)
		return tell(id, "not permitted, " CONTROL_ROOT_ONLY, -EACCES);
	if (strcmp(refusal, CONTROL_UNKNOWN) == 0)
		return tell(id, "its watchdog is older than this command and cannot do that", 1);
	return tell(id, refusal, 1);
}

/* A watchdog that is gone may have left its session behind. */
static int tell_silence(int rundir, const char (*id)[SESSION_ID_SIZE])
{
	struct watched now;
	int r = sessions_look_up(rundir, id, 1, &now);

	return pick_tell_unknown(*id, r < 0 || now.error == 0 ? -ETIMEDOUT : now.error);
}

/* The order was obeyed: what is missing then is told, and is no reason to say that it was not. */
static void record(const char *id, const struct order *order, const struct watched *item)
{
	int r = audit_order(order, item);

	if (r == 0 || r == -ENOENT)
		return;
	fprintf(stderr, PROGRAM_NAME ": session '%s': done, but this command's audit record was not written: %s\n", id,
	        strerror(-r));
}

static void tell_success(const struct watched *item, success_writer *write)
{
	char data[SUCCESS_SIZE], safe[SUCCESS_SIZE];
	struct text text, safe_text;

	text_init(&text, data, sizeof data);
	text_init(&safe_text, safe, sizeof safe);
	write(item, &text);
	text_add_printable(&safe_text, data);
	printf("%s\n", safe);
}

static int tell_outcome(int rundir, const struct delivery *delivery, size_t index, success_writer *write)
{
	const struct outcome *outcome = &delivery->outcomes[index];
	const char *id = delivery->ids[index];

	if (outcome->item.answered) {
		tell_success(&outcome->item, write);
		record(id, delivery->order, &outcome->item);
		return 0;
	}
	if (outcome->error == 0)
		return tell_refusal(id, outcome->refusal);
	if (outcome->error == -EACCES)
		return pick_tell_unknown(id, -EACCES);
	if (outcome->error == -EBADMSG)
		return tell(id, "its watchdog's answer cannot be understood", 1);
	return tell_silence(rundir, &delivery->ids[index]);
}

/* Gives it to the sessions that were found. */
static int deliver(int rundir, const struct pick *sessions, const struct order *order, success_writer *write)
{
	char request[CONTROL_REQUEST_SIZE];
	struct text text;
	autofree struct outcome *outcomes = calloc(sessions->count, sizeof *outcomes);
	struct delivery delivery = {
		.order = order, .ids = (const char (*)[SESSION_ID_SIZE])sessions->ids, .outcomes = outcomes};
	int result = 0;

	if (outcomes == NULL)
		return command_failed("cannot ask a watchdog", -ENOMEM);
	text_init(&text, request, sizeof request);
	order_add(&text, order);
	/* No hurry: a watchdog that is only slow must not obey somebody who has been told that it does not. */
	int r = ask_watchdogs(delivery.ids, sessions->count, request, ASK_TOTAL_MS, take_answer, &delivery);
	if (r < 0)
		return command_failed("cannot ask a watchdog", r);
	for (size_t i = 0; i < sessions->count; i++) {
		r = tell_outcome(rundir, &delivery, i, write);
		if (r < 0 || result == 0)
			result = r;
	}
	return result;
}

int give_order(struct pick *sessions, const struct order *order, success_writer *write)
{
	autoclose int rundir = rundir_open();
	int found = pick_find(sessions, rundir);

	if (found < 0 || sessions->count == 0)
		return found;
	pick_once(sessions);
	int given = deliver(rundir, sessions, order, write);
	return given != 0 ? given : found;
}

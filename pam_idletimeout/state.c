/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/state.h"

#include <errno.h>
#include <security/pam_ext.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include "common/cleanup.h"
#include "common/lifeline.h"
#include "pam_idletimeout/arm.h"
#include "pam_idletimeout/loss.h"
#include "pam_idletimeout/reason.h"

#define DATA_NAME "pam_idletimeout"

struct state {
	pid_t leader;
	int lifeline; /* -1 once the session has ended */
	/* Hosts close descriptors that they do not know: the number alone may be somebody else's by now. */
	dev_t device;
	ino_t inode;
	char id[SESSION_ID_SIZE];
	char record[]; /* for the report of a loss */
};

static struct state *find(pam_handle_t *pamh)
{
	const void *data = NULL;
	struct state *state = NULL;

	/* libpam hands out as const what it was given to keep. */
	(void)pam_get_data(pamh, DATA_NAME, &data);
	memcpy(&state, &data, sizeof data);
	return state;
}

static bool holds_lifeline(const struct state *state)
{
	struct stat st;

	return state->lifeline >= 0 && fstat(state->lifeline, &st) == 0 && st.st_dev == state->device &&
	       st.st_ino == state->inode;
}

/* A watchdog that ended the session and is done is no longer there to be told, and that is no loss. */
static int after_loss(const struct state *state, struct text *why)
{
	char reason[REASON_SIZE];
	struct text unreported;

	if (!loss_clean_up(state->id))
		return 0;
	text_add(why, "the watchdog of this session was lost");
	text_init(&unreported, reason, sizeof reason);
	if (loss_report(state->record, &unreported) < 0) {
		text_add(why, ", and that is not on record: ");
		text_add(why, reason);
	}
	return -EOWNERDEAD;
}

/* Silence before speech: the watchdog leaves when it hears the goodbye. */
static int say_goodbye(const struct state *state, struct text *why)
{
	if (!holds_lifeline(state))
		return reason_set(why, -EBADF, "the lifeline was closed by its host");
	arm_silence(state->lifeline);
	int r = lifeline_send(state->lifeline, LIFELINE_GOODBYE, strlen(LIFELINE_GOODBYE));
	if (r == -EPIPE || r == -ECONNRESET)
		return after_loss(state, why);
	return r < 0 ? reason_errno(why, r, "cannot reach the watchdog") : 0;
}

static void release_lifeline(struct state *state)
{
	if (holds_lifeline(state))
		close_fd(&state->lifeline);
	state->lifeline = -1;
}

/*
 * PAM's clean-up function. A copy of the host that ends silently must not take the session with it
 * (pam_end(3)).
 */
static void clean_up(pam_handle_t *pamh, void *data, int status)
{
	struct state *state = data;
	char reason[REASON_SIZE];
	struct text why;

	text_init(&why, reason, sizeof reason);
	if (state->lifeline >= 0 && state->leader == getpid() && (status & PAM_DATA_SILENT) == 0 &&
	    say_goodbye(state, &why) < 0)
		pam_syslog(pamh, LOG_WARNING, "%s", reason);
	release_lifeline(state);
	free(state);
}

static struct state *make_state(const struct session *session, const struct policy *policy)
{
	char record[SESSION_RECORD_SIZE];
	struct text text;

	text_init(&text, record, sizeof record);
	if (session_encode(session, policy, &text) < 0)
		return NULL;
	struct state *state = calloc(1, sizeof *state + text.used + 1);
	if (state == NULL)
		return NULL;
	state->leader = getpid();
	state->lifeline = -1;
	memcpy(state->id, session->id, sizeof state->id);
	memcpy(state->record, record, text.used + 1);
	return state;
}

int state_store(pam_handle_t *pamh, const struct session *session, const struct policy *policy, int *lifeline)
{
	struct stat st;
	autofree struct state *state = make_state(session, policy);

	if (state == NULL)
		return -ENOMEM;
	if (fstat(*lifeline, &st) < 0)
		return -errno;
	state->device = st.st_dev;
	state->inode = st.st_ino;
	if (pam_set_data(pamh, DATA_NAME, state, clean_up) != PAM_SUCCESS)
		return -ENOMEM;
	/* Only now: had it failed, the caller would still need the descriptor. */
	state->lifeline = take_fd(lifeline);
	state = NULL;
	return 0;
}

bool state_exists(pam_handle_t *pamh)
{
	return find(pamh) != NULL;
}

int state_end(pam_handle_t *pamh, struct text *why)
{
	struct state *state = find(pamh);

	if (state == NULL)
		return -ENOENT;
	if (state->leader != getpid())
		return -EPERM;
	int r = say_goodbye(state, why);
	release_lifeline(state);
	/* Replaced by nothing: the handle frees it, and a second close finds nothing armed. */
	(void)pam_set_data(pamh, DATA_NAME, NULL, NULL);
	return r;
}

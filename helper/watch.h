/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One watched session: everything the watchdog holds, and the operations on it that the loop calls.
 *
 * The struct owns its descriptors from watch_take_descriptors to watch_release. Operations have effects; what they decide is
 * decided in engine.h, observer.h and ladder.h.
 */
#ifndef IDLETIMEOUT_HELPER_WATCH_H
#define IDLETIMEOUT_HELPER_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/policy.h"
#include "common/session.h"
#include "helper/engine.h"
#include "helper/ladder.h"
#include "helper/observer.h"
#include "helper/report.h"
#include "helper/terminals.h"

#define TERMINAL_NAMES_SIZE 128

enum phase {
	PHASE_RUNNING,
	PHASE_CLOSING, /* on the disconnect ladder */
	PHASE_OVER
};

struct watch {
	struct session session;
	struct policy policy;
	int lifeline;   /* -1 when the leader has closed its end */
	int leader;     /* pidfd */
	int connection; /* -1: none, or let go */
	int directory;  /* RUN_DIR */

	struct engine engine;
	struct observer observer;
	bool is_spoof_reported;
	int64_t wake; /* when to go on, CLOCK_BOOTTIME in nanoseconds; ENGINE_NEVER */

	enum phase phase;
	struct ladder ladder;
	enum limit limit;       /* that ended the session, for the reason on the terminals */
	struct report report;   /* of the disconnect */
	struct given_order order; /* the last that was obeyed */
	char names[TERMINAL_NAMES_SIZE]; /* terminals at the time of the report */
	bool is_leader_gone;

	struct terminals terminals; /* last: most of it is never touched, and costs no memory then */
};

/* Takes over the descriptors of common/lifeline.h. To be called before anything is opened: a number left free is soon another's. */
void watch_take_descriptors(struct watch *watch);

/* Starts to watch `session` under `policy`, which are filled in already; takes over `directory`. */
void watch_init(struct watch *watch, int directory);

/* Removes the session's files and closes what is still open. */
void watch_release(struct watch *watch);

/* Samples everything there is to see (look.c). */
struct sample watch_look(struct watch *watch);

/* Looks and acts on the verdict; on the ladder, takes the steps that are due (act.c). Sets `wake`. */
void watch_act(struct watch *watch);

/* Obeys an order, while the session is PHASE_RUNNING (act.c); the next watch_act sets `wake`. */
void watch_extend(struct watch *watch, const struct given_order *given);
void watch_close(struct watch *watch, const struct given_order *given);

/* The leader's pidfd or lifeline has something to say (act.c). */
void watch_leader_exited(struct watch *watch);
void watch_hear(struct watch *watch);

/* Carries out one step of the ladder (disconnect.c). */
void watch_take_step(struct watch *watch, enum step step);

/* Answers a request of the control socket (answer.c); a server_answer. */
void watch_answer(void *watch, const char *request, const struct caller *caller, struct text *answer);

#endif

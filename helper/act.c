/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "common/lifeline.h"
#include "helper/deliver.h"
#include "helper/warning.h"
#include "helper/watch.h"

/* Heard at a time: a flood of messages must not keep the watchdog from its deadlines. */
#define MESSAGES_MAX 16

static const enum report_reason reason_of[] = {
	[LIMIT_IDLE] = REASON_IDLE, [LIMIT_KEEPALIVE] = REASON_KEEPALIVE, [LIMIT_MAX] = REASON_MAX};

static uint64_t whole_seconds(int64_t ns)
{
	return ns > 0 ? (uint64_t)(ns / NS_PER_SECOND) : 0;
}

/* How long that has lasted which the limit limits, as of `now`. */
static uint64_t measure(const struct watch *watch, enum limit limit, int64_t now)
{
	switch (limit) {
	case LIMIT_IDLE:
		return whole_seconds(now - watch->engine.active);
	case LIMIT_KEEPALIVE:
		return whole_seconds(now - watch->engine.alive);
	default:
		return whole_seconds(now - watch->engine.start);
	}
}

/* Told by its data, a peer can be dead while something else answers for it; the log must say so to whoever looks into it. */
static bool is_answered_for(const struct watch *watch, enum report_reason reason, int64_t now)
{
	const uint32_t *value = watch->policy.value;

	return reason == REASON_KEEPALIVE && value[OPTION_KEEPALIVE_PROOF] == PROOF_DATA &&
	       peer_is_answered_for(&watch->observer.wire, value[OPTION_KEEPALIVE], now);
}

static void fill_report(struct watch *watch, enum report_kind kind, enum limit limit, enum report_reason reason, int64_t now)
{
	struct text names;

	text_init(&names, watch->names, sizeof watch->names);
	terminals_add_names(&watch->terminals, &names);
	watch->report = (struct report){
		.kind = kind,
		.reason = reason,
		.measured_s = measure(watch, limit, now),
		.is_answered_for = is_answered_for(watch, reason, now),
		.terminals = watch->names,
	};
}

static void climb(struct watch *watch)
{
	enum step step;

	while ((step = ladder_take(&watch->ladder, clock_boot_ns())) != STEP_WAIT && watch->phase == PHASE_CLOSING)
		watch_take_step(watch, step);
	watch->wake = watch->ladder.due;
}

static void begin_closing(struct watch *watch, enum limit limit, enum report_reason reason, int64_t now)
{
	fill_report(watch, REPORT_DISCONNECTED, limit, reason, now);
	watch->phase = PHASE_CLOSING;
	watch->limit = limit;
	ladder_begin(&watch->ladder, now, watch->connection >= 0, watch->policy.value[OPTION_KILL] == KILL_SESSION);
}

/* What dry_run does instead of a disconnect: says so to everybody whom the disconnect would have concerned. */
static void rehearse(struct watch *watch, enum limit limit, int64_t now)
{
	char message[WARNING_SIZE];
	struct text text;

	text_init(&text, message, sizeof message);
	reason_add(&text, limit, limit_seconds(limit, &watch->policy), true);
	(void)terminals_write(&watch->terminals, message);
	observer_warned(&watch->observer);
	fill_report(watch, REPORT_WOULD_DISCONNECT, limit, reason_of[limit], now);
	deliver(&watch->report, &watch->session, &watch->policy);
	engine_forgive(&watch->engine, limit);
	watch->wake = now;
}

static void cut(struct watch *watch, enum limit limit, int64_t now)
{
	if (watch->policy.value[OPTION_DRY_RUN]) {
		rehearse(watch, limit, now);
		return;
	}
	begin_closing(watch, limit, reason_of[limit], now);
	climb(watch);
}

static void warn(struct watch *watch, const struct verdict *verdict)
{
	char message[WARNING_SIZE];
	struct text text;

	text_init(&text, message, sizeof message);
	warning_add(&text, verdict->limit, verdict->left, limit_seconds(verdict->limit, &watch->policy));
	(void)terminals_write(&watch->terminals, message);
	observer_warned(&watch->observer);
}

void watch_extend(struct watch *watch, const struct given_order *given)
{
	char message[WARNING_SIZE];
	struct text text;
	int64_t now = clock_boot_ns();

	if (!engine_extend(&watch->engine, now, now + given->order.seconds * NS_PER_SECOND))
		return;
	text_init(&text, message, sizeof message);
	extension_add(&text, given->order.seconds);
	(void)terminals_write(&watch->terminals, message);
	watch->order = *given;
	fill_report(watch, REPORT_EXTENDED, LIMIT_NONE, REASON_NONE, now);
	watch->report.order = &watch->order;
	deliver(&watch->report, &watch->session, &watch->policy);
}

/* Also under dry_run, which rehearses what limits do: an administrator who closes a session means it. */
void watch_close(struct watch *watch, const struct given_order *given)
{
	int64_t now = clock_boot_ns();

	watch->order = *given;
	begin_closing(watch, LIMIT_NONE, REASON_ADMIN, now);
	watch->report.measured_s = measure(watch, LIMIT_IDLE, now);
	watch->report.order = &watch->order;
	climb(watch);
}

/* Once: who sets stamps by hand does it in a loop. */
static void report_spoof(struct watch *watch, int64_t now)
{
	if (!watch->observer.is_spoofed || watch->is_spoof_reported)
		return;
	watch->is_spoof_reported = true;
	fill_report(watch, REPORT_TAMPERED, LIMIT_IDLE, REASON_SPOOF, now);
	deliver(&watch->report, &watch->session, &watch->policy);
}

void watch_act(struct watch *watch)
{
	if (watch->phase == PHASE_CLOSING) {
		climb(watch);
		return;
	}
	/* The sample is taken now: a key typed in this moment saves the session. */
	struct sample sample = watch_look(watch);
	struct verdict verdict = engine_step(&watch->engine, &sample);
	watch->wake = verdict.wake;
	report_spoof(watch, sample.now);
	if (verdict.action == ACTION_CUT)
		cut(watch, verdict.limit, sample.now);
	else if (verdict.action == ACTION_WARN)
		warn(watch, &verdict);
}

/* The kernel may have found the peer dead, and sshd gone because of it, before the watchdog looked. */
static bool is_peer_dead(const struct watch *watch, const struct sample *sample)
{
	return watch->engine.window > 0 && watch->observer.wire.is_closed && sample->alive != ENGINE_UNKNOWN &&
	       sample->now - sample->alive >= watch->engine.window;
}

static void close_without_leader(struct watch *watch)
{
	struct sample sample = watch_look(watch);
	bool is_dead = is_peer_dead(watch, &sample);

	watch->engine.alive = sample.alive;
	begin_closing(watch, is_dead ? LIMIT_KEEPALIVE : LIMIT_NONE, is_dead ? REASON_KEEPALIVE : REASON_LEADER_LOST, sample.now);
	/* What hangs on the connection, a client and the user's side of sshd, ends with it. */
	watch_take_step(watch, STEP_SHUTDOWN);
}

void watch_leader_exited(struct watch *watch)
{
	watch->is_leader_gone = true;
	/* A goodbye may still be in the lifeline. */
	watch_hear(watch);
	if (watch->phase == PHASE_OVER)
		return;
	if (watch->phase == PHASE_RUNNING)
		close_without_leader(watch);
	ladder_leader_gone(&watch->ladder, clock_boot_ns());
	/* A dup of the socket keeps TCP open after the leader. */
	close_fd(&watch->connection);
	climb(watch);
}

static void take_goodbye(struct watch *watch)
{
	if (watch->phase == PHASE_RUNNING) {
		watch->phase = PHASE_OVER;
		return;
	}
	/* The leader is on its clean path: it has closed the session and needs no further push. */
	if (watch->phase == PHASE_CLOSING && !watch->ladder.is_leader_gone)
		ladder_leader_gone(&watch->ladder, clock_boot_ns());
}

/* True when there may be more to hear. */
static bool hear_one(struct watch *watch)
{
	char message[LIFELINE_MESSAGE_SIZE];
	pid_t sender;
	int r = lifeline_receive_from(watch->lifeline, message, sizeof message, &sender);

	if (r > 0 && sender == watch->session.leader_pid && strcmp(message, LIFELINE_GOODBYE) == 0)
		take_goodbye(watch);
	/* Processes of the user hold the other end too: what they send that makes no sense is passed over. */
	if (r > 0 || r == -EMSGSIZE || r == -ENOMSG)
		return true;
	/* Any other error is the kernel's: what could not be read now, a goodbye perhaps, is still there to be read. */
	if (r == 0 || r == -ECONNRESET)
		close_fd(&watch->lifeline);
	return false;
}

void watch_hear(struct watch *watch)
{
	for (unsigned heard = 0; heard < MESSAGES_MAX && watch->lifeline >= 0 && hear_one(watch); heard++)
		;
}

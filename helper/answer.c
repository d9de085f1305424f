/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include "common/clock.h"
#include "common/duration.h"
#include "common/order.h"
#include "common/status.h"
#include "helper/watch.h"

static int64_t left_ms(const struct engine *engine, enum limit limit, int64_t now)
{
	int64_t left = engine_left(engine, limit, now);

	return left == ENGINE_NEVER ? STATUS_NONE : left / NS_PER_MS;
}

static const char *state_name(const struct watch *watch)
{
	const struct engine *engine = &watch->engine;

	if (watch->phase == PHASE_CLOSING)
		return "closing";
	if (engine_is_forgiven(engine))
		return "dry-run";
	return engine->idle_warnings.given > 0 || engine->max_warnings.given > 0 ? "warned" : "running";
}

/* A session whose last activity came before its login has seen none. */
static int64_t since_ms(const struct watch *watch, enum source source, int64_t now)
{
	int64_t latest = watch->observer.sources.latest[source];

	return latest <= watch->engine.start ? STATUS_NONE : (now > latest ? now - latest : 0) / NS_PER_MS;
}

static void fill_sources(const struct watch *watch, int64_t now, struct status *status)
{
	status->input_ms = since_ms(watch, SOURCE_INPUT, now);
	status->output_ms = since_ms(watch, SOURCE_OUTPUT, now);
	status->process_ms = since_ms(watch, SOURCE_PROCESS, now);
	status->network_ms = since_ms(watch, SOURCE_NETWORK, now);
	status->spoofed = watch->observer.is_spoofed;
	(void)text_copy(status->source, sizeof status->source, source_name(watch->observer.keeper));
}

static void fill_status(struct watch *watch, int64_t now, struct status *ret_status)
{
	const struct engine *engine = &watch->engine;
	enum limit first = engine_first(engine);
	struct text names;

	*ret_status = (struct status){
		.idle_ms = (now - engine->active) / NS_PER_MS,
		.idle_left_ms = left_ms(engine, LIMIT_IDLE, now),
		.keepalive_left_ms = left_ms(engine, LIMIT_KEEPALIVE, now),
		.max_left_ms = left_ms(engine, LIMIT_MAX, now),
		.left_ms = first == LIMIT_NONE ? STATUS_NONE : left_ms(engine, first, now),
		.extended_ms = engine->extended > now ? (engine->extended - now) / NS_PER_MS : STATUS_NONE,
	};
	text_init(&names, ret_status->terminals, sizeof ret_status->terminals);
	terminals_add_names(&watch->terminals, &names);
	fill_sources(watch, now, ret_status);
	(void)text_copy(ret_status->first, sizeof ret_status->first, limit_name(first));
	(void)text_copy(ret_status->state, sizeof ret_status->state, state_name(watch));
}

static void refuse(struct text *answer, const char *reason)
{
	text_init(answer, answer->data, answer->size);
	text_add(answer, CONTROL_REFUSED);
	text_add(answer, reason);
}

/* Looking is acting: what has run out at this moment is over at this moment. */
static void answer_status(struct watch *watch, struct text *answer)
{
	struct status status;

	watch_act(watch);
	fill_status(watch, clock_boot_ns(), &status);
	if (session_encode(&watch->session, &watch->policy, answer) < 0 || status_encode(&status, answer) < 0)
		refuse(answer, "the answer is too long");
}

static bool is_extendable(const struct watch *watch)
{
	return watch->engine.idle > 0 || watch->engine.max > 0;
}

/* Why an order of `caller` is not obeyed; NULL when it is. */
static const char *objection(const struct watch *watch, const struct order *order, const struct caller *caller)
{
	if (caller->uid != 0)
		return CONTROL_ROOT_ONLY;
	/* Whoever gave up waiting was told that nothing came of it, and what nobody can answer for is not done. */
	if (!caller->is_accountable)
		return "the watchdog cannot see who asks";
	if (watch->phase != PHASE_RUNNING)
		return "it is ending already";
	if (order->kind == ORDER_EXTEND && !is_extendable(watch))
		return "it has no limit that could be extended";
	return NULL;
}

static void obey(struct watch *watch, const struct given_order *given)
{
	if (given->order.kind == ORDER_CLOSE)
		watch_close(watch, given);
	else
		watch_extend(watch, given);
}

static void answer_order(struct watch *watch, const struct order *order, const struct caller *caller, struct text *answer)
{
	const struct given_order given = {.order = *order, .caller = *caller};

	/* A limit that has run out comes before the order. */
	if (caller->uid == 0)
		watch_act(watch);
	const char *why_not = objection(watch, order, caller);
	if (why_not != NULL) {
		refuse(answer, why_not);
		return;
	}
	obey(watch, &given);
	answer_status(watch, answer);
}

void watch_answer(void *context, const char *request, const struct caller *caller, struct text *answer)
{
	struct watch *watch = context;
	struct order order;
	int r = order_parse(request, &order);

	if (r == 0)
		answer_order(watch, &order, caller, answer);
	else if (r == -EINVAL)
		refuse(answer, "malformed request");
	else if (strcmp(request, CONTROL_STATUS) == 0)
		answer_status(watch, answer);
	else
		refuse(answer, CONTROL_UNKNOWN);
}

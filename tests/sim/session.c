/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/sim/session.h"

#include "helper/peer.h"

static struct kernel_probing probing_of(const struct scenario *scenario)
{
	if (scenario->keepalive == 0)
		return (struct kernel_probing){.rto_max = 120 * SECOND};
	struct probing probing = peer_probing(scenario->keepalive, scenario->count);
	return (struct kernel_probing){.idle = probing.idle_s * SECOND,
	                               .interval = probing.interval_s * SECOND,
	                               .rto_max = probing.rto_max_ms * MILLISECOND,
	                               .count = (unsigned)probing.count};
}

static struct breach look(struct session *session)
{
	struct verdict verdict = watcher_look(&session->watcher, &session->world);

	promises_see(&session->promises, &session->watcher, &session->world);
	session->is_cut = verdict.action == ACTION_CUT;
	session->limit = verdict.limit;
	if (!session->is_cut)
		return (struct breach){NULL, 0};
	return promises_not_early(&session->promises, &session->world, verdict.limit);
}

/* One look, or whatever happens until then. */
static struct breach go_on(struct session *session)
{
	struct world *world = &session->world;
	struct watcher *watcher = &session->watcher;

	if (world->now >= watcher->wake) {
		struct breach breach = look(session);
		if (session->is_cut || breach.promise != NULL)
			return breach;
	}
	world_advance(world, watcher->wake);
	promises_follow(&session->promises, world);
	if (world->is_disturbed) {
		watcher->wake = world->now;
		watcher->disturbances++;
	}
	world->is_disturbed = false;
	return promises_not_late(&session->promises, world);
}

struct breach session_live(struct session *session, uint64_t seed, unsigned with)
{
	struct breach breach = {NULL, 0};

	*session = (struct session){.scenario = scenario_draw(seed, with)};
	struct kernel_probing probing = probing_of(&session->scenario);
	world_begin(&session->world, &session->scenario, &probing);
	watcher_begin(&session->watcher, &session->world);
	promises_begin(&session->promises, &session->world);
	while (breach.promise == NULL && !session->is_cut &&
	       session->world.now < session->world.login + session->scenario.length)
		breach = go_on(session);
	return breach.promise != NULL ? breach : promises_few_looks(&session->world, &session->watcher);
}

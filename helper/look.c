/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/clock.h"
#include "helper/activity.h"
#include "helper/members.h"
#include "helper/tcp.h"
#include "helper/watch.h"

static void find_terminals(const struct watch *watch, struct terminal_set *ret_set)
{
	uint32_t login_device = terminals_login_device(&watch->terminals);

	members_find_terminals(watch->session.leader_pid, ret_set);
	if (login_device != 0)
		terminal_set_add(ret_set, login_device);
}

struct sample watch_look(struct watch *watch)
{
	struct terminal_set set;

	find_terminals(watch, &set);
	/* In this order: time lost in between makes input later, never earlier. */
	int64_t wall = clock_wall_ns();
	int64_t now = clock_boot_ns();
	watch->offset = wall_offset_next(&watch->offset, wall, now);
	watch->wire = tcp_read(watch->connection, now);
	int64_t typed = terminals_sample(&watch->terminals, &set, &watch->offset, now);
	const struct wire *wire = &watch->wire;
	uint32_t proof = watch->policy.value[OPTION_KEEPALIVE_PROOF];
	return (struct sample){
		.now = now,
		.active = activity_latest(watch->policy.value[OPTION_ACTIVITY], typed, set.count > 0, wire),
		.received = wire->is_known ? wire->received : ENGINE_UNKNOWN,
		.alive = wire->is_known ? peer_alive(wire, proof) : ENGINE_UNKNOWN,
		.is_unanswered = peer_is_unanswered(wire, proof),
	};
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include <unistd.h>

#include "common/clock.h"
#include "helper/cgroup.h"
#include "helper/members.h"
#include "helper/sockets.h"
#include "helper/tcp.h"
#include "helper/watch.h"

static void survey(const struct watch *watch, struct members *ret_members)
{
	uint32_t login_device = terminals_login_device(&watch->terminals);

	members_survey(watch->session.leader_pid, observer_counts_every_process(&watch->observer), ret_members);
	if (login_device != 0)
		terminal_set_add(&ret_members->terminals, login_device, 0);
}

/* Without an answer there is no hint: sizes and processes have to do. */
static struct socket_hints ask_sockets(const struct watch *watch, const struct terminals_reading *terminals)
{
	const struct wire *wire = &watch->observer.wire;
	struct socket_hints hints = {0};

	if (!observer_wants_sockets(&watch->observer, terminals))
		return hints;
	bool may_transfer = watch->observer.network.is_plain;
	struct socket_query query = {
		.cgroup = cgroup_id(watch->session.leader_pid),
		.uid = watch->session.uid,
		.own_port = watch->session.local.port,
		.peer_port = watch->session.peer.port,
		.now = watch->observer.now,
		.sent = wire->sent,
		.received = wire->received,
		.since = watch->observer.network.stretch,
		.local = may_transfer ? &watch->session.local : NULL,
		.peer = may_transfer ? &watch->session.peer : NULL,
	};

	(void)sockets_ask(&query, &hints);
	return hints;
}

struct sample watch_look(struct watch *watch)
{
	struct members members;

	survey(watch, &members);
	/* In this order: time lost in between makes input later, never earlier. */
	int64_t wall = clock_wall_ns();
	int64_t now = clock_boot_ns();
	struct wire wire = tcp_read(watch->connection, now);
	struct tty_look look = observer_begin(&watch->observer, wall, now, &wire);
	struct terminals_reading terminals = terminals_sample(&watch->terminals, &members.terminals, &look);
	struct socket_hints sockets = ask_sockets(watch, &terminals);
	struct processes_reading processes = {
		.cpu_ticks = members.cpu_ticks,
		.switches = members.switches,
		.has_any = members.count > 0,
		.ticks_per_second = sysconf(_SC_CLK_TCK),
	};
	return observer_end(&watch->observer, &terminals, &processes, &sockets);
}

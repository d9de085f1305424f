/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/watch.h"

#include <fcntl.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/lifeline.h"
#include "helper/record_file.h"

static int descriptor_if_open(int fd)
{
	return fcntl(fd, F_GETFD) < 0 ? -1 : fd;
}

void watch_take_descriptors(struct watch *watch)
{
	watch->lifeline = LIFELINE_FD;
	watch->leader = LEADER_FD;
	watch->connection = descriptor_if_open(CONNECTION_FD);
	watch->directory = -1;
}

void watch_init(struct watch *watch, int directory)
{
	watch->directory = directory;
	engine_init(&watch->engine, &watch->policy, watch->session.login_boot_ns);
	terminals_init(&watch->terminals, watch->session.tty);
	int64_t wall = clock_wall_ns();
	observer_init(&watch->observer, &watch->policy, watch->session.login_boot_ns, wall - clock_boot_ns());
	if (!session_is_ssh(&watch->session))
		observer_expect_no_keepalives(&watch->observer);
	watch->wake = ENGINE_NEVER;
	watch->phase = PHASE_RUNNING;
}

void watch_release(struct watch *watch)
{
	record_remove(watch->directory, watch->session.id);
	close_fd(&watch->lifeline);
	close_fd(&watch->leader);
	close_fd(&watch->connection);
	close_fd(&watch->directory);
}

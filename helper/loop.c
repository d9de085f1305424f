/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/loop.h"

#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/duration.h"
#include "helper/memory.h"

#define EVENTS_MAX 8

/* What an event belongs to; a client's is its descriptor beyond these. */
enum { SOURCE_LEADER, SOURCE_LIFELINE, SOURCE_CONNECTION, SOURCE_DEADLINE, SOURCE_CLOCK_STEP, SOURCE_LISTENER, SOURCE_CLIENT };

static int add(const struct loop *loop, int fd, uint32_t events, uint64_t source)
{
	struct epoll_event event = {.events = events, .data.u64 = source};

	if (fd < 0)
		return 0;
	return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

/*
 * timerfd_create(2): a timer on CLOCK_REALTIME with TFD_TIMER_CANCEL_ON_SET reports every discontinuous change of the
 * wall clock. It is set to a time that does not come.
 */
static int watch_wall_clock(int fd)
{
	const struct itimerspec never = {.it_value.tv_sec = INT32_MAX};

	return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0 ? -errno : 0;
}

static int set_deadline(const struct loop *loop, int64_t wake)
{
	struct itimerspec at = {0};

	/* A timer of zero is disarmed: what is overdue is due at the first nanosecond. */
	if (wake != ENGINE_NEVER) {
		wake = wake > 0 ? wake : 1;
		at.it_value.tv_sec = (time_t)(wake / NS_PER_SECOND);
		at.it_value.tv_nsec = (long)(wake % NS_PER_SECOND);
	}
	return timerfd_settime(loop->deadline, TFD_TIMER_ABSTIME, &at, NULL) < 0 ? -errno : 0;
}

static int register_all(struct loop *loop)
{
	const struct {
		int fd;
		uint32_t events;
		uint64_t source;
	} sources[] = {
		{loop->watch->leader, EPOLLIN, SOURCE_LEADER},
		{loop->watch->lifeline, EPOLLIN, SOURCE_LIFELINE},
		/* Errors and hang-ups only, which epoll always reports: data are sshd's. */
		{loop->watch->connection, 0, SOURCE_CONNECTION},
		{loop->deadline, EPOLLIN, SOURCE_DEADLINE},
		{loop->clock_step, EPOLLIN, SOURCE_CLOCK_STEP},
		{loop->server->listener, EPOLLIN, SOURCE_LISTENER},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof sources / sizeof sources[0]; i++)
		r = add(loop, sources[i].fd, sources[i].events, sources[i].source);
	return r;
}

int loop_init(struct loop *loop, struct watch *watch, struct server *server)
{
	*loop = (struct loop){
		.watch = watch,
		.server = server,
		.epoll = epoll_create1(EPOLL_CLOEXEC),
		.deadline = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK),
		.clock_step = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK),
	};
	if (loop->epoll < 0 || loop->deadline < 0 || loop->clock_step < 0)
		return -errno;
	int r = watch_wall_clock(loop->clock_step);
	return r < 0 ? r : register_all(loop);
}

static void drain_timer(int fd)
{
	uint64_t expirations;

	/* A cancelled timer fails with ECANCELED; either way it is read and the next look tells what happened. */
	if (read(fd, &expirations, sizeof expirations) < 0)
		return;
}

/* A hang-up stays: it is looked at once and not listened to any more. */
static void connection_hung_up(struct loop *loop)
{
	struct epoll_event none = {0};

	(void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, loop->watch->connection, &none);
	watch_act(loop->watch);
}

static void accept_client(struct loop *loop)
{
	int client = server_accept(loop->server);

	if (client >= 0)
		(void)add(loop, client, EPOLLIN, SOURCE_CLIENT + (uint64_t)client);
}

static void handle(struct loop *loop, uint64_t source)
{
	switch (source) {
	case SOURCE_LEADER:
		/* A pidfd stays readable; the watch keeps it for signals that come to nothing. */
		(void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, loop->watch->leader, &(struct epoll_event){0});
		watch_leader_exited(loop->watch);
		break;
	case SOURCE_LIFELINE:
		watch_hear(loop->watch);
		break;
	case SOURCE_CONNECTION:
		connection_hung_up(loop);
		break;
	case SOURCE_DEADLINE:
		drain_timer(loop->deadline);
		watch_act(loop->watch);
		break;
	case SOURCE_CLOCK_STEP:
		drain_timer(loop->clock_step);
		(void)watch_wall_clock(loop->clock_step);
		watch_act(loop->watch);
		break;
	case SOURCE_LISTENER:
		accept_client(loop);
		break;
	default:
		server_serve(loop->server, (int)(source - SOURCE_CLIENT), watch_answer, loop->watch);
		break;
	}
}

int loop_run(struct loop *loop)
{
	struct epoll_event events[EVENTS_MAX];

	watch_act(loop->watch);
	while (loop->watch->phase != PHASE_OVER) {
		int r = set_deadline(loop, loop->watch->wake);
		if (r < 0)
			return r;
		memory_give_back();
		int count = epoll_wait(loop->epoll, events, EVENTS_MAX, -1);
		if (count < 0 && errno != EINTR)
			return -errno;
		for (int i = 0; i < count && loop->watch->phase != PHASE_OVER; i++)
			handle(loop, events[i].data.u64);
	}
	return 0;
}

void loop_release(struct loop *loop)
{
	close_fd(&loop->epoll);
	close_fd(&loop->deadline);
	close_fd(&loop->clock_step);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The loop: sleeps until something happens, hands it to the watch, sets the one deadline timer. Decides nothing.
 */
#ifndef IDLETIMEOUT_HELPER_LOOP_H
#define IDLETIMEOUT_HELPER_LOOP_H

#include "helper/server.h"
#include "helper/watch.h"

/* What the loop waits for. It owns the descriptors that it makes: epoll and two timers. */
struct loop {
	struct watch *watch;   /* not owned */
	struct server *server; /* not owned */
	int epoll;
	int deadline;   /* timerfd on CLOCK_BOOTTIME */
	int clock_step; /* timerfd that is cancelled when the wall clock is set */
};

/* Makes and registers everything; 0 or -errno. */
int loop_init(struct loop *loop, struct watch *watch, struct server *server);

/* Runs until the watch is over; 0, or -errno when the loop itself cannot go on. */
int loop_run(struct loop *loop);

void loop_release(struct loop *loop);

#endif

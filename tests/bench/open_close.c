/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * open_close ROUNDS USER FLOOR SERVICE..
 *
 * Opens and closes sessions of USER under each of the PAM services, and runs the program FLOOR, by turns. Prints a line for
 * each round, in nanoseconds: fork + exec + wait of FLOOR, then of each service pam_start, pam_open_session and
 * pam_close_session. Descriptor 0 is the connection: TCP, from 127.0.0.1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

struct times {
	int64_t start, open, close;
};

#define SERVICES_MAX 8

struct plan {
	long rounds;
	const char *user, *floor;
	char **services;
	long count;
};

struct round {
	struct times times[SERVICES_MAX];
	int64_t floor;
};

static void must(pam_handle_t *pamh, int result, const char *what)
{
	if (result != PAM_SUCCESS)
		fail(what, pam_strerror(pamh, result));
}

/* Nothing of one turn runs on in the next: a watchdog, and its children, are ours when it is orphaned. */
static void settle(void)
{
	while (waitpid(-1, NULL, __WALL) >= 0 || errno == EINTR)
		;
}

static struct times time_session(const char *user, const char *service)
{
	const struct pam_conv conversation = {.conv = say_nothing};
	pam_handle_t *pamh = NULL;
	struct times times;

	int64_t begin = now_ns(CLOCK_MONOTONIC);
	must(pamh, pam_start(service, user, &conversation, &pamh), "pam_start");
	times.start = now_ns(CLOCK_MONOTONIC) - begin;
	must(pamh, pam_set_item(pamh, PAM_RHOST, "127.0.0.1"), "pam_set_item");
	must(pamh, pam_set_item(pamh, PAM_TTY, "ssh"), "pam_set_item");
	begin = now_ns(CLOCK_MONOTONIC);
	must(pamh, pam_open_session(pamh, 0), service);
	times.open = now_ns(CLOCK_MONOTONIC) - begin;
	begin = now_ns(CLOCK_MONOTONIC);
	must(pamh, pam_close_session(pamh, 0), "pam_close_session");
	times.close = now_ns(CLOCK_MONOTONIC) - begin;
	(void)pam_end(pamh, PAM_SUCCESS);
	settle();
	return times;
}

static int64_t time_floor(const char *program)
{
	int status;
	int64_t begin = now_ns(CLOCK_MONOTONIC);
	pid_t child = fork();

	if (child == 0) {
		(void)execl(program, program, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		fail(program, "does not run");
	return now_ns(CLOCK_MONOTONIC) - begin;
}

/* Each round begins with another of them, so that none always has the same one before it. */
static void run_round(const struct plan *plan, long number)
{
	struct round round = {0};

	for (long i = 0; i <= plan->count; i++) {
		long turn = (number + i) % (plan->count + 1);
		if (turn == plan->count)
			round.floor = time_floor(plan->floor);
		else
			round.times[turn] = time_session(plan->user, plan->services[turn]);
	}
	(void)printf("%" PRId64, round.floor);
	for (long i = 0; i < plan->count; i++)
		(void)printf(" %" PRId64 " %" PRId64 " %" PRId64, round.times[i].start, round.times[i].open, round.times[i].close);
	(void)printf("\n");
}

int main(int argc, char **argv)
{
	if (argc < 5 || argc > 4 + SERVICES_MAX) {
		(void)fprintf(stderr, "usage: open_close ROUNDS USER FLOOR SERVICE..\n");
		return 2;
	}
	const struct plan plan = {strtol(argv[1], NULL, 10), argv[2], argv[3], argv + 4, argc - 4};
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		fail("prctl", "cannot adopt orphans");
	for (long number = 0; number < plan.rounds; number++)
		run_round(&plan, number);
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * open_close ROUNDS USER WITH WITHOUT FLOOR
 *
 * Opens and closes sessions of USER under the PAM services WITH and WITHOUT, and runs the program FLOOR, by turns.
 * Prints a line for each round, in nanoseconds: pam_start, pam_open_session and pam_close_session of WITH, the same
 * of WITHOUT, and fork + exec + wait of FLOOR. Descriptor 0 is the connection: TCP, from 127.0.0.1.
 */
#include <errno.h>
#include <inttypes.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct times {
	int64_t start, open, close;
};

struct plan {
	long rounds;
	const char *user, *with, *without, *floor;
};

struct round {
	struct times with, without;
	int64_t floor;
};

static int64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static _Noreturn void fail(const char *what, const char *why)
{
	(void)fprintf(stderr, "open_close: %s: %s\n", what, why);
	exit(1);
}

static void must(pam_handle_t *pamh, int result, const char *what)
{
	if (result != PAM_SUCCESS)
		fail(what, pam_strerror(pamh, result));
}

static int say_nothing(int count, const struct pam_message **messages, struct pam_response **answers, void *data)
{
	(void)count;
	(void)messages;
	(void)answers;
	(void)data;
	return PAM_CONV_ERR;
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

	int64_t begin = now_ns();
	must(pamh, pam_start(service, user, &conversation, &pamh), "pam_start");
	times.start = now_ns() - begin;
	must(pamh, pam_set_item(pamh, PAM_RHOST, "127.0.0.1"), "pam_set_item");
	must(pamh, pam_set_item(pamh, PAM_TTY, "ssh"), "pam_set_item");
	begin = now_ns();
	must(pamh, pam_open_session(pamh, 0), service);
	times.open = now_ns() - begin;
	begin = now_ns();
	must(pamh, pam_close_session(pamh, 0), "pam_close_session");
	times.close = now_ns() - begin;
	(void)pam_end(pamh, PAM_SUCCESS);
	settle();
	return times;
}

static int64_t time_floor(const char *program)
{
	int status;
	int64_t begin = now_ns();
	pid_t child = fork();

	if (child == 0) {
		(void)execl(program, program, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		fail(program, "does not run");
	return now_ns() - begin;
}

static void take_turn(const struct plan *plan, long turn, struct round *round)
{
	switch (turn % 3) {
	case 0:
		round->with = time_session(plan->user, plan->with);
		break;
	case 1:
		round->without = time_session(plan->user, plan->without);
		break;
	default:
		round->floor = time_floor(plan->floor);
		break;
	}
}

static void print_times(const struct times *times)
{
	(void)printf("%" PRId64 " %" PRId64 " %" PRId64 " ", times->start, times->open, times->close);
}

/* Each round begins with another of the three, so that none always has the same one before it. */
static void run_round(const struct plan *plan, long number)
{
	struct round round = {0};

	for (long turn = 0; turn < 3; turn++)
		take_turn(plan, number + turn, &round);
	print_times(&round.with);
	print_times(&round.without);
	(void)printf("%" PRId64 "\n", round.floor);
}

int main(int argc, char **argv)
{
	if (argc != 6) {
		(void)fprintf(stderr, "usage: open_close ROUNDS USER WITH WITHOUT FLOOR\n");
		return 2;
	}
	const struct plan plan = {strtol(argv[1], NULL, 10), argv[2], argv[3], argv[4], argv[5]};
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		fail("prctl", "cannot adopt orphans");
	for (long number = 0; number < plan.rounds; number++)
		run_round(&plan, number);
	return 0;
}

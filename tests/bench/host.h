/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What programs that open sessions have in common: a conversation that says nothing, and one way to fail.
 */
#ifndef IDLETIMEOUT_BENCH_HOST_H
#define IDLETIMEOUT_BENCH_HOST_H

#include <security/pam_appl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static inline _Noreturn void fail(const char *what, const char *why)
{
	(void)fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, why);
	exit(1);
}

static inline int say_nothing(int count, const struct pam_message **messages, struct pam_response **answers, void *data)
{
	(void)count;
	(void)messages;
	(void)answers;
	(void)data;
	return PAM_CONV_ERR;
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
#include "pam_idletimeout/reason.h"

#include <errno.h>
#include <stdio.h>

int reason_set(struct text *why, int error, const char *what)
{
	text_add_printable(why, what);
	return error;
}

/* strerror(3) shares its buffer with the threads of the host; %m does not. */
int reason_errno(struct text *why, int error, const char *what)
{
	char word[128];

	errno = -error;
	(void)snprintf(word, sizeof word, "%m");
	text_add_printable(why, what);
	text_add(why, ": ");
	text_add_printable(why, word);
	return error;
}

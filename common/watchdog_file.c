/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/watchdog_file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ANY_EXECUTE (S_IXUSR | S_IXGRP | S_IXOTH)

/* What is wrong with the file; NULL if nothing is. */
static const char *find_fault(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return " is not a regular file";
	if ((st->st_mode & ANY_EXECUTE) == 0)
		return " is not executable";
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return " does not belong to root";
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return " can be written to by others than its owner";
	return NULL;
}

int watchdog_file_check(const char *path, struct text *why)
{
	struct stat st;
	char word[128];

	if (stat(path, &st) < 0) {
		int error = -errno;
		/* strerror(3) shares its buffer with the threads of a host; %m does not. */
		(void)snprintf(word, sizeof word, "%m");
		text_add_printable(why, path);
		text_add(why, ": ");
		text_add(why, word);
		return error;
	}
	const char *fault = find_fault(&st);
	if (fault == NULL)
		return 0;
	text_add_printable(why, path);
	text_add(why, fault);
	return -EACCES;
}

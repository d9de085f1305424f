/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/rules_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/read_to_end.h"

static int refuse(const char *path, const char *reason, struct text *why)
{
	text_add_printable(why, path);
	text_add(why, ": ");
	text_add(why, reason);
	return -EBADMSG;
}

/* strerror(3) shares its buffer with the threads of a host; %m does not. */
static int refuse_errno(const char *path, int error, struct text *why)
{
	char word[128];

	errno = -error;
	(void)snprintf(word, sizeof word, "%m");
	(void)refuse(path, word, why);
	return error;
}

/* What is wrong with the file; NULL if nothing is. */
static const char *find_fault(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "is not a regular file";
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "does not belong to root";
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return "can be written to by others than its owner";
	if (st->st_size > RULES_FILE_MAX)
		return "is longer than 1 MiB";
	return NULL;
}

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int refuse_unopened(const char *path, int error, struct text *why)
{
	switch (error) {
	case -ELOOP:
		return refuse(path, "is a symbolic link", why);
	case -ENXIO: /* a socket, or a device that is not there */
		return refuse(path, "is not a regular file", why);
	default:
		return refuse_errno(path, error, why);
	}
}

static int read_text(int fd, const char *path, struct rules_file *ret_file, struct text *why)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return refuse_errno(path, -errno, why);
	const char *fault = find_fault(&st);
	if (fault != NULL)
		return refuse(path, fault, why);
	/* One byte more tells a file that grew. */
	size_t size = (size_t)st.st_size + 1;
	autofree char *text = malloc(size);
	if (text == NULL)
		return refuse_errno(path, -ENOMEM, why);
	ssize_t length = read_to_end(fd, text, size);
	if (length < 0)
		return refuse_errno(path, (int)length, why);
	if ((size_t)length != size - 1)
		return refuse(path, "is being written to", why);
	*ret_file = (struct rules_file){.text = text, .length = (size_t)length};
	text = NULL;
	return 0;
}

static int check_text(const char *path, const struct rules_file *file, struct text *why)
{
	struct rules_fault fault;

	if (rules_check(file->text, file->length, &fault) == 0)
		return 0;
	text_add_printable(why, path);
	text_add_char(why, ':');
	text_add_unsigned(why, fault.line);
	text_add_char(why, ':');
	text_add_unsigned(why, fault.column);
	text_add(why, ": ");
	text_add(why, fault.why);
	return -EBADMSG;
}

int rules_file_load(const struct policy *policy, struct rules_file *ret_file, struct text *why)
{
	const char *path = policy->conf;
	autoclose int fd = open_file(path);

	if (fd == -ENOENT && policy->origin[OPTION_CONF] == ORIGIN_DEFAULT) {
		*ret_file = (struct rules_file){0};
		return 0;
	}
	if (fd < 0)
		return refuse_unopened(path, fd, why);
	return read_text(fd, path, ret_file, why);
}

int rules_file_read(const struct policy *policy, struct rules_file *ret_file, struct text *why)
{
	autofree_rules struct rules_file file = {0};
	int r = rules_file_load(policy, &file, why);

	if (r == 0 && file.text != NULL)
		r = check_text(policy->conf, &file, why);
	if (r < 0)
		return r;
	*ret_file = file;
	file = (struct rules_file){0};
	return 0;
}

void rules_file_free(struct rules_file *file)
{
	free(file->text);
	*file = (struct rules_file){0};
}

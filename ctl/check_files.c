/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/duration.h"

const char *check_duration(uint64_t seconds, char data[CHECK_DURATION_SIZE])
{
	struct text text;

	text_init(&text, data, CHECK_DURATION_SIZE);
	duration_add(&text, seconds);
	return data;
}

void check_not_read(struct check *check, const char *file, int error)
{
	finding_add(&check->findings, FINDING_NOT_READ, (struct where){file, 0}, "cannot be read: %s", strerror(-error));
}

void check_read_lines(struct check *check, const char *path, line_taker *take, void *context)
{
	autofclose FILE *stream = fopen(path, "re");
	int r = stream != NULL ? lines_read(stream, take, context) : -errno;

	if (r < 0 && r != -ENOENT)
		check_not_read(check, path, r);
}

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), its = strlen(end);

	return name[0] != '.' && length > its && strcmp(name + length - its, end) == 0;
}

static bool is_conf(const char *name)
{
	return ends_in(name, ".conf");
}

static bool is_script(const char *name)
{
	return ends_in(name, ".sh");
}

void check_list(struct check *check, const char *directory, enum check_suffix suffix, struct names *names)
{
	int r = names_read(names, directory, suffix == CHECK_CONF ? is_conf : is_script);

	if (r < 0)
		check_not_read(check, directory, r);
	names_sort(names);
}

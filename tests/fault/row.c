/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/fault/row.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "tests/unit/unit.h"

static void add_member(struct text *line, const char *key, const char *value)
{
	text_add(line, "\"");
	text_add(line, key);
	text_add(line, "\": \"");
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			text_add_char(line, '\\');
		text_add_char(line, *value >= ' ' ? *value : ' ');
	}
	text_add(line, "\"");
}

void row_add(const char *section, const char *fault, const char *expected, const char *observed, const char *test)
{
	const char *path = getenv("IDLETIMEOUT_FAULTS");
	TEXT(line, 4096);

	if (path == NULL)
		return;
	text_add(&line, "{");
	add_member(&line, "section", section);
	text_add(&line, ", ");
	add_member(&line, "fault", fault);
	text_add(&line, ", ");
	add_member(&line, "expected", expected);
	text_add(&line, ", ");
	add_member(&line, "observed", observed);
	text_add(&line, ", ");
	add_member(&line, "test", test);
	text_add(&line, "}\n");
	assert_int_equal(text_result(&line), 0);
	/* One write: tests append at the same time. */
	autoclose int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	assert_int_equal(write(fd, line.data, line.used), (ssize_t)line.used);
}

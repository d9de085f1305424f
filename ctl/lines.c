/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/lines.h"

#include <errno.h>

struct line {
	char bytes[LINE_SIZE];
	size_t length;
	bool cut;
};

static void add(struct line *line, int c)
{
	if (line->length + 1 < sizeof line->bytes)
		line->bytes[line->length++] = c != '\0' ? (char)c : '?';
	else
		line->cut = true;
}

static void hand_over(struct line *line, line_taker *take, void *context)
{
	line->bytes[line->length] = '\0';
	take(context, line->bytes, line->length, line->cut);
	line->length = 0;
	line->cut = false;
}

int lines_read(FILE *from, line_taker *take, void *context)
{
	struct line line = {.length = 0};
	int c;

	/* Nobody else knows the stream. */
	while ((c = getc_unlocked(from)) != EOF) {
		if (c == '\n')
			hand_over(&line, take, context);
		else
			add(&line, c);
	}
	if (ferror(from))
		return errno != 0 ? -errno : -EIO;
	if (line.length > 0)
		hand_over(&line, take, context);
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/syslog_line.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "ctl/moment.h"

/* Cuts the word off that ends at one of `ends`, and steps behind that; NULL when there is no such end, or no word. */
static const char *take_word(char **line, const char *ends)
{
	char *word = *line;
	size_t length = strcspn(word, ends);

	if (length == 0 || word[length] == '\0')
		return NULL;
	word[length] = '\0';
	*line = word + length + 1;
	return word;
}

static int take_time(char **line, int64_t latest_s, int64_t *ret_ms)
{
	char *rest = *line;

	if (moment_read_syslog(rest, latest_s, ret_ms) == 0) {
		if (rest[MOMENT_SYSLOG_LENGTH] != ' ')
			return -EINVAL;
		*line = rest + MOMENT_SYSLOG_LENGTH + 1;
		return 0;
	}
	const char *stamp = take_word(&rest, " ");
	if (stamp == NULL || moment_read_stamp(stamp, strlen(stamp), ret_ms) < 0)
		return -EINVAL;
	*line = rest;
	return 0;
}

/* "sshd[17]: " or "sshd: " */
static const char *take_tag(char **line)
{
	char *end = strstr(*line, ": ");

	if (end == NULL || memchr(*line, ' ', (size_t)(end - *line)) != NULL)
		return NULL;
	*end = '\0';
	const char *tag = *line;
	(*line)[strcspn(*line, "[")] = '\0';
	*line = end + strlen(": ");
	return *tag != '\0' ? tag : NULL;
}

int syslog_line_parse(char *line, int64_t latest_s, struct syslog_line *ret_line)
{
	struct syslog_line parsed;

	if (take_time(&line, latest_s, &parsed.time_ms) < 0)
		return -EINVAL;
	parsed.host = take_word(&line, " ");
	if (parsed.host == NULL)
		return -EINVAL;
	parsed.tag = take_tag(&line);
	if (parsed.tag == NULL)
		return -EINVAL;
	parsed.message = line;
	*ret_line = parsed;
	return 0;
}

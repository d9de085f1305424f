/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/sshd_settings.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"

#define BLANKS " \t\r"

/* A value longer than this is none of those that are read here. */
#define VALUE_SIZE 512

#define TIME_MAX UINT64_C(3153600000) /* a hundred years */

static uint64_t unit_of(char c)
{
	switch (tolower((unsigned char)c)) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	case 'w':
		return 604800;
	default:
		return 0;
	}
}

int sshd_time_parse(const char *word, uint64_t *ret_seconds)
{
	uint64_t sum = 0;

	if (*word == '\0')
		return -EINVAL;
	while (*word != '\0') {
		uint64_t number = 0;
		if (!isdigit((unsigned char)*word))
			return -EINVAL;
		for (; isdigit((unsigned char)*word) && number <= TIME_MAX; word++)
			number = number * 10 + (uint64_t)(*word - '0');
		uint64_t unit = *word != '\0' ? unit_of(*word++) : 1;
		if (unit == 0 || number > TIME_MAX / unit || (sum += number * unit) > TIME_MAX)
			return -EINVAL;
	}
	*ret_seconds = sum;
	return 0;
}

/* Whether what the timeout is for is, or may be, the shell or command of a person: sshd_config(5), ChannelTimeout. */
static bool is_of_sessions(const char *type)
{
	return strncmp(type, "session", strlen("session")) == 0 || strcmp(type, "global") == 0 || strcmp(type, "*") == 0;
}

/* "session:*=5m agent-connection=1m", or "none" */
static void take_channel_timeouts(char *value, struct sshd_settings *settings)
{
	char *rest = value;
	char *word;

	while ((word = strsep(&rest, BLANKS)) != NULL) {
		char *equals = strrchr(word, '=');
		uint64_t seconds;
		if (equals == NULL)
			continue;
		*equals = '\0';
		if (!is_of_sessions(word) || sshd_time_parse(equals + 1, &seconds) < 0 || seconds == 0)
			continue;
		if (settings->channel_timeout == 0 || seconds < settings->channel_timeout)
			settings->channel_timeout = seconds;
	}
}

/* True when it is the line that no sshd leaves out. */
static bool take_line(char *line, struct sshd_settings *settings)
{
	char *value = line;
	const char *key = strsep(&value, BLANKS);

	if (value == NULL)
		return false;
	if (strcmp(key, "clientaliveinterval") == 0)
		(void)sshd_time_parse(value, &settings->alive_interval);
	else if (strcmp(key, "channeltimeout") == 0)
		take_channel_timeouts(value, settings);
	else if (strcmp(key, "pamservicename") == 0)
		(void)text_copy(settings->service, sizeof settings->service, value);
	else if (strcmp(key, "usepam") == 0)
		settings->uses_pam = strcmp(value, "yes") == 0;
	return strcmp(key, "usepam") == 0;
}

int sshd_settings_parse(const char *text, struct sshd_settings *ret_settings)
{
	struct sshd_settings settings = {.service = "sshd"};
	bool is_sshd = false;

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		char line[VALUE_SIZE];
		if (length < sizeof line) {
			memcpy(line, text, length);
			line[length] = '\0';
			is_sshd = take_line(line, &settings) || is_sshd;
		}
		text += length + (text[length] == '\n');
	}
	if (!is_sshd)
		return -EINVAL;
	*ret_settings = settings;
	return 0;
}

const char *sshd_match_line(struct sshd_match *match, const char *line)
{
	static const char *const settings[] = {"ClientAliveInterval", "ChannelTimeout"};
	const char *key = line + strspn(line, BLANKS);
	size_t length = strcspn(key, BLANKS "=");

	if (length == strlen("Match") && strncasecmp(key, "Match", length) == 0)
		match->is_inside = true;
	for (size_t i = 0; match->is_inside && i < sizeof settings / sizeof settings[0]; i++) {
		if (length == strlen(settings[i]) && strncasecmp(key, settings[i], length) == 0)
			return settings[i];
	}
	return NULL;
}

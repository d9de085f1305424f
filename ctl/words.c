/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/words.h"

#include <string.h>
#include <time.h>

#include "common/duration.h"

int64_t words_seconds_passed(int64_t ms)
{
	return ms < 0 ? -1 : ms / 1000;
}

int64_t words_seconds_left(int64_t ms)
{
	return ms < 0 ? -1 : ms / 1000 + (ms % 1000 > 0);
}

const char *words_state(const struct watched *item)
{
	return item->answered ? item->status.state : "no answer";
}

const char *words_terminals(const struct watched *item)
{
	return item->answered ? item->status.terminals : item->session.tty;
}

const char *words_from(const struct watched *item)
{
	const struct session *session = &item->session;

	return session->peer.address[0] != '\0' ? session->peer.address : session->rhost;
}

void words_add_login(const struct session *session, struct text *text)
{
	time_t when = (time_t)session->login_wall_s;
	char written[32];
	struct tm local;

	if (when > 0 && localtime_r(&when, &local) != NULL && strftime(written, sizeof written, "%F %H:%M", &local) > 0)
		text_add(text, written);
}

void words_add_limit(const struct policy *policy, enum option_id limit, struct text *text)
{
	duration_add(text, policy->value[limit]);
	if (limit == OPTION_KEEPALIVE) {
		text_add(text, " x ");
		text_add_unsigned(text, policy->value[OPTION_KEEPALIVE_COUNT]);
	}
}

void words_sources(const struct status *status, struct source ret_sources[SOURCE_COUNT])
{
	ret_sources[0] = (struct source){"input", status->input_ms};
	ret_sources[1] = (struct source){"output", status->output_ms};
	ret_sources[2] = (struct source){"process", status->process_ms};
	ret_sources[3] = (struct source){"network", status->network_ms};
}

static bool is_listed(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (;;) {
		size_t item = strcspn(list, ",");
		if (item == length && memcmp(list, name, length) == 0)
			return true;
		if (list[item] == '\0')
			return false;
		list += item + 1;
	}
}

enum counting words_source_counts(const char *activity, const char *source)
{
	if (strcmp(activity, "auto") != 0)
		return is_listed(activity, source) ? COUNTS_ALWAYS : COUNTS_NEVER;
	if (strcmp(source, "input") == 0)
		return COUNTS_ALWAYS;
	return is_listed("process,network", source) ? COUNTS_WITHOUT_TERMINAL : COUNTS_NEVER;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/session_json.h"

#include <string.h>
#include <time.h>

#include "ctl/words.h"

/* A string of the record, null when it is empty: nothing there is empty and known. */
static void add_text(struct json_node to, const char *key, const char *value)
{
	if (value[0] != '\0')
		json_add_text(to, key, value);
	else
		json_add_null(to, key);
}

static void add_known(struct json_node to, const char *key, int64_t number, bool known)
{
	if (known)
		json_add_number(to, key, number);
	else
		json_add_null(to, key);
}

/* RFC 3339, in UTC so that the same session reads the same everywhere. */
static void add_time(struct json_node to, const char *key, int64_t wall_s)
{
	time_t when = (time_t)wall_s;
	char written[32] = "";
	struct tm utc;

	if (when > 0 && gmtime_r(&when, &utc) != NULL && strftime(written, sizeof written, "%FT%TZ", &utc) == 0)
		written[0] = '\0';
	add_text(to, key, written);
}

/* The names between the commas; null when nobody can say which terminals there are. */
static void add_terminals(struct json_node to, const struct watched *item)
{
	char names[sizeof item->status.terminals];
	char *rest = names;

	if (!item->answered) {
		json_add_null(to, "tty");
		return;
	}
	struct json_node array = json_add_array(to, "tty");
	memcpy(names, item->status.terminals, sizeof names);
	for (char *name; (name = strsep(&rest, ",")) != NULL;) {
		if (name[0] != '\0')
			json_add_text(array, NULL, name);
	}
}

/* Returns whether the limit is in force, with `ret_limit` for what more there is to say of it. */
static bool add_limit(struct json_node to, const struct policy *policy, enum option_id id, struct json_node *ret_limit)
{
	const char *name = option_table[id].name;

	if (policy->value[id] == 0) {
		json_add_null(to, name);
		return false;
	}
	*ret_limit = json_add_object(to, name);
	json_add_number(*ret_limit, "seconds", policy->value[id]);
	json_add_text(*ret_limit, "origin", origin_name(policy->origin[id]));
	return true;
}

static void add_limits(struct json_node to, const struct policy *policy)
{
	struct json_node limits = json_add_object(to, "limits");
	struct json_node limit;

	(void)add_limit(limits, policy, OPTION_IDLE, &limit);
	if (add_limit(limits, policy, OPTION_KEEPALIVE, &limit))
		json_add_number(limit, "count", policy->value[OPTION_KEEPALIVE_COUNT]);
	(void)add_limit(limits, policy, OPTION_MAX, &limit);
}

static void add_rule(struct json_node to, const struct policy *policy)
{
	if (policy->rule_line == 0) {
		json_add_null(to, "rule");
		return;
	}
	struct json_node rule = json_add_object(to, "rule");
	json_add_text(rule, "file", policy->conf);
	json_add_number(rule, "line", policy->rule_line);
}

static void add_seconds_left(struct json_node to, const char *key, int64_t ms)
{
	add_known(to, key, words_seconds_left(ms), ms >= 0);
}

static void add_status(struct json_node to, const struct watched *item)
{
	const struct status *status = &item->status;

	add_known(to, "idle_seconds", words_seconds_passed(status->idle_ms), status->idle_ms >= 0);
	add_limits(to, &item->policy);
	add_rule(to, &item->policy);
	struct json_node left = json_add_object(to, "left");
	add_seconds_left(left, "idle", status->idle_left_ms);
	add_seconds_left(left, "keepalive", status->keepalive_left_ms);
	add_seconds_left(left, "max", status->max_left_ms);
	add_seconds_left(to, "left_seconds", status->left_ms);
	add_text(to, "first", status->first);
	add_seconds_left(to, "extended_seconds", status->extended_ms);
	json_add_text(to, "state", words_state(item));
	json_add_flag(to, "dry_run", item->policy.value[OPTION_DRY_RUN] != 0);
}

static void add_identity(struct json_node to, const struct watched *item)
{
	const struct session *session = &item->session;

	json_add_text(to, "id", session->id);
	add_text(to, "user", session->user);
	json_add_number(to, "uid", session->uid);
	add_known(to, "auid", session->login_uid, session->login_uid != AUDIT_UNSET);
	add_known(to, "ses", session->audit_session, session->audit_session != AUDIT_UNSET);
	add_text(to, "service", session->service);
	add_terminals(to, item);
	add_text(to, "pam_tty", session->tty);
	add_text(to, "rhost", session->rhost);
	add_text(to, "address", session->peer.address);
	add_known(to, "port", session->peer.port, session->peer.port > 0);
	add_time(to, "login", session->login_wall_s);
	add_known(to, "leader_pid", session->leader_pid, session->leader_pid > 0);
}

void session_add_json(struct json_node to, const struct watched *item)
{
	add_identity(to, item);
	add_status(to, item);
}

static void add_activity(struct json_node to, const struct watched *item)
{
	struct source sources[SOURCE_COUNT];
	char counts[WORDS_SETTING_SIZE];
	struct text text;
	struct json_node activity = json_add_object(to, "activity");

	text_init(&text, counts, sizeof counts);
	policy_add_value(&item->policy, OPTION_ACTIVITY, &text);
	json_add_text(activity, "counts", counts);
	add_text(activity, "source", item->status.source);
	words_sources(&item->status, sources);
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		if (sources[i].ms < 0)
			json_add_null(activity, sources[i].name);
		else
			json_add_number(json_add_object(activity, sources[i].name), "seconds",
			                words_seconds_passed(sources[i].ms));
	}
}

static void add_settings(struct json_node to, const struct policy *policy)
{
	struct json_node settings = json_add_object(to, "settings");

	for (size_t id = 0; id < OPTION_COUNT; id++) {
		struct json_node setting = json_add_object(settings, option_table[id].name);
		char value[WORDS_SETTING_SIZE];
		struct text text;
		text_init(&text, value, sizeof value);
		policy_add_value(policy, (enum option_id)id, &text);
		json_add_text(setting, "value", value);
		json_add_text(setting, "origin", origin_name(policy->origin[id]));
	}
}

void session_add_details_json(struct json_node to, const struct watched *item)
{
	add_activity(to, item);
	if (item->status.spoofed < 0)
		json_add_null(to, "stamps_set_by_hand");
	else
		json_add_flag(to, "stamps_set_by_hand", item->status.spoofed > 0);
	add_settings(to, &item->policy);
}

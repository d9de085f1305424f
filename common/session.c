/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/session.h"

#include <errno.h>
#include <string.h>

#include "common/fields.h"

/* Crockford's base 32: no i, l, o, u. */
static const char id_digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

static const struct field fields[] = {
	FIELD(struct session, id, "id", FIELD_STRING),
	FIELD(struct session, service, "service", FIELD_STRING),
	FIELD(struct session, user, "user", FIELD_STRING),
	FIELD(struct session, tty, "tty", FIELD_STRING),
	FIELD(struct session, rhost, "rhost", FIELD_STRING),
	FIELD(struct session, uid, "uid", FIELD_U32),
	FIELD(struct session, login_uid, "auid", FIELD_U32),
	FIELD(struct session, audit_session, "ses", FIELD_U32),
	FIELD(struct session, leader_pid, "leader_pid", FIELD_I32),
	FIELD(struct session, leader_start, "leader_start", FIELD_U64),
	FIELD(struct session, peer.address, "address", FIELD_STRING),
	FIELD(struct session, peer.port, "port", FIELD_U16),
	FIELD(struct session, local.address, "local_address", FIELD_STRING),
	FIELD(struct session, local.port, "local_port", FIELD_U16),
	FIELD(struct session, login_wall_s, "login", FIELD_I64),
	FIELD(struct session, login_boot_ns, "login_boot", FIELD_I64),
};

#define FIELD_COUNT (sizeof fields / sizeof fields[0])

/*
 * A setting's line is "set.NAME=VALUE"; one that is not a default has "from.NAME=ORIGIN" before it. The line of the rule
 * that some come from is "rule=LINE"; the file it stands in is the setting conf.
 */
#define SET_PREFIX "set."
#define FROM_PREFIX "from."
#define RULE_KEY "rule"

void session_make_id(uint64_t random, char ret_id[SESSION_ID_SIZE])
{
	for (size_t i = 0; i < SESSION_ID_LENGTH; i++) {
		ret_id[i] = id_digits[random & 31];
		random >>= 5;
	}
	ret_id[SESSION_ID_LENGTH] = '\0';
}

bool session_is_id(const char *id)
{
	return strlen(id) == SESSION_ID_LENGTH && strspn(id, id_digits) == SESSION_ID_LENGTH;
}

static void add_line(struct text *text, const char *prefix, const char *name, const char *value)
{
	text_add(text, prefix);
	fields_add_string(text, name, value);
}

static void encode_policy(const struct policy *policy, struct text *text)
{
	if (policy->rule_line > 0) {
		text_add(text, RULE_KEY "=");
		text_add_unsigned(text, policy->rule_line);
		text_add_char(text, '\n');
	}
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		char value[FIELDS_LINE_MAX / 2];
		struct text value_text;
		bool is_flag = option_table[id].kind == OPTION_KIND_FLAG;

		if (is_flag && !policy->value[id])
			continue;
		text_init(&value_text, value, sizeof value);
		if (!is_flag)
			policy_add_value(policy, (enum option_id)id, &value_text);
		if (policy->origin[id] != ORIGIN_DEFAULT)
			add_line(text, FROM_PREFIX, option_table[id].name, origin_name(policy->origin[id]));
		add_line(text, SET_PREFIX, option_table[id].name, value);
	}
}

bool session_is_ssh(const struct session *session)
{
	return strcmp(session->tty, "ssh") == 0;
}

int session_encode(const struct session *session, const struct policy *policy, struct text *text)
{
	fields_encode(fields, FIELD_COUNT, session, text);
	encode_policy(policy, text);
	return text_result(text);
}

/* Takes one "set." line: the name and value as policy_set reads them, under the origin that a "from." line gave. */
static int decode_setting(const char *name, const char *value, const enum origin *origins, struct policy *policy)
{
	char setting[FIELDS_LINE_MAX], reason[POLICY_WHY_SIZE];
	struct text text, why;
	enum option_id id = option_find(name, strlen(name));

	if (id == OPTION_COUNT)
		return 0;
	text_init(&text, setting, sizeof setting);
	text_init(&why, reason, sizeof reason);
	text_add(&text, name);
	/* A flag has no value; one that comes with a value all the same is for policy_set to refuse. */
	if (option_table[id].kind != OPTION_KIND_FLAG || *value != '\0') {
		text_add_char(&text, '=');
		text_add(&text, value);
	}
	return policy_set(policy, setting, origins[id], &why) < 0 ? -EINVAL : 0;
}

static int decode_origin(const char *name, const char *value, enum origin *origins)
{
	enum option_id id = option_find(name, strlen(name));

	for (enum origin origin = ORIGIN_ARGUMENT; id < OPTION_COUNT && origin <= ORIGIN_RULE; origin++) {
		if (strcmp(value, origin_name(origin)) == 0)
			origins[id] = origin;
	}
	return 0;
}

static int decode_rule_line(const char *value, struct policy *policy)
{
	uint64_t line;

	if (text_parse_unsigned(value, UINT32_MAX, &line) < 0)
		return -EINVAL;
	policy->rule_line = (uint32_t)line;
	return 0;
}

/* A setting that comes from a rule must come from some line. */
static bool is_origin_told(const struct policy *policy)
{
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		if (policy->origin[id] == ORIGIN_RULE && policy->rule_line == 0)
			return false;
	}
	return true;
}

static bool has_prefix(const char *key, const char *prefix)
{
	return strncmp(key, prefix, strlen(prefix)) == 0;
}

int session_decode(const char *bytes, size_t length, struct session *ret_session, struct policy *ret_policy)
{
	char line[FIELDS_LINE_MAX];
	char *key, *value;
	enum origin origins[OPTION_COUNT] = {ORIGIN_DEFAULT};
	int more;

	*ret_session = (struct session){.login_uid = AUDIT_UNSET, .audit_session = AUDIT_UNSET};
	policy_init(ret_policy);
	while ((more = fields_next(&bytes, &length, line, &key, &value)) > 0) {
		int r;
		if (has_prefix(key, SET_PREFIX))
			r = decode_setting(key + strlen(SET_PREFIX), value, origins, ret_policy);
		else if (has_prefix(key, FROM_PREFIX))
			r = decode_origin(key + strlen(FROM_PREFIX), value, origins);
		else if (strcmp(key, RULE_KEY) == 0)
			r = decode_rule_line(value, ret_policy);
		else
			r = fields_store(fields, FIELD_COUNT, ret_session, key, value);
		if (r < 0 && r != -ENOENT)
			return -EINVAL;
	}
	return more < 0 || !session_is_id(ret_session->id) || !is_origin_told(ret_policy) ? -EINVAL : 0;
}

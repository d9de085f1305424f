/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/explain.h"

#include "ctl/json.h"
#include "ctl/words.h"

static void add_place(struct json_node to, const char *key, const char *file, uint32_t line)
{
	struct json_node place = json_add_object(to, key);

	json_add_text(place, "file", file);
	json_add_number(place, "line", line);
}

/* Where a setting comes from; null: it is a default. */
static void add_origin(struct json_node to, const struct explanation *explanation, enum option_id id)
{
	uint32_t line = 0;
	const char *file = explain_place(explanation, id, &line);

	json_add_text(to, "origin", origin_name(explanation->policy.origin[id]));
	if (file != NULL)
		add_place(to, "place", file, line);
	else
		json_add_null(to, "place");
}

static void add_limit(struct json_node to, const struct explanation *explanation, enum option_id id)
{
	const struct policy *policy = &explanation->policy;
	const char *name = option_table[id].name;

	if (policy->value[id] == 0 || (explanation->has_rule && explanation->rule.is_exempt)) {
		json_add_null(to, name);
		return;
	}
	struct json_node limit = json_add_object(to, name);
	json_add_number(limit, "seconds", policy->value[id]);
	if (id == OPTION_KEEPALIVE)
		json_add_number(limit, "count", policy->value[OPTION_KEEPALIVE_COUNT]);
	add_origin(limit, explanation, id);
}

static void add_settings(struct json_node to, const struct explanation *explanation)
{
	if (explanation->has_rule && explanation->rule.is_exempt) {
		json_add_null(to, "settings");
		return;
	}
	struct json_node settings = json_add_object(to, "settings");
	for (size_t id = 0; id < OPTION_COUNT; id++) {
		struct json_node setting = json_add_object(settings, option_table[id].name);
		char value[WORDS_SETTING_SIZE];
		struct text text;
		text_init(&text, value, sizeof value);
		policy_add_value(&explanation->policy, (enum option_id)id, &text);
		json_add_text(setting, "value", value);
		add_origin(setting, explanation, (enum option_id)id);
	}
}

static const char *word_for(enum rule_verdict why)
{
	static const char *const words[] = {[RULE_MATCHES] = "",
	                                    [RULE_OTHER_SERVICE] = "service",
	                                    [RULE_OTHER_USER] = "user",
	                                    [RULE_OTHER_ADDRESS] = "address",
	                                    [RULE_OTHER_GROUP] = "group"};

	return words[why];
}

static void add_passed_over(struct json_node to, const struct explanation *explanation)
{
	struct json_node array = json_add_array(to, "passed_over");

	for (size_t i = 0; i < explanation->passed_count; i++) {
		const struct passed_over *passed = &explanation->passed[i];
		struct json_node object = json_add_object(array, NULL);
		char data[EXPLAIN_RULE_SIZE];
		struct text text;
		text_init(&text, data, sizeof data);
		explain_add_rule(&passed->rule, &text);
		json_add_number(object, "line", passed->rule.line);
		json_add_text(object, "differs", word_for(passed->why));
		json_add_text(object, "rule", data);
	}
}

static void add_login(struct json_node to, const struct rules_login *login)
{
	json_add_text(to, "user", login->user);
	json_add_text(to, "service", login->service);
	json_add_text(to, "from", login->is_local ? "local" : login->peer.address);
}

int explain_print_json(const struct explanation *explanation, FILE *to)
{
	autofree_json struct json_document document = {0};
	struct json_node root = json_start(&document);

	add_login(root, &explanation->login);
	add_place(root, "pam_line", explanation->pam_file, explanation->pam_line);
	if (explanation->rules.text != NULL)
		json_add_text(root, "rules", explanation->policy.conf);
	else
		json_add_null(root, "rules");
	if (explanation->has_rule)
		add_place(root, "rule", explanation->policy.conf, explanation->rule.line);
	else
		json_add_null(root, "rule");
	json_add_flag(root, "exempt", explanation->has_rule && explanation->rule.is_exempt);
	struct json_node limits = json_add_object(root, "limits");
	add_limit(limits, explanation, OPTION_IDLE);
	add_limit(limits, explanation, OPTION_KEEPALIVE);
	add_limit(limits, explanation, OPTION_MAX);
	add_settings(root, explanation);
	add_passed_over(root, explanation);
	return json_print(&document, to);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include "ctl/json.h"

/* Null: of no file, of no line. */
static void add_place(struct json_node to, const char *file, uint32_t line)
{
	if (file != NULL)
		json_add_text(to, "file", file);
	else
		json_add_null(to, "file");
	if (line > 0)
		json_add_number(to, "line", line);
	else
		json_add_null(to, "line");
}

static void add_services(struct json_node to, const struct check *check)
{
	struct json_node array = json_add_array(to, "services");

	for (size_t i = 0; i < check->service_count; i++) {
		const struct service *service = &check->services[i];
		if (!service->is_asked || (service->file == NULL && check->is_complete))
			continue;
		struct json_node object = json_add_object(array, NULL);
		json_add_text(object, "service", service->name);
		add_place(object, service->file, service->line);
	}
}

static void add_rules(struct json_node to, const struct check *check)
{
	struct json_node array = json_add_array(to, "rules");

	for (size_t i = 0; i < check->ruleset_count; i++)
		json_add_text(array, NULL, check->rulesets[i].place.conf);
}

static void add_findings(struct json_node to, const struct finding_list *list)
{
	struct json_node array = json_add_array(to, "findings");

	for (size_t i = 0; i < list->count; i++) {
		const struct finding *finding = &list->items[i];
		const struct finding_info *info = &finding_info[finding->kind];
		struct json_node object = json_add_object(array, NULL);
		json_add_text(object, "name", info->name);
		json_add_text(object, "severity", severity_name(info->severity));
		add_place(object, finding->file, finding->line);
		json_add_text(object, "message", finding->message);
		json_add_text(object, "advice", info->advice);
	}
}

static void add_verdicts(struct json_node to, const struct verdict_list *list)
{
	struct json_node array = json_add_array(to, "verdicts");

	for (size_t i = 0; i < list->count; i++) {
		const struct verdict *verdict = &list->items[i];
		struct json_node object = json_add_object(array, NULL);
		json_add_text(object, "result", verdict_name(verdict->result));
		json_add_text(object, "requirement", verdict->id);
		json_add_text(object, "service", verdict->service);
		json_add_text(object, "who", verdict->who);
		json_add_text(object, "setting", verdict->setting);
		json_add_text(object, "value", verdict->value);
		json_add_text(object, "asked", verdict->limit);
		add_place(object, verdict->file, verdict->line);
	}
}

static void add_profile(struct json_node to, const struct check *check)
{
	if (check->profile == NULL) {
		json_add_null(to, "profile");
		return;
	}
	struct json_node profile = json_add_object(to, "profile");
	json_add_text(profile, "name", check->profile->name);
	json_add_text(profile, "remark", check->profile->remark);
	json_add_number(profile, "passed", (int64_t)check->verdicts.of[VERDICT_PASS]);
	json_add_number(profile, "failed", (int64_t)check->verdicts.of[VERDICT_FAIL]);
	json_add_number(profile, "exceptions", (int64_t)check->verdicts.of[VERDICT_EXCEPTION]);
	add_verdicts(profile, &check->verdicts);
}

int check_print_json(const struct check *check, FILE *to)
{
	autofree_json struct json_document document = {0};
	struct json_node root = json_start(&document);

	add_services(root, check);
	add_rules(root, check);
	json_add_number(root, "errors", (int64_t)check->findings.of[SEVERITY_ERROR]);
	json_add_number(root, "warnings", (int64_t)check->findings.of[SEVERITY_WARNING]);
	json_add_number(root, "notes", (int64_t)check->findings.of[SEVERITY_NOTE]);
	add_findings(root, &check->findings);
	add_profile(root, check);
	return json_print(&document, to);
}

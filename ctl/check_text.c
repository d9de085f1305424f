/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"

/* "FILE:LINE: ", as compilers write it, so that editors find the place. */
static void print_place(const char *file, uint32_t line, FILE *to)
{
	char safe[POLICY_PATH_SIZE * 16 + 1];
	struct text text;

	if (file == NULL) {
		fprintf(to, PROGRAM_NAME ": ");
		return;
	}
	text_init(&text, safe, sizeof safe);
	text_add_printable(&text, file);
	fprintf(to, "%s:", safe);
	if (line > 0)
		fprintf(to, "%u:", (unsigned)line);
	fprintf(to, " ");
}

/* Made safe for a terminal, however long it is. */
static int print_safe(const char *string, FILE *to)
{
	size_t size = strlen(string) + 1;
	autofree char *safe = malloc(size);
	struct text text;

	if (safe == NULL)
		return -ENOMEM;
	text_init(&text, safe, size);
	text_add_printable(&text, string);
	fprintf(to, "%s", safe);
	return 0;
}

static int print_finding(const struct finding *finding, FILE *to)
{
	const struct finding_info *info = &finding_info[finding->kind];

	print_place(finding->file, finding->line, to);
	fprintf(to, "%s: ", severity_name(info->severity));
	int r = print_safe(finding->message, to);
	fprintf(to, " [%s]\n    %s\n", info->name, info->advice);
	return r;
}

static int print_verdict(const struct verdict *verdict, FILE *to)
{
	print_place(verdict->file, verdict->line, to);
	fprintf(to, "%s: %s: ", verdict_name(verdict->result), verdict->id);
	int r = print_safe(verdict->service, to);
	fprintf(to, ", ");
	if (r == 0)
		r = print_safe(verdict->who, to);
	fprintf(to, ": %s is %s, to be %s\n", verdict->setting, verdict->value, verdict->limit);
	return r;
}

static void add_count(struct text *text, size_t count, const char *one, const char *many)
{
	text_add(text, text->used > 0 ? ", " : "");
	text_add_unsigned(text, count);
	text_add_char(text, ' ');
	text_add(text, count == 1 ? one : many);
}

static size_t count_lines(const struct check *check)
{
	size_t count = 0;

	for (size_t i = 0; i < check->service_count; i++)
		count += check->services[i].is_asked && check->services[i].file != NULL;
	return count;
}

static void print_profile(const struct check *check, FILE *to)
{
	const size_t *of = check->verdicts.of;
	char data[128];
	struct text text;

	text_init(&text, data, sizeof data);
	add_count(&text, of[VERDICT_PASS], "passed", "passed");
	add_count(&text, of[VERDICT_FAIL], "failed", "failed");
	add_count(&text, of[VERDICT_EXCEPTION], "exception", "exceptions");
	fprintf(to, "%s: %s (%s)\n", check->profile->name, data, check->profile->remark);
}

int check_print_text(const struct check *check, FILE *to)
{
	char data[256];
	struct text text;
	int r = 0;

	for (size_t i = 0; i < check->findings.count && r == 0; i++)
		r = print_finding(&check->findings.items[i], to);
	for (size_t i = 0; i < check->verdicts.count && r == 0; i++)
		r = print_verdict(&check->verdicts.items[i], to);
	if (check->profile != NULL)
		print_profile(check, to);
	text_init(&text, data, sizeof data);
	add_count(&text, count_lines(check), "service with a line", "services with a line");
	add_count(&text, check->ruleset_count, "file of rules", "files of rules");
	fprintf(to, "checked %s: ", data);
	text_init(&text, data, sizeof data);
	add_count(&text, check->findings.of[SEVERITY_ERROR], "error", "errors");
	add_count(&text, check->findings.of[SEVERITY_WARNING], "warning", "warnings");
	add_count(&text, check->findings.of[SEVERITY_NOTE], "note", "notes");
	fprintf(to, "%s\n", data);
	return r;
}

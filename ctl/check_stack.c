/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "ctl/check_places.h"
#include "ctl/pam_control.h"
#include "ctl/pam_stack.h"

/* What a line is, as far as its place matters. */
enum module_kind { MODULE_OTHER, MODULE_OURS, MODULE_LOGINUID, MODULE_INSIDE };

struct entry {
	enum module_kind kind;
	char *file, *control, *module;
	uint32_t line;
	bool may_be_absent;
	bool is_understood; /* its control */
};

/* The session lines of one service, in their order. */
struct stack {
	struct check *check;
	struct service *service;
	struct entry *entries;
	struct pam_step *steps; /* of the entries */
	size_t count, room;
};

static struct where where_of(const struct entry *entry)
{
	return (struct where){entry->file, entry->line};
}

/* -- Gathering -- */

/* What opens the session in the narrower sense: whatever comes after it is inside. */
static bool is_inside(const struct pam_line *line)
{
	static const char *const modules[] = {"pam_systemd.so", "pam_elogind.so", "pam_limits.so", "pam_namespace.so"};

	for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
		if (pam_line_is_of(line, modules[i]))
			return true;
	}
	return pam_line_is_of(line, "pam_selinux.so") && line->argument_count > 0 &&
	       strcmp(line->arguments[0], "open") == 0;
}

static enum module_kind kind_of(const struct pam_line *line)
{
	if (strcasecmp(line->control, "substack") == 0)
		return MODULE_OTHER;
	if (pam_line_is_of(line, CHECK_MODULE))
		return MODULE_OURS;
	if (pam_line_is_of(line, "pam_loginuid.so"))
		return MODULE_LOGINUID;
	return is_inside(line) ? MODULE_INSIDE : MODULE_OTHER;
}

static int grow(struct stack *stack)
{
	size_t room = stack->room * 2 + 32;
	struct entry *entries = reallocarray(stack->entries, room, sizeof *entries);

	if (entries == NULL)
		return -ENOMEM;
	stack->entries = entries;
	struct pam_step *steps = reallocarray(stack->steps, room, sizeof *steps);
	if (steps == NULL)
		return -ENOMEM;
	stack->steps = steps;
	stack->room = room;
	return 0;
}

static void add_finding(const struct stack *stack, enum finding_kind kind, struct where where, const char *message)
{
	if (stack->service->is_asked)
		finding_add(&stack->check->findings, kind, where, "%s", message);
}

/* Of several lines the last one counts: a session that is opened once more is under the newer policy alone. */
static int read_arguments(struct stack *stack, const struct pam_line *line)
{
	struct service *service = stack->service;
	char *file = strdup(line->file);

	if (file == NULL)
		return -ENOMEM;
	free(service->file);
	service->file = file;
	service->line = line->line;
	service->is_good = true;
	policy_init(&service->policy);
	for (size_t i = 0; i < line->argument_count; i++) {
		char reason[POLICY_WHY_SIZE];
		struct text why;
		text_init(&why, reason, sizeof reason);
		if (policy_set(&service->policy, line->arguments[i], ORIGIN_ARGUMENT, &why) == 0)
			continue;
		service->is_good = false;
		add_finding(stack, FINDING_BAD_ARGUMENT, (struct where){line->file, line->line}, reason);
	}
	return 0;
}

static int visit(void *data, const struct pam_line *line)
{
	struct stack *stack = data;
	struct entry entry = {.kind = kind_of(line), .line = line->line, .may_be_absent = line->may_be_absent};
	struct pam_step step = {.level = line->level};

	if (stack->count == stack->room && grow(stack) < 0)
		return -ENOMEM;
	entry.is_understood = pam_control_parse(line->control, &step.control) == 0;
	entry.file = strdup(line->file);
	entry.control = strdup(line->control);
	entry.module = strdup(line->module);
	stack->steps[stack->count] = step;
	stack->entries[stack->count++] = entry;
	if (entry.file == NULL || entry.control == NULL || entry.module == NULL)
		return -ENOMEM;
	stack->service->has_loginuid = stack->service->has_loginuid || entry.kind == MODULE_LOGINUID;
	return entry.kind == MODULE_OURS ? read_arguments(stack, line) : 0;
}

static void free_stack(struct stack *stack)
{
	for (size_t i = 0; i < stack->count; i++) {
		free(stack->entries[i].file);
		free(stack->entries[i].control);
		free(stack->entries[i].module);
	}
	free(stack->entries);
	free(stack->steps);
}

/* -- Judging a line of ours -- */

static bool is_failure(int action)
{
	return action == PAM_DO_BAD || action == PAM_DO_DIE;
}

/* What must stop a login must not be ignored, and what is no failure must not be one. */
static void judge_control(const struct stack *stack, const struct entry *entry, const struct pam_control *control)
{
	static const enum pam_answer failures[] = {PAM_SAYS_SERVICE_ERR, PAM_SAYS_SESSION_ERR, PAM_SAYS_BUF_ERR};
	bool is_lenient = false;

	if (!entry->is_understood) {
		add_finding(stack, FINDING_BAD_CONTROL, where_of(entry),
		            "the control is none that libpam knows: every session is refused");
		return;
	}
	for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
		is_lenient = is_lenient || !is_failure(control->on[failures[i]]);
	if (control->on[PAM_SAYS_SUCCESS] == PAM_DO_DONE)
		add_finding(stack, FINDING_CONTROL_SUFFICIENT, where_of(entry),
		            "once the session is armed the rest of the stack is left out");
	/* A connection is shut down by the module itself (open.c). A rehearsal may well be optional. */
	else if (is_lenient && stack->service->policy.value[OPTION_DRY_RUN] == 0)
		add_finding(stack, FINDING_CONTROL_OPTIONAL, where_of(entry),
		            "a session that cannot be armed and has no connection is let in, without any limit");
	if (is_failure(control->on[PAM_SAYS_IGNORE]))
		add_finding(stack, FINDING_CONTROL_IGNORE, where_of(entry),
		            "sessions that are exempt or without a limit are refused");
}

static void judge_module(const struct stack *stack, const struct entry *entry)
{
	const char *directory = entry->module[0] == '/' ? "" : check_places.modules;
	char path[PATH_MAX];

	if (entry->may_be_absent)
		add_finding(stack, FINDING_MAY_BE_ABSENT, where_of(entry),
		            "'-session': if the module is missing, nobody is told and nothing is limited");
	/* "/lib/$ISA/security": what libpam puts there only it knows. */
	if (strchr(entry->module, '$') != NULL)
		return;
	(void)snprintf(path, sizeof path, "%s%s%s", directory, directory[0] != '\0' ? "/" : "", entry->module);
	if (access(path, F_OK) < 0 && stack->service->is_asked)
		finding_add(&stack->check->findings, FINDING_MODULE_MISSING, where_of(entry), "%s is not there", path);
}

static void judge_order(const struct stack *stack, size_t ours)
{
	const struct entry *entry = &stack->entries[ours];

	for (size_t i = 0; i < stack->count && stack->service->is_asked; i++) {
		const struct entry *other = &stack->entries[i];
		if (i > ours && other->kind == MODULE_LOGINUID)
			finding_add(&stack->check->findings, FINDING_BEFORE_LOGINUID, where_of(entry),
			            "before pam_loginuid.so (%s:%u): records would not say who logged in", other->file,
			            (unsigned)other->line);
		if (i < ours && other->kind == MODULE_INSIDE)
			finding_add(&stack->check->findings, FINDING_INSIDE_SESSION, where_of(entry),
			            "after %s (%s:%u): the watchdog is part of the session that it is to end",
			            other->module, other->file, (unsigned)other->line);
	}
}

static void judge_jumps(const struct stack *stack, size_t ours)
{
	const struct entry *entry = &stack->entries[ours];

	for (size_t i = 0; i < ours && stack->service->is_asked; i++) {
		const struct entry *other = &stack->entries[i];
		if (other->kind != MODULE_OURS && other->is_understood && pam_step_may_skip(stack->steps, i, ours))
			finding_add(&stack->check->findings, FINDING_MAY_BE_SKIPPED, where_of(other),
			            "'%s' may make libpam skip " CHECK_MODULE " (%s:%u)", other->control, entry->file,
			            (unsigned)entry->line);
	}
}

static void judge(const struct stack *stack)
{
	const struct entry *first = NULL;

	for (size_t i = 0; i < stack->count; i++) {
		const struct entry *entry = &stack->entries[i];
		if (entry->kind != MODULE_OURS)
			continue;
		judge_control(stack, entry, &stack->steps[i].control);
		judge_module(stack, entry);
		judge_order(stack, i);
		judge_jumps(stack, i);
		if (first != NULL && stack->service->is_asked)
			finding_add(&stack->check->findings, FINDING_SEVERAL_LINES, where_of(entry),
			            "a second line of " CHECK_MODULE
			            " in the stack of %s (the first: %s:%u); the last one counts",
			            stack->service->name, first->file, (unsigned)first->line);
		first = first == NULL ? entry : first;
	}
}

/* -- The other types -- */

static int visit_other_type(void *data, const struct pam_line *line)
{
	struct stack *stack = data;

	if (kind_of(line) == MODULE_OURS)
		add_finding(stack, FINDING_WRONG_TYPE, (struct where){line->file, line->line},
		            "stands in another type than 'session': limits nothing, and libpam takes it for a failure");
	return 0;
}

/* The reason begins with "FILE:LINE: " or "FILE: ", as pam_stack_walk() leaves it, or names no file. */
static void tell_broken(const struct stack *stack, char *reason)
{
	struct where where = {0};
	char *end = strstr(reason, ": ");
	uint64_t line;

	if (end != NULL) {
		*end = '\0';
		char *colon = strrchr(reason, ':');
		where.file = reason;
		if (colon != NULL && text_parse_unsigned(colon + 1, UINT32_MAX, &line) == 0) {
			*colon = '\0';
			where.line = (uint32_t)line;
		}
	}
	finding_add(&stack->check->findings, FINDING_STACK_BROKEN, where, "%s", end != NULL ? end + 2 : reason);
}

/* 1: the walk is broken, and that was told to whoever asked about the service. */
static int walk(struct stack *stack, const char *type, pam_visitor *visitor)
{
	char reason[PAM_STACK_WHY_SIZE];
	struct text why;

	text_init(&why, reason, sizeof reason);
	int r = pam_stack_walk(stack->service->name, type, visitor, stack, &why);
	if (r >= 0 || r == -ENOMEM)
		return r;
	stack->service->is_unknown = true;
	if (!stack->service->is_asked)
		return 1;
	if (r == -EACCES) {
		fprintf(stderr, PROGRAM_NAME ": %s\n", reason);
		return r;
	}
	tell_broken(stack, reason);
	return 1;
}

int check_stack(struct check *check, struct service *service)
{
	static const char *const others[] = {"auth", "account", "password"};
	struct stack stack = {.check = check, .service = service};
	int r = walk(&stack, "session", visit);

	for (size_t i = 0; i < sizeof others / sizeof others[0] && r == 0; i++)
		r = walk(&stack, others[i], visit_other_type);
	if (r == 0)
		judge(&stack);
	if (r == 0 && service->file == NULL && service->is_asked && !check->is_complete)
		finding_add(&check->findings, FINDING_NO_LINE, (struct where){0},
		            "%s has no session line of " CHECK_MODULE ": nothing limits its sessions", service->name);
	free_stack(&stack);
	return r < 0 ? r : 0;
}

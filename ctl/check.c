/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "ctl/pam_services.h"
#include "ctl/pam_stack.h"

struct request {
	bool help, json;
	const char *profile;
	char **words; /* in argv: files and services */
	int count;
};

/* -- What is asked for -- */

static int take_profile(const struct command *command, char **argument, struct request *request)
{
	int taken = command_take_value(command, "--profile", argument, &request->profile);

	if (taken > 0 && profile_find(request->profile) == NULL)
		return command_misused(command, "unknown profile", request->profile);
	return taken;
}

/* Returns how many arguments it took. Words are moved together at the beginning of argv. */
static int take_argument(const struct command *command, char **argument, struct request *request)
{
	int taken = take_profile(command, argument, request);

	if (taken != 0)
		return taken;
	if (command_is_help(argument[0]))
		request->help = true;
	else if (strcmp(argument[0], "--json") == 0)
		request->json = true;
	else if (argument[0][0] == '-')
		return command_misused(command, "unknown option", argument[0]);
	else if (strchr(argument[0], '/') == NULL && !pam_stack_is_service(argument[0]))
		return command_misused(command, "neither a file nor the name of a service:", argument[0]);
	else if (strlen(argument[0]) >= POLICY_PATH_SIZE)
		return command_misused(command, "too long for a file:", argument[0]);
	else
		request->words[request->count++] = argument[0];
	return 1;
}

static int parse_arguments(const struct command *command, int argc, char **argv, struct request *request)
{
	request->words = argv + 1;
	for (int i = 1; i < argc;) {
		int taken = take_argument(command, argv + i, request);
		if (taken < 0)
			return taken;
		i += taken;
	}
	return 0;
}

/* -- Services -- */

/* The service that a word means; NULL: it is a file of rules. */
static const char *service_of(const char *word)
{
	return strchr(word, '/') != NULL ? pam_service_of_file(word) : word;
}

static bool is_asked(const struct request *request, const char *name)
{
	for (int i = 0; i < request->count; i++) {
		const char *service = service_of(request->words[i]);
		if (service != NULL && strcmp(service, name) == 0)
			return true;
	}
	return request->count == 0;
}

/* One that has no file may be asked about all the same: it is under that of "other". */
static int name_services(struct check *check, const struct request *request)
{
	int r = pam_services_read(&check->names);

	for (int i = 0; i < request->count && r == 0; i++) {
		const char *service = service_of(request->words[i]);
		if (service != NULL)
			r = names_add(&check->names, service);
	}
	names_sort(&check->names);
	return r;
}

static int read_services(struct check *check, const struct request *request)
{
	int r = name_services(check, request);

	if (r < 0)
		return command_failed("cannot list the services of PAM", r);
	check->services = calloc(check->names.count + 1, sizeof *check->services);
	if (check->services == NULL)
		return command_failed("cannot keep the services of PAM", -ENOMEM);
	for (; check->service_count < check->names.count && r == 0; check->service_count++) {
		struct service *service = &check->services[check->service_count];
		service->name = check->names.items[check->service_count];
		service->is_asked = is_asked(request, service->name);
		r = check_stack(check, service);
	}
	return r == -ENOMEM ? command_failed("cannot read the PAM stacks", r) : r;
}

static bool has_any_line(const struct check *check)
{
	for (size_t i = 0; i < check->service_count; i++) {
		if (check->services[i].is_asked && check->services[i].file != NULL)
			return true;
	}
	return false;
}

/* -- Files of rules -- */

static bool is_known(const struct check *check, const char *path)
{
	for (size_t i = 0; i < check->ruleset_count; i++) {
		if (strcmp(check->rulesets[i].place.conf, path) == 0)
			return true;
	}
	return false;
}

static int read_ruleset(struct check *check, const struct policy *place)
{
	struct ruleset *grown;

	if (is_known(check, place->conf))
		return 0;
	grown = reallocarray(check->rulesets, check->ruleset_count + 1, sizeof *grown);
	if (grown == NULL)
		return command_failed("cannot keep the rules", -ENOMEM);
	check->rulesets = grown;
	grown[check->ruleset_count] = (struct ruleset){.place = *place};
	int r = check_rules(check, &grown[check->ruleset_count++]);
	return r == -ENOMEM ? command_failed("cannot keep the rules", r) : r;
}

/* Those that the lines of services name, then those that are asked for. */
static int read_rules(struct check *check, const struct request *request)
{
	int r = 0;

	for (size_t i = 0; i < check->service_count && r == 0; i++) {
		const struct service *service = &check->services[i];
		if (service->is_asked && service->file != NULL && service->is_good)
			r = read_ruleset(check, &service->policy);
	}
	for (int i = 0; i < request->count && r == 0; i++) {
		struct policy place;
		if (service_of(request->words[i]) != NULL)
			continue;
		policy_init(&place);
		place.origin[OPTION_CONF] = ORIGIN_ARGUMENT;
		(void)text_copy(place.conf, sizeof place.conf, request->words[i]);
		r = read_ruleset(check, &place);
	}
	return r;
}

/* -- All of it -- */

static int look(struct check *check, const struct request *request)
{
	int r = read_services(check, request);

	if (r == 0)
		r = read_rules(check, request);
	if (r < 0 || !has_any_line(check)) {
		if (r == 0 && check->is_complete)
			finding_add(&check->findings, FINDING_NO_LINE, (struct where){0},
			            "no service has a session line of " CHECK_MODULE ": nothing limits any session");
		return r;
	}
	check_shared_files(check);
	check_policies(check);
	check_system(check);
	check_sshd(check);
	check_idlers(check);
	if (check->profile != NULL)
		check_profile(check);
	return 0;
}

static bool is_fine(const struct check *check)
{
	if (check->findings.of[SEVERITY_ERROR] + check->findings.of[SEVERITY_WARNING] > 0)
		return false;
	return check->profile == NULL || (check->verdicts.count > 0 && check->verdicts.of[VERDICT_FAIL] == 0);
}

static int run(struct check *check, const struct request *request)
{
	int r = look(check, request);

	if (r < 0)
		return r;
	if (check->findings.failed || check->verdicts.failed)
		return command_failed("cannot keep what was found", -ENOMEM);
	r = request->json ? check_print_json(check, stdout) : check_print_text(check, stdout);
	if (r < 0)
		return command_failed("cannot tell what was found", r);
	return is_fine(check) ? 0 : 1;
}

static void free_check(struct check *check)
{
	for (size_t i = 0; i < check->service_count; i++)
		free(check->services[i].file);
	free(check->services);
	for (size_t i = 0; i < check->ruleset_count; i++) {
		rules_file_free(&check->rulesets[i].file);
		free(check->rulesets[i].rules);
		free(check->rulesets[i].is_covered);
	}
	free(check->rulesets);
	names_free(&check->names);
	finding_list_free(&check->findings);
	verdict_list_free(&check->verdicts);
}

static int run_check(const struct command *command, int argc, char **argv)
{
	struct request request = {0};
	struct check check = {0};
	int r = parse_arguments(command, argc, argv, &request);

	if (r < 0)
		return r;
	if (request.help) {
		command_print_help(command);
		return 0;
	}
	check.is_complete = request.count == 0;
	check.profile = request.profile != NULL ? profile_find(request.profile) : NULL;
	r = run(&check, &request);
	free_check(&check);
	return r;
}

static const struct command_option options[] = {
	{"--profile", WORD_CHOICE, profile_names},
	{"--json", WORD_NONE, NULL},
	{0},
};

const struct command check_command = {
	.name = "check",
	.summary = "find what is wrong or unwise in the set-up of this machine",
	.usage = "usage: idletimeout check [--profile PROFILE] [--json] [FILE|SERVICE ..]\n"
	         "\n"
	         "  --profile  pass or fail each service against stig, cis, pci or fedramp-high\n"
	         "  --json     print a JSON document for programs\n"
	         "\n"
	         "A SERVICE is called as in /etc/pam.d, a FILE has a '/' and holds rules. Without any, all that\n"
	         "is in force is checked.\n"
	         "\n"
	         "example: idletimeout check --profile stig sshd",
	.options = options,
	.arguments = WORD_SERVICE,
	.run = run_check,
};

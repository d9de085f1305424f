/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/membership.h"
#include "common/session.h"
#include "ctl/pam_stack.h"

#define MODULE "pam_idletimeout.so"

struct request {
	const char *user, *service, *from;
	bool help, json;
};

/* The command at work. */
struct work {
	struct explanation explanation;
	struct membership membership;
	size_t module_lines; /* of the module, in the PAM stack */
	size_t room;         /* for lines passed over */
	int64_t asked_ns;    /* what the name service took */
	bool was_asked;      /* about a group, as a login would have to */
	int result;          /* 1: something wrong has been told */
	bool failed;         /* out of memory */
};

static int tell(const char *place, const char *problem)
{
	fprintf(stderr, PROGRAM_NAME ": %s%s\n", place, problem);
	return 1;
}

/* -- What is asked for -- */

/* Returns how many arguments it took. */
static int parse_argument(const struct command *command, char **argument, struct request *request)
{
	int taken = command_take_value(command, "--service", argument, &request->service);

	if (taken == 0)
		taken = command_take_value(command, "--from", argument, &request->from);
	if (taken != 0)
		return taken;
	if (command_is_help(argument[0]))
		request->help = true;
	else if (strcmp(argument[0], "--json") == 0)
		request->json = true;
	else if (argument[0][0] == '-')
		return command_misused(command, "unknown option", argument[0]);
	else if (request->user != NULL)
		return command_misused(command, "unexpected argument", argument[0]);
	else
		request->user = argument[0];
	return 1;
}

static int parse_arguments(const struct command *command, int argc, char **argv, struct request *request)
{
	for (int i = 1; i < argc;) {
		int taken = parse_argument(command, argv + i, request);
		if (taken < 0)
			return taken;
		i += taken;
	}
	if (request->help)
		return 0;
	if (request->user == NULL || request->user[0] == '\0')
		return command_misused(command, "missing argument", "USER");
	if (request->service == NULL)
		return command_misused(command, "missing option", "--service");
	if (!pam_stack_is_service(request->service))
		return command_misused(command, "not the name of a service:", request->service);
	return 0;
}

static int parse_from(const struct command *command, const char *from, struct rules_login *login)
{
	login->is_local = from == NULL || strcmp(from, "local") == 0;
	if (login->is_local || endpoint_parse(from, 0, &login->peer) == 0)
		return 0;
	return command_misused(command, "neither an address nor 'local':", from);
}

/* -- The PAM line -- */

static int copy_place(struct explanation *explanation, const struct pam_line *line)
{
	char *file = strdup(line->file);

	if (file == NULL)
		return -ENOMEM;
	free(explanation->pam_file);
	explanation->pam_file = file;
	explanation->pam_line = line->line;
	return 0;
}

/* What the module says to arguments like these, with the place that only the command knows. */
static int refuse_argument(const struct explanation *explanation, const char *reason)
{
	char place[POLICY_WHY_SIZE * 2];
	struct text text;

	text_init(&text, place, sizeof place);
	text_add_printable(&text, explanation->pam_file);
	text_add_char(&text, ':');
	text_add_unsigned(&text, explanation->pam_line);
	text_add(&text, ": bad argument: ");
	return tell(place, reason);
}

/* A session that is opened once more is under the newer policy alone: of several lines the last one counts. */
static int read_line(void *data, const struct pam_line *line)
{
	struct work *work = data;
	struct explanation *explanation = &work->explanation;

	if (!pam_line_is_of(line, MODULE))
		return 0;
	work->module_lines++;
	policy_init(&explanation->policy);
	if (copy_place(explanation, line) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < line->argument_count; i++) {
		char reason[POLICY_WHY_SIZE];
		struct text why;
		text_init(&why, reason, sizeof reason);
		if (policy_set(&explanation->policy, line->arguments[i], ORIGIN_ARGUMENT, &why) < 0)
			return refuse_argument(explanation, reason);
	}
	return 0;
}

static int read_stack(struct work *work)
{
	const char *service = work->explanation.login.service;
	char reason[PAM_STACK_WHY_SIZE];
	struct text why;

	text_init(&why, reason, sizeof reason);
	int r = pam_stack_walk(service, "session", read_line, work, &why);
	if (r == -ENOMEM)
		return command_failed("cannot read the PAM stack", r);
	if (r < 0) {
		(void)tell("", reason);
		return r == -EACCES ? r : 1;
	}
	if (r == 0 && work->module_lines == 0)
		return tell(service, " has no session line of " MODULE ": nothing limits its sessions");
	if (r == 0 && work->module_lines > 1)
		work->result = tell(service, " has several session lines of " MODULE "; the last one counts");
	return r;
}

/* -- The rules -- */

static int is_member(void *data, const struct rule *rule)
{
	struct work *work = data;
	int64_t begin_ns = clock_boot_ns();
	int r = membership_has(&work->membership, rule_group(rule));

	work->asked_ns += clock_boot_ns() - begin_ns;
	work->was_asked = true;
	return r;
}

static void pass_over(void *data, const struct rule *rule, enum rule_verdict why)
{
	struct work *work = data;
	struct explanation *explanation = &work->explanation;

	if (explanation->passed_count == work->room) {
		size_t room = work->room * 2 + 16;
		void *grown = reallocarray(explanation->passed, room, sizeof *explanation->passed);
		work->failed = work->failed || grown == NULL;
		if (grown == NULL)
			return;
		explanation->passed = grown;
		work->room = room;
	}
	explanation->passed[explanation->passed_count++] = (struct passed_over){.rule = *rule, .why = why};
}

static int read_rules(struct explanation *explanation)
{
	char reason[RULES_WHY_SIZE];
	struct text why;

	text_init(&why, reason, sizeof reason);
	int r = rules_file_read(&explanation->policy, &explanation->rules, &why);
	if (r == 0)
		return 0;
	(void)tell("", reason);
	return r == -EACCES ? r : 1;
}

/* What answers here in its own time must answer a login in time. */
static void judge_name_service(struct work *work)
{
	if (work->was_asked && work->asked_ns > MEMBERSHIP_TIMEOUT_NS)
		work->result = tell("", "the name service is too slow about groups: a login would be refused");
}

static int apply_rules(struct work *work)
{
	struct explanation *explanation = &work->explanation;
	const struct rules_search search = {.is_member = is_member, .passed_over = pass_over, .data = work};
	int r = rules_find(explanation->rules.text, explanation->rules.length, &explanation->login, &search,
	                   &explanation->rule);

	if (work->failed)
		return command_failed("cannot keep the rules", -ENOMEM);
	if (r < 0) {
		(void)command_failed("cannot ask about a group; a login would be refused", r);
		return 1;
	}
	judge_name_service(work);
	explanation->has_rule = r > 0;
	return r > 0 && !explanation->rule.is_exempt ? rule_apply(&explanation->rule, &explanation->policy) : 0;
}

/* Asked about before the rules are: a name that was mistyped must not be explained as a user. */
static int find_user(struct work *work)
{
	int64_t begin_ns = clock_boot_ns();
	char quoted[TEXT_QUOTED_MAX + 1];
	struct text text;
	int r = membership_read(work->explanation.login.user, &work->membership);

	work->asked_ns = clock_boot_ns() - begin_ns;
	if (r == 0)
		return 0;
	text_init(&text, quoted, sizeof quoted);
	text_add_quoted(&text, work->explanation.login.user);
	if (r == -ENOENT)
		return tell(quoted, " is not a user of this system");
	(void)command_failed("cannot ask about the user", r);
	return 1;
}

static int explain(struct work *work)
{
	int r = find_user(work);

	if (r == 0)
		r = read_stack(work);
	if (r == 0)
		r = read_rules(&work->explanation);
	if (r == 0 && work->explanation.rules.text != NULL)
		r = apply_rules(work);
	return r;
}

static int run(const struct command *command, const struct request *request, struct work *work)
{
	struct rules_login *login = &work->explanation.login;

	login->user = request->user;
	login->service = request->service;
	int r = parse_from(command, request->from, login);
	if (r == 0)
		r = explain(work);
	if (r != 0)
		return r;
	r = request->json ? explain_print_json(&work->explanation, stdout) : explain_print_text(&work->explanation, stdout);
	return r < 0 ? command_failed("cannot explain the session", r) : work->result;
}

static int run_explain(const struct command *command, int argc, char **argv)
{
	struct request request = {0};
	struct work work = {0};
	int r = parse_arguments(command, argc, argv, &request);

	if (r < 0)
		return r;
	if (request.help) {
		command_print_help(command);
		return 0;
	}
	r = run(command, &request, &work);
	membership_free(&work.membership);
	rules_file_free(&work.explanation.rules);
	free(work.explanation.passed);
	free(work.explanation.pam_file);
	return r;
}

/* -- What both ways of showing need -- */

/* Between quotes where it would be taken for several. */
static void add_word(const char *word, struct text *text)
{
	const char *quote = word[strcspn(word, " \t")] != '\0' ? "\"" : "";

	text_add(text, quote);
	text_add(text, word);
	text_add(text, quote);
}

void explain_add_rule(const struct rule *rule, struct text *text)
{
	bool is_blank = true;

	text_add(text, rule->service);
	text_add_char(text, ' ');
	add_word(rule->who, text);
	text_add_char(text, ' ');
	text_add(text, rule->from);
	for (size_t i = 0; i < rule->settings_length; i++) {
		char c = rule->settings[i];
		bool was_blank = is_blank;
		is_blank = c == ' ' || c == '\t';
		if (!is_blank && was_blank)
			text_add_char(text, ' ');
		if (!is_blank)
			text_add_bytes(text, &c, 1);
	}
}

const char *explain_place(const struct explanation *explanation, enum option_id id, uint32_t *ret_line)
{
	switch (explanation->policy.origin[id]) {
	case ORIGIN_ARGUMENT:
		*ret_line = explanation->pam_line;
		return explanation->pam_file;
	case ORIGIN_RULE:
		*ret_line = explanation->policy.rule_line;
		return explanation->policy.conf;
	case ORIGIN_DEFAULT:
		break;
	}
	return NULL;
}

/* Addresses are not completed. */
static const char *const from_words[] = {"local", NULL};

static const struct command_option options[] = {
	{"--service", WORD_SERVICE, NULL},
	{"--from", WORD_CHOICE, from_words},
	{"--json", WORD_NONE, NULL},
	{0},
};

const struct command explain_command = {
	.name = "explain",
	.summary = "explain which limits a session would be under, and why",
	.usage = "usage: idletimeout explain USER --service SERVICE [--from ADDRESS] [--json]\n"
	         "\n"
	         "  --service  the PAM service, as it is called in /etc/pam.d\n"
	         "  --from     the address of the session's peer, or 'local' for none (the default)\n"
	         "  --json     print a JSON document for programs\n"
	         "\n"
	         "example: idletimeout explain alice --service sshd --from 192.0.2.7",
	.options = options,
	.arguments = WORD_USER,
	.run = run_explain,
};

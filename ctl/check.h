/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * idletimeout check [FILE|SERVICE ..]: what is wrong or unwise in how this machine is set up.
 *
 * The same code reads as at a login: PAM's files (pam_stack.h), arguments (common/policy.h), rules (common/rules.h). A
 * check owns all that was gathered; each check_*.c looks at one part of it and adds findings, and check_text.c and
 * check_json.c show them.
 */
#ifndef IDLETIMEOUT_CTL_CHECK_H
#define IDLETIMEOUT_CTL_CHECK_H

#include <stdio.h>

#include "common/rules_file.h"
#include "ctl/command.h"
#include "ctl/finding.h"
#include "ctl/lines.h"
#include "ctl/names.h"
#include "ctl/profile.h"
#include "ctl/sshd_settings.h"

extern const struct command check_command;

#define CHECK_MODULE "pam_idletimeout.so"

/* A service of PAM's. */
struct service {
	const char *name;
	bool is_asked;       /* findings about it are wanted */
	bool is_unknown;     /* its stack cannot be read: whether it has a line is not known */
	char *file;          /* of the line that counts; NULL: it has none */
	uint32_t line;
	struct policy policy; /* of that line's arguments */
	bool is_good;         /* they are, so that the policy can be judged */
	bool has_loginuid;    /* pam_loginuid is in the stack: sessions have an audit session of their own */
};

/* A file of rules. */
struct ruleset {
	struct policy place; /* names the file */
	struct rules_file file;
	struct rule *rules;
	bool *is_covered; /* of each rule: one before it leaves it nothing */
	size_t count;
	bool is_good;
};

struct check {
	bool is_complete; /* nothing was asked for by name: everything is looked at */
	struct names names; /* of all services */
	struct service *services;
	size_t service_count;
	struct ruleset *rulesets;
	size_t ruleset_count;
	bool has_sshd;             /* sshd could be asked */
	struct sshd_settings sshd; /* what it said */
	struct finding_list findings;
	const struct profile *profile; /* NULL: none is asked for */
	struct verdict_list verdicts;
};

/* -- The parts. 0, or what the command ends with: -EACCES, told already, or -ENOMEM. -- */

/* The stack of one service; fills its line in. */
int check_stack(struct check *check, struct service *service);

/* What can be told only when the stacks of all services are known: a file that services share. */
void check_shared_files(struct check *check);

/* Reads a file of rules and finds fault with it. */
int check_rules(struct check *check, struct ruleset *ruleset);

/* Settings that make no sense together, of lines and of rules. */
void check_policies(struct check *check);

/* The watchdog's program and account, and the kernel's audit. */
void check_system(struct check *check);

/* sshd's own settings. */
void check_sshd(struct check *check);

/* Others who end idle sessions: logind and shells. */
void check_idlers(struct check *check);

/* Passes or fails each service against check->profile. */
void check_profile(struct check *check);

/* -- Who is under which policy -- */

/* Those logins of a service that one rule, or none, is for. */
struct policy_case {
	const struct service *service;
	const struct ruleset *ruleset;
	const struct rule *rule; /* NULL: those whom no rule is for */
	bool is_exempt;
	struct policy policy; /* what they are under, unless they are exempt */
};

typedef void case_visitor(struct check *check, const struct policy_case *one, void *data);

/* The rules that the line of a service names; NULL: they were not read. */
const struct ruleset *check_ruleset_of(const struct check *check, const struct service *service);

/* Visits the cases of a service whose line is good, in the order in which they match, as far as they can be reached. */
void check_each_case(struct check *check, const struct service *service, case_visitor *visit, void *data);

/* The same for all services that are asked for. */
void check_all_cases(struct check *check, case_visitor *visit, void *data);

/* Where a setting of a case stands; that of a default is the line that leaves it out. */
struct where case_where(const struct policy_case *one, enum option_id id);

/* Whether the sessions of a service are sshd's. */
bool check_is_sshd(const struct check *check, const struct service *service);

/* -- Reading what others have written: a file that is not there says nothing, one that cannot be read is a finding -- */

void check_not_read(struct check *check, const char *file, int error);
void check_read_lines(struct check *check, const char *path, line_taker *take, void *context);

/* Adds the files of a directory whose names end so; sorted, hidden ones left out. */
enum check_suffix { CHECK_CONF, CHECK_SH };
void check_list(struct check *check, const char *directory, enum check_suffix suffix, struct names *names);

/* Writes "15m" into a buffer of the caller's, and returns that. */
#define CHECK_DURATION_SIZE 32
const char *check_duration(uint64_t seconds, char data[CHECK_DURATION_SIZE]);

/* Prints it, every name made safe for a terminal; 0 or -ENOMEM. */
int check_print_text(const struct check *check, FILE *to);
int check_print_json(const struct check *check, FILE *to);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rules of idletimeout.conf(5): which limits which login is under. The first line that matches counts, whole.
 *
 *     # service  who            from          settings
 *     sshd       @contractors   *             idle=5m max=8h
 *     sshd       backup         10.0.0.0/8    exempt
 *
 * Pure. The text is borrowed and walked line by line, so that a file of any length costs the memory of one line. Every
 * line is checked before any is believed: a mistake behind the line that matches is told, too. No name is resolved;
 * whether a user is in a group is asked of the caller, and only when nothing else decides.
 */
#ifndef IDLETIMEOUT_COMMON_RULES_H
#define IDLETIMEOUT_COMMON_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cidr.h"
#include "common/policy.h"

/* Longest line, bytes without its end. */
#define RULES_LINE_MAX 1024

/* Room for the words of a rule: names as long as a session record holds, a group's with its '@'. */
#define RULE_SERVICE_SIZE 65
#define RULE_WHO_SIZE 258
#define RULE_FROM_SIZE 64

enum rule_from { RULE_FROM_ANYWHERE, RULE_FROM_LOCAL, RULE_FROM_NETWORK };

struct rule {
	uint32_t line;
	/* As written, without quotes. */
	char service[RULE_SERVICE_SIZE];
	char who[RULE_WHO_SIZE];
	char from[RULE_FROM_SIZE];
	enum rule_from from_kind;
	struct cidr network; /* of RULE_FROM_NETWORK */
	bool is_exempt;
	const char *settings; /* within the text that was read */
	size_t settings_length;
};

/* What is wrong with a file, and where; both counted from 1, columns in bytes. */
struct rules_fault {
	uint32_t line, column;
	char why[POLICY_WHY_SIZE]; /* safe to print */
};

struct rules_reader {
	const char *rest;
	size_t left;
	uint32_t line;
	struct policy fresh; /* what the settings of each line are tried on */
};

/* Starts to read the `length` bytes at `text`, which may hold anything. */
void rules_start(struct rules_reader *reader, const char *text, size_t length);

/* Reads the next rule. 1: there was one; 0: the end; -EINVAL: the fault, behind which nothing is read. */
int rules_next(struct rules_reader *reader, struct rule *ret_rule, struct rules_fault *ret_fault);

/* Reads all of it; 0, or -EINVAL with the first fault. */
int rules_check(const char *text, size_t length, struct rules_fault *ret_fault);

/* The group that a rule is for, or NULL. */
const char *rule_group(const struct rule *rule);

/* Of a login, what rules look at. */
struct rules_login {
	const char *service, *user;
	struct endpoint peer; /* without an address: not known, or there is none */
	bool is_local;        /* there is no peer */
};

enum rule_verdict { RULE_MATCHES, RULE_OTHER_SERVICE, RULE_OTHER_USER, RULE_OTHER_ADDRESS, RULE_OTHER_GROUP };

/* Who decides about groups, and who hears of lines that do not match. `data` is given to both. */
struct rules_search {
	/* Whether the login's user is in rule_group(): 1, 0 or -errno. Asked only when service and address match. */
	int (*is_member)(void *data, const struct rule *rule);
	/* NULL if nobody wants to know. */
	void (*passed_over)(void *data, const struct rule *rule, enum rule_verdict why);
	void *data;
};

/*
 * Finds the rule for a login in a text that rules_check() has found good. 1: that is the rule; 0: none matches; -errno
 * of is_member, or -EINVAL when the text is not good after all.
 */
int rules_find(const char *text, size_t length, const struct rules_login *login, const struct rules_search *search,
               struct rule *ret_rule);

/* Puts the settings of a rule that is not an exemption in place of the policy's own, name by name. 0 or -EINVAL. */
int rule_apply(const struct rule *rule, struct policy *policy);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The policy of one session: the value of every setting and where each came from.
 *
 * Pure. A policy starts as the defaults of the option table and takes settings one by one; a setting that is
 * refused leaves the policy unchanged.
 */
#ifndef IDLETIMEOUT_COMMON_POLICY_H
#define IDLETIMEOUT_COMMON_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/options.h"
#include "common/text.h"

#define POLICY_WARNINGS_MAX 8

/* A path and its terminator. */
#define POLICY_PATH_SIZE 256

/* Room for any message that policy_set writes. */
#define POLICY_WHY_SIZE 256

/* The values of the choices: the order of the words in the option table. */
enum { PROOF_TCP, PROOF_DATA };
enum { KILL_CONNECTION, KILL_SESSION };
enum { LOSS_CLOSE, LOSS_LOG };
enum { AUDIT_ALL, AUDIT_DISCONNECT, AUDIT_OFF };

/* The bits of the set: the same order. ACTIVITY_AUTO stands alone. */
enum {
	ACTIVITY_AUTO = 1 << 0,
	ACTIVITY_INPUT = 1 << 1,
	ACTIVITY_OUTPUT = 1 << 2,
	ACTIVITY_PROCESS = 1 << 3,
	ACTIVITY_NETWORK = 1 << 4
};

enum origin { ORIGIN_DEFAULT, ORIGIN_ARGUMENT, ORIGIN_RULE };

struct policy {
	/* By option_id: seconds of a limit (0 = off), number, index of a choice, bits of a set, 1 of a flag given; 0 of a path. */
	uint32_t value[OPTION_COUNT];
	uint32_t warnings[POLICY_WARNINGS_MAX]; /* seconds before the limit, from long to short */
	size_t warning_count;
	enum origin origin[OPTION_COUNT];
	char conf[POLICY_PATH_SIZE]; /* OPTION_CONF: the rules file */
	uint32_t rule_line;          /* of the rules file: where settings of ORIGIN_RULE come from; 0: no rule applies */
};

void policy_init(struct policy *policy);

/*
 * Takes one setting as written ("idle=15m", "dry_run"). -EINVAL (unknown name, malformed value), -ERANGE (value out
 * of range) or -EEXIST (given before by the same origin), with the reason, made safe to print, in `why`.
 */
int policy_set(struct policy *policy, const char *setting, enum origin origin, struct text *why);

/* Appends the value of an option as policy_set takes it back: "15m", "off", "5m,1m". */
void policy_add_value(const struct policy *policy, enum option_id id, struct text *text);

/* The word for an origin, as records and JSON have it: "default", "argument", "rule". */
const char *origin_name(enum origin origin);

/* Appends where the setting comes from in words for people: a rule is named, "idletimeout.conf:12". */
void policy_add_origin(const struct policy *policy, enum option_id id, struct text *text);

/* Whether any limit is in force. */
bool policy_has_limit(const struct policy *policy);

/*
 * The warnings that apply to a limit of `limit` seconds, from long to short, into `ret_warnings`: those shorter than the limit,
 * and of the default ladder only those shorter than half of it. Returns their number.
 */
size_t policy_warnings_for(const struct policy *policy, uint32_t limit, uint32_t ret_warnings[POLICY_WARNINGS_MAX]);

#endif

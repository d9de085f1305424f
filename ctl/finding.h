/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What `idletimeout check` finds: the kinds of findings, and the list of those that were made.
 *
 * A kind has a name that programs can rely on, a severity, and one line of what to do about it. The list owns copies of
 * all that it is given; running out of memory is remembered and told once, by whoever prints it.
 */
#ifndef IDLETIMEOUT_CTL_FINDING_H
#define IDLETIMEOUT_CTL_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_COUNT };

enum finding_kind {
	/* the PAM stack */
	FINDING_STACK_BROKEN,
	FINDING_NO_LINE,
	FINDING_BAD_ARGUMENT,
	FINDING_WRONG_TYPE,
	FINDING_BAD_CONTROL,
	FINDING_CONTROL_OPTIONAL,
	FINDING_CONTROL_SUFFICIENT,
	FINDING_CONTROL_IGNORE,
	FINDING_MAY_BE_ABSENT,
	FINDING_MODULE_MISSING,
	FINDING_MAY_BE_SKIPPED,
	FINDING_SEVERAL_LINES,
	FINDING_BEFORE_LOGINUID,
	FINDING_INSIDE_SESSION,
	FINDING_KILL_WITHOUT_LOGINUID,
	FINDING_SHARED_FILE,
	/* settings, of a line or of a rule */
	FINDING_NO_LIMIT,
	FINDING_IDLE_NEVER_ACTS,
	FINDING_WARNING_NEVER_GIVEN,
	FINDING_SETTING_WITHOUT_LIMIT,
	FINDING_DRY_RUN,
	FINDING_WATCHDOG_LOSS_LOG,
	/* rules */
	FINDING_RULES_BROKEN,
	FINDING_UNKNOWN_SERVICE,
	FINDING_RULE_WITHOUT_LINE,
	FINDING_UNKNOWN_USER,
	FINDING_UNKNOWN_GROUP,
	FINDING_NAME_SERVICE,
	FINDING_UNREACHABLE_RULE,
	/* the system */
	FINDING_WATCHDOG_PROGRAM,
	FINDING_ACCOUNT_MISSING,
	FINDING_ACCOUNT_ROOT,
	FINDING_NO_AUDIT,
	FINDING_AUDIT_REQUIRED,
	FINDING_AUDIT_DISABLED,
	FINDING_AUDIT_UNKNOWN,
	/* others who end sessions */
	FINDING_SSHD_WITHOUT_PAM,
	FINDING_SSHD_NO_DATA,
	FINDING_SSHD_CHANNEL_TIMEOUT,
	FINDING_SSHD_MATCH,
	FINDING_SSHD_NOT_ASKED,
	FINDING_LOGIND_FIRST,
	FINDING_SHELL_FIRST,
	FINDING_NOT_READ,
	FINDING_KIND_COUNT
};

struct finding_info {
	const char *name;
	enum severity severity;
	const char *advice; /* one line without a full stop */
};

extern const struct finding_info finding_info[FINDING_KIND_COUNT];

/* The word for a severity: "error", "warning", "note". */
const char *severity_name(enum severity severity);

/* A line of a file; line 0: the file as a whole. */
struct where {
	const char *file;
	uint32_t line;
};

struct finding {
	enum finding_kind kind;
	char *file; /* NULL: of no file */
	uint32_t line;
	char *message; /* as it is: names in it may hold anything */
};

struct finding_list {
	struct finding *items; /* in the order in which they were made */
	size_t count, room;
	size_t of[SEVERITY_COUNT];
	bool failed; /* out of memory */
};

/* Adds one, unless the very same is there: a file that several services include is found fault with once. */
__attribute__((format(printf, 4, 5))) void finding_add(struct finding_list *list, enum finding_kind kind,
                                                       struct where where, const char *format, ...);

void finding_list_free(struct finding_list *list);

#endif

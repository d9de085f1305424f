/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"

const struct finding_info finding_info[FINDING_KIND_COUNT] = {
	[FINDING_STACK_BROKEN] = {"stack-broken", SEVERITY_ERROR,
	                          "mend the file: libpam refuses every login of the service"},
	[FINDING_NO_LINE] = {"no-line", SEVERITY_ERROR,
	                     "add 'session required pam_idletimeout.so' with limits, right after pam_loginuid.so"},
	[FINDING_BAD_ARGUMENT] = {"bad-argument", SEVERITY_ERROR,
	                          "correct it: every session is refused; pam_idletimeout(8) lists the arguments"},
	[FINDING_WRONG_TYPE] = {"wrong-type", SEVERITY_ERROR, "make it a 'session' line"},
	[FINDING_BAD_CONTROL] = {"bad-control", SEVERITY_ERROR, "write 'required'"},
	[FINDING_CONTROL_OPTIONAL] = {"control-optional", SEVERITY_WARNING,
	                              "write 'required', once the rehearsal is over"},
	[FINDING_CONTROL_SUFFICIENT] = {"control-sufficient", SEVERITY_ERROR, "write 'required'"},
	[FINDING_CONTROL_IGNORE] = {"control-ignore", SEVERITY_ERROR, "add ignore=ignore, or write 'required'"},
	[FINDING_MAY_BE_ABSENT] = {"may-be-absent", SEVERITY_WARNING, "write 'session' without the '-'"},
	[FINDING_MODULE_MISSING] = {"module-missing", SEVERITY_ERROR,
	                            "install the module there, or correct its path"},
	[FINDING_MAY_BE_SKIPPED] = {"may-be-skipped", SEVERITY_WARNING,
	                            "put the line of pam_idletimeout before this one"},
	[FINDING_SEVERAL_LINES] = {"several-lines", SEVERITY_WARNING, "leave one line"},
	[FINDING_BEFORE_LOGINUID] = {"before-loginuid", SEVERITY_WARNING, "put the line right after pam_loginuid.so"},
	[FINDING_INSIDE_SESSION] = {"inside-session", SEVERITY_WARNING, "put the line right after pam_loginuid.so"},
	[FINDING_KILL_WITHOUT_LOGINUID] = {"kill-without-loginuid", SEVERITY_WARNING, "take kill=session away here"},
	[FINDING_SHARED_FILE] = {"shared-file", SEVERITY_WARNING,
	                         "move the line into the files of the services that people log in by"},
	[FINDING_NO_LIMIT] = {"no-limit", SEVERITY_WARNING, "give idle=, keepalive= or max="},
	[FINDING_IDLE_NEVER_ACTS] = {"idle-never-acts", SEVERITY_WARNING,
	                             "make idle shorter than max, or leave it out"},
	[FINDING_WARNING_NEVER_GIVEN] = {"warning-never-given", SEVERITY_WARNING,
	                                 "warn later, or take the step away"},
	[FINDING_SETTING_WITHOUT_LIMIT] = {"setting-without-limit", SEVERITY_WARNING,
	                                   "set the limit, or take the setting away"},
	[FINDING_DRY_RUN] = {"dry-run", SEVERITY_NOTE, "take dry_run away to enforce the limits"},
	[FINDING_WATCHDOG_LOSS_LOG] = {"watchdog-loss-log", SEVERITY_NOTE,
	                               "on_watchdog_loss=close ends a session with its watchdog"},
	[FINDING_RULES_BROKEN] = {"rules-broken", SEVERITY_ERROR,
	                          "correct it: every session that looks at these rules is refused"},
	[FINDING_UNKNOWN_SERVICE] = {"unknown-service", SEVERITY_WARNING, "correct the name, or take the rule away"},
	[FINDING_RULE_WITHOUT_LINE] = {"rule-without-line", SEVERITY_WARNING,
	                               "add a session line of pam_idletimeout.so to the service, or take the rule away"},
	[FINDING_UNKNOWN_USER] = {"unknown-user", SEVERITY_WARNING,
	                          "correct the name, or take the rule away; a group is written @NAME"},
	[FINDING_UNKNOWN_GROUP] = {"unknown-group", SEVERITY_WARNING, "correct the name, or take the rule away"},
	[FINDING_NAME_SERVICE] = {"name-service", SEVERITY_WARNING,
	                          "look at nsswitch.conf(5): a login that needs the answer is refused"},
	[FINDING_UNREACHABLE_RULE] = {"unreachable-rule", SEVERITY_WARNING,
	                              "put it before that line, or take it away"},
	[FINDING_WATCHDOG_PROGRAM] = {"watchdog-program", SEVERITY_ERROR,
	                              "install it again, as root: no session can be armed without it"},
	[FINDING_ACCOUNT_MISSING] = {"account-missing", SEVERITY_ERROR,
	                             "useradd --system --no-create-home --home-dir / --shell /usr/sbin/nologin " WATCHDOG_USER},
	[FINDING_ACCOUNT_ROOT] = {"account-root", SEVERITY_ERROR, "give the account a uid of its own"},
	[FINDING_NO_AUDIT] = {"no-audit", SEVERITY_WARNING, "boot a kernel with audit, or keep the log lines safe"},
	[FINDING_AUDIT_REQUIRED] = {"audit-required", SEVERITY_ERROR,
	                            "turn audit on, or take require_audit away: every session is refused"},
	[FINDING_AUDIT_DISABLED] = {"audit-disabled", SEVERITY_WARNING, "start auditd(8), or boot with audit=1"},
	[FINDING_AUDIT_UNKNOWN] = {"audit-unknown", SEVERITY_NOTE, "ask as root, outside of containers"},
	[FINDING_SSHD_WITHOUT_PAM] = {"sshd-without-pam", SEVERITY_ERROR, "set 'UsePAM yes' in sshd_config(5)"},
	[FINDING_SSHD_NO_DATA] = {"sshd-no-data", SEVERITY_ERROR,
	                          "set ClientAliveInterval in sshd_config(5) to no more than keepalive="},
	[FINDING_SSHD_CHANNEL_TIMEOUT] = {"sshd-channel-timeout", SEVERITY_WARNING,
					  "take ChannelTimeout away from sshd_config(5)"},
	[FINDING_SSHD_MATCH] = {"sshd-match", SEVERITY_NOTE,
				"look at it: what was asked of sshd is what no Match block changes"},
	[FINDING_SSHD_NOT_ASKED] = {"sshd-not-asked", SEVERITY_NOTE,
				    "'sshd -T' says what is the matter; it needs root"},
	[FINDING_LOGIND_FIRST] = {"logind-first", SEVERITY_WARNING,
				  "take StopIdleSessionSec away, or make it longer than idle"},
	[FINDING_SHELL_FIRST] = {"shell-first", SEVERITY_WARNING, "take TMOUT away, or make it longer than idle"},
	[FINDING_NOT_READ] = {"not-read", SEVERITY_NOTE, "ask as root"},
};

const char *severity_name(enum severity severity)
{
	static const char *const names[SEVERITY_COUNT] = {
		[SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};

	return names[severity];
}

static bool is_same_file(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_known(const struct finding_list *list, const struct finding *finding)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct finding *known = &list->items[i];
		if (known->kind == finding->kind && known->line == finding->line &&
		    is_same_file(known->file, finding->file) && strcmp(known->message, finding->message) == 0)
			return true;
	}
	return false;
}

static void free_finding(struct finding *finding)
{
	free(finding->file);
	free(finding->message);
}

/* Takes what the finding owns. */
static bool append(struct finding_list *list, const struct finding *finding)
{
	if (list->count == list->room) {
		size_t room = list->room * 2 + 16;
		struct finding *grown = reallocarray(list->items, room, sizeof *grown);
		if (grown == NULL)
			return false;
		list->items = grown;
		list->room = room;
	}
	list->items[list->count++] = *finding;
	list->of[finding_info[finding->kind].severity]++;
	return true;
}

void finding_add(struct finding_list *list, enum finding_kind kind, struct where where, const char *format, ...)
{
	struct finding finding = {.kind = kind, .line = where.line};
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&finding.message, format, arguments) < 0)
		finding.message = NULL;
	va_end(arguments);
	if (where.file != NULL)
		finding.file = strdup(where.file);
	bool has_failed = finding.message == NULL || (where.file != NULL && finding.file == NULL);
	if (!has_failed && is_known(list, &finding))
		free_finding(&finding);
	else if (has_failed || !append(list, &finding)) {
		free_finding(&finding);
		list->failed = true;
	}
}

void finding_list_free(struct finding_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free_finding(&list->items[i]);
	free(list->items);
	*list = (struct finding_list){0};
}

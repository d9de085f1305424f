/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/profile.h"

#include <stdlib.h>
#include <string.h>

static const struct profile profiles[] = {
	/* DISA, General Purpose Operating System SRG; the STIGs of RHEL 8 to 10, Ubuntu and SLES ask for 600 s. */
	{"stig",
         "10 minutes for everybody, as the STIGs of RHEL, Ubuntu and SLES have it",
         {{"SRG-OS-000163-GPOS-00072", OPTION_IDLE, 600, ROLE_ANYBODY, false}}},
	/* CIS benchmarks of Linux distributions; the numbers of their recommendations differ from one to the next. */
	{"cis",
         "keepalive= and keepalive_count= stand for ClientAliveInterval and ClientAliveCountMax",
         {{"CIS user shell timeout", OPTION_IDLE, 900, ROLE_ANYBODY, false},
          {"CIS sshd ClientAliveInterval", OPTION_KEEPALIVE, 300, ROLE_ANYBODY, true},
          {"CIS sshd ClientAliveCountMax", OPTION_KEEPALIVE_COUNT, 3, ROLE_ANYBODY, true}}},
	{"pci",
         "15 minutes for everybody",
         {{"PCI DSS 8.2.8", OPTION_IDLE, 900, ROLE_ANYBODY, false}}},
	/* NIST SP 800-53 SC-10, with the parameters of the FedRAMP High baseline. */
	{"fedramp-high",
         "root is taken for privileged, everybody else is not, whatever groups he is in",
         {{"SC-10 (privileged)", OPTION_IDLE, 600, ROLE_PRIVILEGED, false},
          {"SC-10 (user)", OPTION_IDLE, 900, ROLE_OTHERS, false}}},
};

#define PROFILE_COUNT (sizeof profiles / sizeof profiles[0])

const char *const profile_names[] = {"stig", "cis", "pci", "fedramp-high", NULL};

const struct profile *profile_find(const char *name)
{
	for (size_t i = 0; i < PROFILE_COUNT; i++) {
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	}
	return NULL;
}

bool requirement_is_met(const struct requirement *requirement, const struct policy *policy)
{
	uint32_t value = policy->value[requirement->option];

	/* A count alone probes nobody. */
	if (requirement->option == OPTION_KEEPALIVE_COUNT && policy->value[OPTION_KEEPALIVE] == 0)
		return false;
	return value > 0 && value <= requirement->most;
}

const char *verdict_name(enum verdict_result result)
{
	static const char *const names[VERDICT_COUNT] = {
		[VERDICT_PASS] = "pass", [VERDICT_EXCEPTION] = "exception", [VERDICT_FAIL] = "fail"};

	return names[result];
}

static void free_verdict(struct verdict *verdict)
{
	free(verdict->who);
	free(verdict->value);
	free(verdict->limit);
	free(verdict->file);
}

static bool append(struct verdict_list *list, const struct verdict *verdict)
{
	if (list->count == list->room) {
		size_t room = list->room * 2 + 16;
		struct verdict *grown = reallocarray(list->items, room, sizeof *grown);
		if (grown == NULL)
			return false;
		list->items = grown;
		list->room = room;
	}
	list->items[list->count++] = *verdict;
	list->of[verdict->result]++;
	return true;
}

void verdict_add(struct verdict_list *list, const struct verdict *plain, const struct evidence *evidence)
{
	struct verdict copy = *plain;

	copy.who = strdup(evidence->who);
	copy.value = strdup(evidence->value);
	copy.limit = strdup(evidence->limit);
	copy.file = strdup(evidence->where.file);
	copy.line = evidence->where.line;
	if (copy.who != NULL && copy.value != NULL && copy.limit != NULL && copy.file != NULL && append(list, &copy))
		return;
	free_verdict(&copy);
	list->failed = true;
}

void verdict_list_free(struct verdict_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free_verdict(&list->items[i]);
	free(list->items);
	*list = (struct verdict_list){0};
}

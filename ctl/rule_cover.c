/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/rule_cover.h"

#include <string.h>

static bool is_star(const char *word)
{
	return word[0] == '*' && word[1] == '\0';
}

static bool covers_word(const char *earlier, const char *later)
{
	return is_star(earlier) || strcmp(earlier, later) == 0;
}

static bool covers_from(const struct rule *earlier, const struct rule *later)
{
	if (earlier->from_kind == RULE_FROM_ANYWHERE)
		return true;
	if (earlier->from_kind != later->from_kind)
		return false;
	return earlier->from_kind == RULE_FROM_LOCAL || cidr_covers(&earlier->network, &later->network);
}

bool rule_covers(const struct rule *earlier, const struct rule *later)
{
	return covers_word(earlier->service, later->service) && covers_word(earlier->who, later->who) &&
	       covers_from(earlier, later);
}

bool rule_is_for_all(const struct rule *rule)
{
	return is_star(rule->who) && rule->from_kind == RULE_FROM_ANYWHERE;
}

bool rule_is_of_service(const struct rule *rule, const char *service)
{
	return covers_word(rule->service, service);
}

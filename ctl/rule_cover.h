/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rules that can never match, because one before them always does.
 *
 * Pure. Who is in a group is not asked: groups are the same when their names are, and a user is in none for certain.
 * Several rules that cover another only together are not looked for.
 */
#ifndef IDLETIMEOUT_CTL_RULE_COVER_H
#define IDLETIMEOUT_CTL_RULE_COVER_H

#include "common/rules.h"

/* Whether every login that `later` matches is matched by `earlier`, too. */
bool rule_covers(const struct rule *earlier, const struct rule *later);

/* Whether a rule is for everybody from everywhere, as far as its service goes. */
bool rule_is_for_all(const struct rule *rule);

/* Whether a rule is looked at in logins of the service. */
bool rule_is_of_service(const struct rule *rule, const char *service);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Choosing the policy of a login: the arguments of the PAM line, or what the rule that matches puts in their place.
 *
 * A rule that cannot be decided is not passed over: whoever is in a group that the directory cannot name just now may
 * be the one whom the rule is about.
 */
#ifndef IDLETIMEOUT_MODULE_CHOOSE_H
#define IDLETIMEOUT_MODULE_CHOOSE_H

#include <stdint.h>

#include "common/rules_file.h"
#include "common/session.h"

/*
 * Applies the rule for `session` to `policy`. 0: chosen, also when no rule matches; 1: exempt, with the line in
 * `policy`; -ECANCELED: a rule asks for a group, and by `deadline_ns` (CLOCK_BOOTTIME) nobody could say who is in it.
 * `peer` is the other end of the session's connection; NULL: there is none.
 */
int choose_policy(const struct rules_file *rules, const struct session *session, const struct endpoint *peer,
                  int64_t deadline_ns, struct policy *policy, struct text *why);

#endif

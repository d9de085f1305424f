/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sending a report to the kernel's audit system.
 *
 * Effects only. A send can wait: 40 s for the kernel's answer, a minute when its backlog is full. So it happens in a child of its
 * own (deliver.h), but for an armed record that the session depends on (require_audit).
 */
#ifndef IDLETIMEOUT_HELPER_AUDIT_H
#define IDLETIMEOUT_HELPER_AUDIT_H

#include "common/policy.h"
#include "common/session.h"
#include "helper/report.h"

/*
 * Sends one record. 0: sent; -ENOENT: there is no audit system here (not in the kernel, or hidden by a user
 * namespace); else -errno.
 */
int audit_report(const struct report *report, const struct session *session, const struct policy *policy);

#endif

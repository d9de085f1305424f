/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What happened, as one audit record and one log line.
 *
 * Pure: audit.h and syslog.h send what is written here. Every foreign string is made safe first; the audit keys follow
 * the rules of the audit system (ausearch and aureport drop records silently that reuse keys such as pid= or acct=).
 */
#ifndef IDLETIMEOUT_HELPER_REPORT_H
#define IDLETIMEOUT_HELPER_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/order.h"
#include "common/policy.h"
#include "common/session.h"
#include "common/text.h"
#include "helper/caller.h"

enum report_kind {
	REPORT_ARMED,
	REPORT_DISCONNECTED,
	REPORT_WOULD_DISCONNECT,
	REPORT_TAMPERED,
	REPORT_EXTENDED
};

enum report_reason {
	REASON_NONE,
	REASON_IDLE,
	REASON_KEEPALIVE,
	REASON_MAX,
	REASON_LEADER_LOST,
	REASON_WATCHDOG_LOST,
	REASON_SPOOF,
	REASON_ADMIN
};

/* An order that was obeyed, and who gave it. */
struct given_order {
	struct order order;
	struct caller caller;
};

struct report {
	enum report_kind kind;
	enum report_reason reason;
	uint64_t measured_s; /* how long idle, silent, or in session: whole seconds, rounded down */
	bool is_complete;    /* of a disconnect: nothing was left standing */
	bool is_answered_for; /* of a peer that is dead by its data: its kernel, or a proxy, still answers */
	const char *terminals; /* "pts/3,pts/5" or empty */
	const struct given_order *order; /* of REPORT_EXTENDED and REASON_ADMIN; else NULL */
};

/* Room for any log line or audit text: a few names, each bounded. */
#define REPORT_LOG_SIZE 1024
#define REPORT_AUDIT_SIZE 2048

/* The word for a reason, as audit records carry it. */
const char *reason_name(enum report_reason reason);

/* Whether `audit=` wants a record of this kind. */
bool report_is_audited(enum report_kind kind, const struct policy *policy);

/* "disconnected alice (sshd, pts/3, from 10.0.0.9): idle 15m00s, limit 15m" */
int report_log_line(const struct report *report, const struct session *session, const struct policy *policy,
                    struct text *text);

/* "op=idletimeout:disconnect reason=idle ACCT idle=900 limit=900 opid=17"; `acct` is the encoded "acct=.." field. */
int report_audit_text(const struct report *report, const struct session *session, const struct policy *policy,
                      const char *acct, struct text *text);

/* What a report is counted as (common/totals.h), such as "disconnect.idle"; nothing for one that is not counted. */
void report_add_total(const struct report *report, struct text *text);

/* The one terminal of the audit record's terminal= field: the first of the session's, else what the service named. */
void report_terminal(const struct report *report, const struct session *session, char *ret_name, size_t size);

#endif

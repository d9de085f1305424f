/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/options.h"

#include <string.h>

/* A limit of ten years is a typing mistake, not a policy. */
#define LIMIT_MAX UINT64_C(315360000)

/* The kernel's own bounds of TCP_KEEPIDLE and TCP_KEEPCNT: include/net/tcp.h, MAX_TCP_KEEPIDLE, MAX_TCP_KEEPCNT. */
#define KEEPALIVE_MAX 32767
#define KEEPALIVE_COUNT_MAX 127

static const char *const proof_words[] = {"tcp", "data", NULL};
static const char *const activity_words[] = {"auto", "input", "output", "process", "network", NULL};
static const char *const kill_words[] = {"connection", "session", NULL};
static const char *const loss_words[] = {"close", "log", NULL};
static const char *const audit_words[] = {"all", "disconnect", "off", NULL};

const struct option option_table[OPTION_COUNT] = {
	[OPTION_IDLE] = {"idle", OPTION_KIND_LIMIT, 1, LIMIT_MAX, NULL, "D", "off",
	                 "disconnect after D without activity"},
	[OPTION_KEEPALIVE] = {"keepalive", OPTION_KIND_LIMIT, 1, KEEPALIVE_MAX, NULL, "D", "off",
	                      "probe a silent peer every D"},
	[OPTION_KEEPALIVE_COUNT] = {"keepalive_count", OPTION_KIND_NUMBER, 1, KEEPALIVE_COUNT_MAX, NULL, "N", "3",
	                            "unanswered probes before the peer is dead"},
	[OPTION_KEEPALIVE_PROOF] = {"keepalive_proof", OPTION_KIND_CHOICE, 0, 0, proof_words, "tcp|data", "tcp",
	                            "what proves the peer alive: a TCP acknowledgement, or data received from it"},
	[OPTION_MAX] = {"max", OPTION_KIND_LIMIT, 1, LIMIT_MAX, NULL, "D", "off",
	                "longest session, whatever it does"},
	[OPTION_ACTIVITY] = {"activity", OPTION_KIND_SET, 0, 0, activity_words, "auto|LIST", "auto",
	                     "what counts as activity: auto, or any of input (typed on the session's terminals), "
	                     "output (printed on them), process (CPU time of its processes), network (payload on its "
	                     "connection, keepalives excepted); auto is input, and for what has no terminal (commands, "
	                     "sftp, forwards) their payload and processes"},
	[OPTION_WARN] = {"warn", OPTION_KIND_LADDER, 1, LIMIT_MAX, NULL, "D,D,..|off", "5m,1m,10s",
	                 "when to warn before idle or max; by default only those under half the limit"},
	[OPTION_KILL] = {"kill", OPTION_KIND_CHOICE, 0, 0, kill_words, "connection|session", "connection",
	                 "disconnect only, or also end every process of the audit session"},
	[OPTION_ON_WATCHDOG_LOSS] = {"on_watchdog_loss", OPTION_KIND_CHOICE, 0, 0, loss_words, "close|log", "close",
	                             "what the loss of the watchdog means for the session"},
	[OPTION_AUDIT] = {"audit", OPTION_KIND_CHOICE, 0, 0, audit_words, "all|disconnect|off", "all",
	                  "which audit records are written"},
	[OPTION_REQUIRE_AUDIT] = {"require_audit", OPTION_KIND_FLAG, 0, 1, NULL, NULL, "off",
	                          "refuse the session when the audit system does not take its record"},
	[OPTION_DRY_RUN] = {"dry_run", OPTION_KIND_FLAG, 0, 1, NULL, NULL, "off",
	                    "record and log what would happen, disconnect nobody"},
	[OPTION_CONF] = {"conf", OPTION_KIND_PATH, 0, 0, NULL, "PATH", RULES_PATH,
	                 "the file of rules that replace these arguments for some of the sessions; that of the default may "
	                 "be absent"},
	[OPTION_DEBUG] = {"debug", OPTION_KIND_FLAG, 0, 1, NULL, NULL, "off", "log more"},
	[OPTION_QUIET] = {"quiet", OPTION_KIND_FLAG, 0, 1, NULL, NULL, "off", "log errors and disconnects only"},
};

enum option_id option_find(const char *name, size_t length)
{
	size_t id = 0;

	while (id < OPTION_COUNT &&
	       (strlen(option_table[id].name) != length || memcmp(option_table[id].name, name, length) != 0))
		id++;
	return (enum option_id)id;
}

/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes are refused or are a record that encodes and decodes to itself; any name survives a record. */
#include "common/session.h"

#include <errno.h>

#include "tests/fuzz/fuzz.h"

static void expect_terminated(const struct session *session)
{
	PROMISE(session_is_id(session->id));
	PROMISE(memchr(session->service, '\0', sizeof session->service) != NULL);
	PROMISE(memchr(session->user, '\0', sizeof session->user) != NULL);
	PROMISE(memchr(session->tty, '\0', sizeof session->tty) != NULL);
	PROMISE(memchr(session->rhost, '\0', sizeof session->rhost) != NULL);
	PROMISE(memchr(session->peer.address, '\0', sizeof session->peer.address) != NULL);
	PROMISE(memchr(session->local.address, '\0', sizeof session->local.address) != NULL);
}

/* What was decoded fits a record, and that record says the same. */
static void expect_round_trip(const struct session *session, const struct policy *policy)
{
	struct session again;
	struct policy policy_again;
	TEXT(record, SESSION_RECORD_SIZE);
	TEXT(second, SESSION_RECORD_SIZE);

	PROMISE(session_encode(session, policy, &record) == 0);
	PROMISE(session_decode(record.data, record.used, &again, &policy_again) == 0);
	expect_terminated(&again);
	PROMISE(strcmp(again.user, session->user) == 0);
	PROMISE(again.uid == session->uid && again.leader_start == session->leader_start);
	PROMISE(memcmp(policy_again.value, policy->value, sizeof policy->value) == 0);
	PROMISE(strcmp(policy_again.conf, policy->conf) == 0 && policy_again.rule_line == policy->rule_line);
	PROMISE(session_encode(&again, &policy_again, &second) == 0);
	PROMISE(record.used == second.used && memcmp(record.data, second.data, record.used) == 0);
}

static void try_record(const uint8_t *data, size_t size)
{
	struct session session;
	struct policy policy;
	int r = session_decode((const char *)data, size, &session, &policy);

	PROMISE(r == 0 || r == -EINVAL);
	if (r < 0)
		return;
	PROMISE(size > 0 && data[size - 1] == '\n' && memchr(data, '\0', size) == NULL);
	expect_terminated(&session);
	expect_round_trip(&session, &policy);
}

static void try_name(const uint8_t *data, size_t size)
{
	struct session session = {.id = "0123abcd", .uid = 1000};
	struct policy policy;

	policy_init(&policy);
	if (size > 0)
		memcpy(session.user, data, size < sizeof session.user ? size : sizeof session.user - 1);
	memcpy(session.rhost, session.user, sizeof session.rhost);
	expect_round_trip(&session, &policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_record(data, size);
	try_name(data, size);
	return 0;
}

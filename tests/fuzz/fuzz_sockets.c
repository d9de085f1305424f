/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any bytes are an answer about a socket or are passed over; nothing but a socket of that user, which is not of the service
 * itself or of another control group, gives a hint, and no hint is taken back.
 */
#include "helper/sockets.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>

#include "tests/fuzz/fuzz.h"

/* As in the corpus: the connection received and sent 5 s ago. */
#define NOW INT64_C(1000000000000)
#define MOMENT (NOW - INT64_C(4990000000))
#define CGROUP 4711

static bool is_hint(const struct socket_hints *hints)
{
	return hints->is_sent_together || hints->is_received_together || hints->is_any;
}

static struct socket_query query_of(uint32_t uid)
{
	return (struct socket_query){
		.uid = uid, .cgroup = CGROUP, .now = NOW, .sent = MOMENT, .received = MOMENT, .since = NOW - INT64_C(60000000000)};
}

static struct socket_hints take(const uint8_t *data, size_t size, const struct socket_query *query)
{
	struct socket_hints hints = {.is_any = false};

	sockets_take(data, size, query, &hints);
	return hints;
}

static void expect_nothing(const uint8_t *data, size_t size, const struct socket_query *query)
{
	struct socket_hints hints = take(data, size, query);

	PROMISE(!is_hint(&hints));
}

static void expect_nothing_of_others(const uint8_t *data, size_t size, const struct inet_diag_msg *head)
{
	struct socket_query query = query_of(head->idiag_uid + 1);

	expect_nothing(data, size, &query);
	query = query_of(head->idiag_uid);
	query.own_port = ntohs(head->id.idiag_sport);
	if (query.own_port != 0)
		expect_nothing(data, size, &query);
	query.own_port = ntohs(head->id.idiag_dport);
	query.peer_port = ntohs(head->id.idiag_sport);
	if (query.own_port != 0)
		expect_nothing(data, size, &query);
}

/* A transfer is told of whoever asks for one, and of nobody else; what was told stays. */
static void expect_transfers_asked_for(const uint8_t *data, size_t size, const struct inet_diag_msg *head)
{
	const struct endpoint local = {.address = "127.0.0.1"}, peer = {.address = "127.0.0.1"};
	struct socket_query query = query_of(head->idiag_uid);
	struct socket_hints hints = take(data, size, &query);

	PROMISE(hints.transferred == 0);
	query.local = &local;
	query.peer = &peer;
	hints = take(data, size, &query);
	PROMISE(hints.transferred >= 0 && hints.transferred <= NOW);
	hints.transferred = NOW;
	sockets_take(data, size, &query, &hints);
	PROMISE(hints.transferred == NOW);
}

/* A hint stays whatever comes after it. */
static void expect_hints_stay(const uint8_t *data, size_t size, const struct socket_query *query)
{
	struct socket_hints hints = {.is_sent_together = true, .is_received_together = true, .is_any = true};

	sockets_take(data, size, query, &hints);
	PROMISE(hints.is_sent_together && hints.is_received_together && hints.is_any);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inet_diag_msg head = {.idiag_uid = 0};

	if (size > 0)
		memcpy(&head, data, size < sizeof head ? size : sizeof head);
	struct socket_query query = query_of(head.idiag_uid);
	struct socket_hints hints = take(data, size, &query);
	/* Without a header and an attribute there is nothing to tell. */
	PROMISE(!is_hint(&hints) || size > sizeof head);
	PROMISE(hints.is_any || !(hints.is_sent_together || hints.is_received_together));
	expect_nothing_of_others(data, size, &head);
	expect_hints_stay(data, size, &query);
	expect_transfers_asked_for(data, size, &head);
	return 0;
}

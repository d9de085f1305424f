/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/sockets.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <time.h>

#include "common/clock.h"
#include "common/duration.h"
#include "helper/tcp.h"
#include "tests/unit/loopback.h"

#define MS NS_PER_MS
#define NOW (1000 * NS_PER_SECOND)

#define UID 1000
#define SERVICE_PORT 22
#define CLIENT_PORT 50022
#define CGROUP 4711

/* The connection received 5 s ago and sent 3 s ago, as tcp_moment tells it; the stretch began 8 s ago. */
static const struct socket_query query = {
	.uid = UID,
	.cgroup = CGROUP,
	.own_port = SERVICE_PORT,
	.peer_port = CLIENT_PORT,
	.now = NOW,
	.received = NOW - 4990 * MS,
	.sent = NOW - 2990 * MS,
	.since = NOW - 8000 * MS,
};

/* One answer of the kernel. */
struct message {
	char bytes[2048];
	size_t length;
};

static void add_attribute(struct message *message, unsigned short type, const void *data, size_t size)
{
	const struct rtattr head = {.rta_len = (unsigned short)RTA_LENGTH(size), .rta_type = type};

	assert_true(message->length + RTA_SPACE(size) <= sizeof message->bytes);
	memcpy(message->bytes + message->length, &head, sizeof head);
	if (size > 0)
		memcpy(message->bytes + message->length + RTA_LENGTH(0), data, size);
	message->length += RTA_SPACE(size);
}

static struct message begin(uint32_t uid, uint16_t local, uint16_t remote)
{
	const struct inet_diag_msg head = {
		.idiag_family = AF_INET, .idiag_uid = uid, .id = {.idiag_sport = htons(local), .idiag_dport = htons(remote)}};
	struct message message = {.length = NLMSG_ALIGN(sizeof head)};

	memcpy(message.bytes, &head, sizeof head);
	return message;
}

static void add_info(struct message *message, uint32_t sent_ms, uint32_t received_ms)
{
	const struct tcp_info info = {.tcpi_last_data_sent = sent_ms, .tcpi_last_data_recv = received_ms};

	add_attribute(message, INET_DIAG_INFO, &info, sizeof info);
}

/* A socket of the user on other ports, that sent and received so long ago. */
static struct message socket_of_user(uint32_t sent_ms, uint32_t received_ms)
{
	struct message message = begin(UID, 40000, 8080);

	add_info(&message, sent_ms, received_ms);
	return message;
}

/* On a copy that ends where the message ends, so that a sanitizer sees a read beyond. */
static struct socket_hints take(const struct message *message, size_t length, const struct socket_query *asked)
{
	struct socket_hints hints = {.is_any = false};
	autofree char *copy = malloc(length > 0 ? length : 1);

	assert_non_null(copy);
	memcpy(copy, message->bytes, length);
	sockets_take(copy, length, asked, &hints);
	return hints;
}

static bool is_hint(const struct socket_hints *hints)
{
	return hints->is_sent_together || hints->is_received_together || hints->is_any;
}

static void socket_that_moves_along_is_told(void **state)
{
	static const struct {
		const char *row;
		uint32_t sent_ms, received_ms;
		bool is_sent_together, is_received_together, is_any;
	} rows[] = {
		{"relayed there", 5000, 4000, true, false, true},
		{"relayed from there", 6000, 3000, false, true, true},
		{"both", 5000, 3000, true, true, true},
		{"sent when the connection sent", 3000, 7000, false, false, true},
		{"a tick earlier", 5010, 9000, true, false, true},
		{"a tick later", 4990, 9000, true, false, true},
		{"too early", 5100, 9000, false, false, true},
		{"too late", 4900, 9000, false, false, true},
		{"within the stretch", 7000, 9000, false, false, true},
		{"before the stretch", 9000, 9000, false, false, false},
		{"never", UINT32_MAX, UINT32_MAX, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct message message = socket_of_user(rows[i].sent_ms, rows[i].received_ms);
		struct socket_hints hints = take(&message, message.length, &query);
		same_number(rows[i].row, hints.is_sent_together, rows[i].is_sent_together);
		same_number(rows[i].row, hints.is_received_together, rows[i].is_received_together);
		same_number(rows[i].row, hints.is_any, rows[i].is_any);
	}
}

static void only_sockets_of_the_session_count(void **state)
{
	static const struct {
		const char *row;
		uint32_t uid;
		uint16_t local, remote;
		uint64_t cgroup; /* 0: not told */
		bool is_hint;
	} rows[] = {
		{"of the session", UID, 40000, 8080, CGROUP, true},
		{"control group not told", UID, 40000, 8080, 0, true},
		{"of another session", UID, 40000, 8080, CGROUP + 1, false},
		{"of root", 0, 40000, 8080, CGROUP, false},
		{"of another user", UID + 1, 40000, 8080, CGROUP, false},
		{"a connection of the service", UID, SERVICE_PORT, 50023, CGROUP, false},
		{"the connection itself", UID, SERVICE_PORT, CLIENT_PORT, CGROUP, false},
		{"its other end", UID, CLIENT_PORT, SERVICE_PORT, CGROUP, false},
		{"another client here", UID, 50023, SERVICE_PORT, CGROUP, true},
		{"from the client's port, elsewhere", UID, CLIENT_PORT, 8080, CGROUP, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct message message = begin(rows[i].uid, rows[i].local, rows[i].remote);
		add_info(&message, 5000, 3000);
		if (rows[i].cgroup != 0)
			add_attribute(&message, INET_DIAG_CGROUP_ID, &rows[i].cgroup, sizeof rows[i].cgroup);
		struct socket_hints hints = take(&message, message.length, &query);
		same_number(rows[i].row, is_hint(&hints), rows[i].is_hint);
	}
}

/* A connection of FTP's from 192.0.2.7 to port 21, and what may be one of its transfers. */
static struct message transfer_message(uint32_t uid, uint16_t port, const char *local, const char *peer, bool is_v6)
{
	struct inet_diag_msg head = {
		.idiag_family = is_v6 ? AF_INET6 : AF_INET, .idiag_uid = uid, .id = {.idiag_sport = htons(port), .idiag_dport = htons(50100)}};
	struct message message = {.length = NLMSG_ALIGN(sizeof head)};

	assert_int_equal(inet_pton(head.idiag_family, local, head.id.idiag_src), 1);
	assert_int_equal(inet_pton(head.idiag_family, peer, head.id.idiag_dst), 1);
	memcpy(message.bytes, &head, sizeof head);
	add_info(&message, 4000, 7000);
	return message;
}

static void transfers_between_the_same_addresses_are_told(void **state)
{
	static const struct {
		const char *row;
		uint32_t uid;
		uint16_t port;
		const char *local, *peer;
		bool is_v6, is_told;
	} rows[] = {
		{"passive, made by the service", 0, 40000, "192.0.2.1", "192.0.2.7", false, true},
		{"passive, made by the user", UID, 40000, "192.0.2.1", "192.0.2.7", false, true},
		{"active, from the port below", 0, 20, "192.0.2.1", "192.0.2.7", false, true},
		{"first port that is not reserved", 0, 1024, "192.0.2.1", "192.0.2.7", false, true},
		{"mapped", 0, 40000, "::ffff:192.0.2.1", "::ffff:192.0.2.7", true, true},
		{"v6, like its first four bytes", 0, 40000, "c000:201::", "c000:207::", true, false},
		{"another client", 0, 40000, "192.0.2.1", "192.0.2.8", false, false},
		{"another address of this machine", 0, 40000, "192.0.2.2", "192.0.2.7", false, false},
		{"another user", UID + 1, 40000, "192.0.2.1", "192.0.2.7", false, false},
		{"ssh from there", 0, 22, "192.0.2.1", "192.0.2.7", false, false},
		{"last reserved port", 0, 1023, "192.0.2.1", "192.0.2.7", false, false},
		{"the connection itself", 0, 21, "192.0.2.1", "192.0.2.7", false, false},
	};
	const struct endpoint local = {.address = "192.0.2.1", .port = 21}, peer = {.address = "192.0.2.7", .port = 50022};
	struct socket_query asked = query;

	(void)state;
	asked.own_port = 21;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct message message = transfer_message(rows[i].uid, rows[i].port, rows[i].local, rows[i].peer, rows[i].is_v6);
		asked.local = &local;
		asked.peer = &peer;
		struct socket_hints hints = take(&message, message.length, &asked);
		same_number(rows[i].row, hints.transferred, rows[i].is_told ? tcp_moment(NOW, 4000) : 0);
		asked.local = asked.peer = NULL;
		hints = take(&message, message.length, &asked);
		same_number("not asked for", hints.transferred, 0);
	}
}

static void what_is_not_known_excludes_nothing(void **state)
{
	const uint64_t cgroup = CGROUP + 1;
	struct socket_query vague = query;
	struct message message = begin(UID, SERVICE_PORT, CLIENT_PORT);

	(void)state;
	vague.own_port = vague.peer_port = 0;
	vague.cgroup = 0;
	add_info(&message, 5000, 3000);
	add_attribute(&message, INET_DIAG_CGROUP_ID, &cgroup, sizeof cgroup);
	struct socket_hints hints = take(&message, message.length, &vague);
	assert_true(is_hint(&hints));
}

static void hints_add_up(void **state)
{
	struct message first = socket_of_user(5000, 9000), second = socket_of_user(9000, 3000);
	struct socket_hints hints = {.is_any = false};

	(void)state;
	sockets_take(first.bytes, first.length, &query, &hints);
	sockets_take(second.bytes, second.length, &query, &hints);
	assert_true(hints.is_sent_together && hints.is_received_together && hints.is_any);
}

/* Kernels tell other attributes too, in any order. */
static void other_attributes_are_passed_over(void **state)
{
	static const char name[] = "cubic";
	const uint64_t cgroup = CGROUP;
	struct message message = begin(UID, 40000, 8080);

	(void)state;
	add_attribute(&message, INET_DIAG_CONG, name, sizeof name);
	add_attribute(&message, INET_DIAG_SHUTDOWN, name, 1);
	add_attribute(&message, INET_DIAG_CGROUP_ID, &cgroup, sizeof cgroup);
	add_attribute(&message, 999, NULL, 0);
	add_info(&message, 5000, 3000);
	struct socket_hints hints = take(&message, message.length, &query);
	assert_true(hints.is_sent_together && hints.is_received_together);
}

/* An older kernel tells less of the struct: as long as the ages are in it, they count. */
static void shorter_info_counts_as_far_as_it_goes(void **state)
{
	const struct tcp_info info = {.tcpi_last_data_sent = 5000, .tcpi_last_data_recv = 3000};
	const size_t needed = offsetof(struct tcp_info, tcpi_last_ack_recv);

	(void)state;
	for (size_t size = 0; size <= sizeof info; size++) {
		struct message message = begin(UID, 40000, 8080);
		add_attribute(&message, INET_DIAG_INFO, &info, size);
		struct socket_hints hints = take(&message, message.length, &query);
		same_number("told", is_hint(&hints), size >= needed);
	}
}

static void longer_info_counts_as_well(void **state)
{
	char info[sizeof(struct tcp_info) + 64] = "";
	const struct tcp_info known = {.tcpi_last_data_sent = 5000, .tcpi_last_data_recv = 3000};
	struct message message = begin(UID, 40000, 8080);

	(void)state;
	memcpy(info, &known, sizeof known);
	add_attribute(&message, INET_DIAG_INFO, info, sizeof info);
	struct socket_hints hints = take(&message, message.length, &query);
	assert_true(hints.is_sent_together && hints.is_received_together);
}

static void message_that_is_cut_short_tells_nothing(void **state)
{
	struct message message = socket_of_user(5000, 3000);

	(void)state;
	for (size_t length = 0; length < message.length; length++) {
		struct socket_hints hints = take(&message, length, &query);
		same_number("nothing", is_hint(&hints), false);
	}
}

/* A length of an attribute that is none: nothing behind it is read. */
static void impossible_lengths_end_the_message(void **state)
{
	static const unsigned short lengths[] = {0, 1, 2, 3, 1000, 2048, 32768, UINT16_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct message message = begin(UID, 40000, 8080);
		size_t at = message.length;
		add_attribute(&message, INET_DIAG_CONG, "x", 1);
		add_info(&message, 5000, 3000);
		memcpy(message.bytes + at, &lengths[i], sizeof lengths[i]);
		struct socket_hints hints = take(&message, message.length, &query);
		same_number("nothing", is_hint(&hints), false);
	}
}

/* The last attribute ends the message without its padding. */
static void missing_padding_is_no_harm(void **state)
{
	struct message message = begin(UID, 40000, 8080);

	(void)state;
	add_info(&message, 5000, 3000);
	add_attribute(&message, INET_DIAG_SHUTDOWN, "x", 1);
	struct socket_hints hints = take(&message, message.length - 3, &query);
	assert_true(hints.is_sent_together && hints.is_received_together);
}

static void cgroup_of_a_wrong_size_is_not_told(void **state)
{
	(void)state;
	for (size_t size = 0; size <= 16; size++) {
		static const char other[16] = "other";
		struct message message = begin(UID, 40000, 8080);
		add_info(&message, 5000, 3000);
		add_attribute(&message, INET_DIAG_CGROUP_ID, other, size);
		struct socket_hints hints = take(&message, message.length, &query);
		same_number("excluded", is_hint(&hints), size != sizeof(uint64_t));
	}
}

/* What comes from the client goes on to the socket behind a forwarded port. */
static int ask_after_relaying(const struct loopback *connection, const struct loopback *forwarded, struct socket_hints *ret_hints)
{
	loopback_send(connection->client, connection->server, 5);
	loopback_send(forwarded->client, forwarded->server, 5);
	int64_t now = clock_boot_ns();
	struct wire wire = tcp_read(connection->server, now);
	const struct socket_query asked = {
		.uid = geteuid(),
		.own_port = connection->server_port,
		.peer_port = connection->client_port,
		.now = now,
		.sent = wire.sent,
		.received = wire.received,
		.since = now - NS_PER_SECOND,
	};

	return sockets_ask(&asked, ret_hints);
}

static void socket_behind_a_forwarded_port_is_found(void **state)
{
	const struct timespec moment = {.tv_nsec = 20 * MS};
	struct loopback connection = loopback_open(), forwarded = loopback_open();
	struct socket_hints hints = {.is_any = false};
	int r = 0;

	(void)state;
	/* The machine may be busy between the two. */
	for (int attempt = 0; attempt < 50 && r == 0 && !hints.is_sent_together; attempt++) {
		(void)nanosleep(&moment, NULL);
		r = ask_after_relaying(&connection, &forwarded, &hints);
	}
	loopback_close(&connection);
	loopback_close(&forwarded);
	/* A kernel without sock_diag, or a sandbox. */
	if (r < 0)
		skip();
	assert_true(hints.is_sent_together);
	assert_true(hints.is_any);
}

static void nobodys_sockets_are_no_hint(void **state)
{
	const struct socket_query asked = {.uid = UINT32_MAX - 7, .now = NOW, .since = INT64_MIN / 2};
	struct loopback connection = loopback_open();
	struct socket_hints hints = {.is_any = true};

	(void)state;
	int r = sockets_ask(&asked, &hints);
	loopback_close(&connection);
	if (r < 0)
		skip();
	assert_false(is_hint(&hints));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(socket_that_moves_along_is_told),
		cmocka_unit_test(only_sockets_of_the_session_count),
		cmocka_unit_test(transfers_between_the_same_addresses_are_told),
		cmocka_unit_test(what_is_not_known_excludes_nothing),
		cmocka_unit_test(hints_add_up),
		cmocka_unit_test(other_attributes_are_passed_over),
		cmocka_unit_test(shorter_info_counts_as_far_as_it_goes),
		cmocka_unit_test(longer_info_counts_as_well),
		cmocka_unit_test(message_that_is_cut_short_tells_nothing),
		cmocka_unit_test(impossible_lengths_end_the_message),
		cmocka_unit_test(missing_padding_is_no_harm),
		cmocka_unit_test(cgroup_of_a_wrong_size_is_not_told),
		cmocka_unit_test(socket_behind_a_forwarded_port_is_found),
		cmocka_unit_test(nobodys_sockets_are_no_hint),
	};

	return cmocka_run_group_tests_name("sockets", tests, NULL, NULL);
}

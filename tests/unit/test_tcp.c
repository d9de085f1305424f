/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/tcp.h"

#include <time.h>

#include "common/clock.h"
#include "common/duration.h"
#include "tests/unit/loopback.h"

#define MS NS_PER_MS

/* Until the acknowledgement of what was sent is there, or for a second. */
static struct wire read_settled(int fd, uint64_t acked)
{
	const struct timespec moment = {.tv_nsec = MS};
	struct wire wire = tcp_read(fd, clock_boot_ns());

	for (int i = 0; i < 1000 && wire.bytes_acked < acked; i++) {
		(void)nanosleep(&moment, NULL);
		wire = tcp_read(fd, clock_boot_ns());
	}
	return wire;
}

static void data_are_counted_in_bytes_and_segments(void **state)
{
	static const size_t from_client[] = {52, 36, 1400, 1}, from_server[] = {28, 36, 700};
	struct loopback pair = loopback_open();
	struct wire before = tcp_read(pair.server, clock_boot_ns());

	(void)state;
	for (size_t i = 0; i < COUNT(from_client); i++)
		loopback_send(pair.client, pair.server, from_client[i]);
	for (size_t i = 0; i < COUNT(from_server); i++)
		loopback_send(pair.server, pair.client, from_server[i]);
	struct wire after = read_settled(pair.server, before.bytes_acked + 764);
	struct traffic moved = traffic_between(&before.moved, &after.moved);
	loopback_close(&pair);
	assert_true(after.is_known);
	assert_int_equal(moved.in_bytes, 1489);
	assert_int_equal(moved.in_segments, COUNT(from_client));
	assert_int_equal(moved.out_bytes, 764);
	assert_int_equal(moved.out_segments, COUNT(from_server));
	assert_int_equal(after.bytes_acked - before.bytes_acked, 764);
}

/* What one end sends the other receives. */
static void ends_agree(void **state)
{
	struct loopback pair = loopback_open();

	(void)state;
	loopback_send(pair.client, pair.server, 100);
	loopback_send(pair.server, pair.client, 200);
	struct wire server = tcp_read(pair.server, clock_boot_ns()), client = tcp_read(pair.client, clock_boot_ns());
	loopback_close(&pair);
	assert_int_equal(server.moved.in_bytes, client.moved.out_bytes);
	assert_int_equal(server.moved.out_bytes, client.moved.in_bytes);
	assert_int_equal(server.moved.in_segments, client.moved.out_segments);
	assert_int_equal(server.moved.out_segments, client.moved.in_segments);
}

static void unread_data_have_been_received_all_the_same(void **state)
{
	struct loopback pair = loopback_open();

	(void)state;
	assert_int_equal(send(pair.client, "hello", 5, MSG_NOSIGNAL), 5);
	struct wire client = read_settled(pair.client, 6);
	struct wire wire = tcp_read(pair.server, clock_boot_ns());
	loopback_close(&pair);
	assert_true(client.bytes_acked >= 5);
	assert_int_equal(wire.moved.in_bytes, 5);
}

static void moments_are_those_of_the_events(void **state)
{
	const struct timespec pause = {.tv_nsec = 100 * MS};
	struct loopback pair = loopback_open();

	(void)state;
	(void)nanosleep(&pause, NULL);
	int64_t before = clock_boot_ns();
	loopback_send(pair.client, pair.server, 52);
	int64_t between = clock_boot_ns();
	(void)nanosleep(&pause, NULL);
	int64_t later = clock_boot_ns();
	loopback_send(pair.server, pair.client, 28);
	int64_t now = clock_boot_ns();
	struct wire wire = tcp_read(pair.server, now);
	loopback_close(&pair);
	/* Rounded to later, never to earlier, and by no more than two ticks. */
	assert_true(wire.received >= before && wire.received <= between + 20 * MS);
	assert_true(wire.sent >= later && wire.sent <= now);
	assert_true(wire.acked >= before && wire.acked <= now);
}

static void round_trip_is_measured(void **state)
{
	struct loopback pair = loopback_open();

	(void)state;
	for (int i = 0; i < 10; i++) {
		loopback_send(pair.client, pair.server, 36);
		loopback_send(pair.server, pair.client, 36);
	}
	struct wire wire = tcp_read(pair.server, clock_boot_ns());
	loopback_close(&pair);
	assert_true(wire.round_trip > 0);
	assert_true(wire.round_trip < NS_PER_SECOND);
}

static void keepalive_probes_move_nothing(void **state)
{
	static const struct probing probing = {.idle_s = 1, .interval_s = 1, .count = 3, .rto_max_ms = 1000};
	const struct timespec moment = {.tv_nsec = 50 * MS};
	struct loopback pair = loopback_open();

	(void)state;
	loopback_send(pair.client, pair.server, 52);
	assert_int_equal(tcp_probe(pair.server, &probing), 0);
	struct wire before = tcp_read(pair.server, clock_boot_ns()), wire = before;
	/* A probe was sent and answered when the acknowledgement is newer. */
	for (int i = 0; i < 100 && wire.acked < before.acked + 500 * MS; i++) {
		(void)nanosleep(&moment, NULL);
		wire = tcp_read(pair.server, clock_boot_ns());
	}
	loopback_close(&pair);
	assert_true(wire.acked >= before.acked + 500 * MS);
	assert_memory_equal(&wire.moved, &before.moved, sizeof wire.moved);
	assert_true(wire.received <= before.received + 20 * MS);
	assert_int_equal(wire.unanswered, 0);
}

static void peer_that_takes_nothing_closes_its_window(void **state)
{
	struct loopback pair = loopback_open();
	char page[65536] = "";
	const struct timespec moment = {.tv_nsec = 10 * MS};
	struct wire wire = {.is_known = false};

	(void)state;
	for (int i = 0; i < 500 && !wire.is_window_closed; i++) {
		while (send(pair.server, page, sizeof page, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
			;
		(void)nanosleep(&moment, NULL);
		wire = tcp_read(pair.server, clock_boot_ns());
	}
	loopback_close(&pair);
	assert_true(wire.is_window_closed);
	assert_false(wire.is_closed);
}

static void connection_that_was_reset_is_closed(void **state)
{
	const struct linger at_once = {.l_onoff = 1};
	const struct timespec moment = {.tv_nsec = 10 * MS};
	struct loopback pair = loopback_open();
	struct wire wire = tcp_read(pair.server, clock_boot_ns());

	(void)state;
	assert_false(wire.is_closed);
	assert_int_equal(setsockopt(pair.client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
	close_fd(&pair.client);
	for (int i = 0; i < 100 && !wire.is_closed; i++) {
		(void)nanosleep(&moment, NULL);
		wire = tcp_read(pair.server, clock_boot_ns());
	}
	loopback_close(&pair);
	assert_true(wire.is_known);
	assert_true(wire.is_closed);
}

static void what_is_no_tcp_connection_is_not_known(void **state)
{
	int pair[2];

	(void)state;
	assert_false(tcp_read(-1, clock_boot_ns()).is_known);
	assert_false(tcp_read(STDIN_FILENO, clock_boot_ns()).is_known);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	assert_false(tcp_read(pair[0], clock_boot_ns()).is_known);
	close_fd(&pair[0]);
	close_fd(&pair[1]);
}

static void ages_are_rounded_to_later(void **state)
{
	static const struct {
		uint32_t age_ms;
		int64_t ago;
	} rows[] = {{0, 0}, {1, 0}, {10, 0}, {11, MS}, {1000, 990 * MS}, {UINT32_MAX, (int64_t)(UINT32_MAX - 10) * MS}};
	const int64_t now = clock_boot_ns();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		same_number("age", now - tcp_moment(now, rows[i].age_ms), rows[i].ago);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_are_counted_in_bytes_and_segments),
		cmocka_unit_test(ends_agree),
		cmocka_unit_test(unread_data_have_been_received_all_the_same),
		cmocka_unit_test(moments_are_those_of_the_events),
		cmocka_unit_test(round_trip_is_measured),
		cmocka_unit_test(keepalive_probes_move_nothing),
		cmocka_unit_test(peer_that_takes_nothing_closes_its_window),
		cmocka_unit_test(connection_that_was_reset_is_closed),
		cmocka_unit_test(what_is_no_tcp_connection_is_not_known),
		cmocka_unit_test(ages_are_rounded_to_later),
	};

	return cmocka_run_group_tests_name("tcp", tests, NULL, NULL);
}

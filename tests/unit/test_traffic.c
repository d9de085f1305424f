/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/traffic.h"

#include "tests/unit/unit.h"

static const struct traffic_hints no_hints = {.is_worked = false};
static const struct traffic_hints worked = {.is_worked = true};
static const struct traffic_hints relayed = {.is_relayed = true};
static const struct traffic_hints elsewhere = {.is_elsewhere = true};

/* `count` exchanges of one segment each, or without an answer. */
static struct traffic exchanges(uint64_t count, uint64_t in, uint64_t out)
{
	return (struct traffic){
		.in_bytes = count * in, .in_segments = count, .out_bytes = count * out, .out_segments = out > 0 ? count : 0};
}

static struct traffic sum(struct traffic a, struct traffic b)
{
	return (struct traffic){.in_bytes = a.in_bytes + b.in_bytes,
	                        .in_segments = a.in_segments + b.in_segments,
	                        .out_bytes = a.out_bytes + b.out_bytes,
	                        .out_segments = a.out_segments + b.out_segments};
}

static enum traffic_kind judge(struct keepalive_sizes *sizes, struct traffic traffic, const struct traffic_hints *hints)
{
	return traffic_judge(sizes, &traffic, hints);
}

/* Measured at the server: OpenSSH 9.2, PuTTY 0.78, paramiko 2.12, dropbear 2022.83. */
struct keepalive {
	const char *row;
	uint64_t in, out;
};

static const struct keepalive keepalives[] = {
	{"ssh, chacha20", 52, 28},
	{"ssh, aes-gcm", 52, 36},
	{"ssh, aes-ctr hmac-sha2-256-etm", 68, 52},
	{"ssh, aes-ctr hmac-sha2-512", 112, 80},
	{"ssh, aes-ctr umac-64-etm", 44, 28},
	{"ssh, aes-ctr umac-128-etm", 52, 36},
	{"ssh, aes-ctr hmac-sha1", 68, 36},
	{"sshd to -N, chacha20", 28, 52},
	{"sshd to -N, aes-gcm", 36, 52},
	{"sshd to -N, aes-ctr hmac-sha2-256-etm", 52, 68},
	{"sshd, aes-ctr hmac-sha2-512", 80, 112},
	{"sshd to -N, aes-ctr umac-64-etm", 28, 44},
	{"sshd, aes-ctr hmac-sha1", 36, 68},
	{"sshd to a channel, chacha20", 36, 60},
	{"sshd to a channel, aes-gcm", 36, 68},
	{"sshd to a channel, aes-ctr hmac-sha2-256-etm", 52, 84},
	{"sshd to a channel, aes-ctr umac-64-etm", 28, 60},
	{"plink", 48, 0},
	{"plink, chacha20", 36, 0},
	{"sshd to plink and paramiko", 48, 80},
	{"paramiko", 64, 0},
	{"dropbear", 36, 28},
	{"dropbear, in turn", 36, 36},
	{"sshd to dropbear", 36, 44},
	{"sshd to ssh -C", 28, 36},
};

static void keepalives_of_every_client_are_learnt_and_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(keepalives); i++) {
		struct keepalive_sizes sizes = {.is_known = false};
		for (uint64_t count = 1; count <= 90; count++) {
			struct traffic traffic = exchanges(count, keepalives[i].in, keepalives[i].out);
			same_number(keepalives[i].row, judge(&sizes, traffic, &no_hints), TRAFFIC_KEEPALIVES);
		}
		same_unsigned(keepalives[i].row, sizes.in_min, keepalives[i].in);
		same_unsigned(keepalives[i].row, sizes.in_max, keepalives[i].in);
		same_unsigned(keepalives[i].row, sizes.out_min, keepalives[i].out);
		same_unsigned(keepalives[i].row, sizes.out_max, keepalives[i].out);
	}
}

/* A sum tells no sizes: 88 in two segments may be 44 twice, or 52 and 36. */
static void of_several_exchanges_nothing_is_learnt(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(keepalives); i++) {
		for (uint64_t count = 2; count <= 90; count++) {
			struct keepalive_sizes sizes = {.is_known = false};
			struct traffic traffic = exchanges(count, keepalives[i].in, keepalives[i].out);
			same_number(keepalives[i].row, judge(&sizes, traffic, &no_hints), TRAFFIC_UNSURE);
			same_number(keepalives[i].row, sizes.is_known, false);
		}
	}
}

/* What is payload by its sizes alone. */
static const struct {
	const char *row;
	struct traffic traffic;
} payload[] = {
	{"output alone", {0, 0, 36, 1}},
	{"output alone, much", {0, 0, 1000000, 700}},
	{"a long line and its echo", {100, 1, 100, 1}},
	{"login, command", {60, 1, 272, 2}},
	{"login, sftp", {216, 4, 836, 5}},
	{"-L, a connection for each request", {208, 3, 400, 3}},
	{"upload", {1000000, 700, 3600, 90}},
	{"new keys", {2780, 3, 2268, 2}},
};

static void payload_is_told_by_its_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(payload); i++) {
		struct keepalive_sizes sizes = {.is_known = false};
		same_number(payload[i].row, judge(&sizes, payload[i].traffic, &no_hints), TRAFFIC_PAYLOAD);
		same_number(payload[i].row, sizes.is_known, false);
	}
}

/* What a size cannot tell from a keepalive, a process or a socket that moved along does. */
static const struct keepalive small_payload[] = {
	{"a byte and its echo, chacha20", 36, 36},
	{"a line and its echo, 3 to 10 bytes, chacha20", 44, 44},
	{"a line and its echo, 30 bytes, chacha20", 68, 68},
	{"plink and paramiko, 5 bytes", 64, 64},
	{"a byte and its echo, hmac-sha2-512", 96, 96},
	{"a byte and its echo, umac-64-etm", 28, 28},
	{"5 bytes, one back, aes-gcm", 52, 36},
	{"push of 5 bytes, chacha20", 44, 0},
	{"push of 5 bytes, aes-gcm", 52, 0},
	{"push of 5 bytes, hmac-sha2-512", 96, 0},
	{"compressed, 5 bytes", 36, 28},
	{"plink's push, chacha20", 36, 0},
	{"paramiko's push", 64, 0},
};

static void small_payload_is_told_by_who_moved_along(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(small_payload); i++) {
		for (uint64_t count = 1; count <= 9; count++) {
			struct keepalive_sizes sizes = {.is_known = false};
			struct traffic traffic = exchanges(count, small_payload[i].in, small_payload[i].out);
			/* A process may have woken by itself, once. */
			enum traffic_kind kind = count == 1 ? TRAFFIC_UNSURE : TRAFFIC_PAYLOAD;
			same_number(small_payload[i].row, judge(&sizes, traffic, &worked), kind);
			same_number(small_payload[i].row, judge(&sizes, traffic, &relayed), TRAFFIC_PAYLOAD);
			same_number(small_payload[i].row, sizes.is_known, false);
		}
	}
}

/* The same when keepalives of these very sizes are known, but for those that can be nothing else. */
static void known_sizes_do_not_hide_payload_that_moved_somebody(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(keepalives); i++) {
		struct keepalive_sizes sizes = {.is_known = false};
		struct traffic traffic = exchanges(1, keepalives[i].in, keepalives[i].out);
		(void)judge(&sizes, traffic, &no_hints);
		bool is_certain = traffic_is_certain(&sizes, &traffic);
		bool is_chacha = (keepalives[i].in == 52 && keepalives[i].out == 28) || (keepalives[i].in == 28 && keepalives[i].out == 52);
		same_number(keepalives[i].row, is_certain, is_chacha);
		same_number(keepalives[i].row, judge(&sizes, traffic, &relayed), is_certain ? TRAFFIC_KEEPALIVES : TRAFFIC_PAYLOAD);
		same_number(keepalives[i].row, judge(&sizes, traffic, &worked), is_certain ? TRAFFIC_KEEPALIVES : TRAFFIC_PAYLOAD);
	}
}

/* However many keepalives the stretch holds, a single exchange of anything else shows in their sum. */
static void payload_among_keepalives_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(keepalives); i++) {
		for (size_t j = 0; j < COUNT(small_payload); j++) {
			struct traffic other = exchanges(1, small_payload[j].in, small_payload[j].out);
			if (keepalives[i].in == small_payload[j].in && keepalives[i].out == small_payload[j].out)
				continue;
			for (uint64_t count = 1; count <= 90; count++) {
				struct keepalive_sizes sizes = {.is_known = false};
				(void)judge(&sizes, exchanges(1, keepalives[i].in, keepalives[i].out), &no_hints);
				struct traffic mixed = sum(exchanges(count, keepalives[i].in, keepalives[i].out), other);
				same_number(keepalives[i].row, judge(&sizes, mixed, &no_hints) == TRAFFIC_KEEPALIVES, false);
				same_unsigned("nothing learnt", sizes.in_max + sizes.out_max, keepalives[i].in + keepalives[i].out);
			}
		}
	}
}

static void compressed_keepalives_have_more_than_one_size(void **state)
{
	struct keepalive_sizes sizes = {.is_known = false};

	(void)state;
	assert_int_equal(judge(&sizes, exchanges(1, 36, 28), &no_hints), TRAFFIC_KEEPALIVES);
	assert_int_equal(judge(&sizes, sum(exchanges(1, 36, 28), exchanges(1, 36, 36)), &no_hints), TRAFFIC_UNSURE);
	assert_int_equal(judge(&sizes, exchanges(1, 36, 36), &no_hints), TRAFFIC_KEEPALIVES);
	assert_int_equal(judge(&sizes, sum(exchanges(5, 36, 28), exchanges(5, 36, 36)), &no_hints), TRAFFIC_KEEPALIVES);
	assert_int_equal(judge(&sizes, sum(exchanges(5, 36, 28), exchanges(1, 44, 44)), &no_hints), TRAFFIC_UNSURE);
	assert_int_equal(judge(&sizes, exchanges(1, 60, 36), &no_hints), TRAFFIC_KEEPALIVES);
}

/* With another socket in motion, one exchange is told by its moment; of several each may be the other socket's. */
static void several_exchanges_beside_another_socket_are_unsure(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(keepalives); i++) {
		struct keepalive_sizes sizes = {.is_known = false};
		struct traffic one = exchanges(1, keepalives[i].in, keepalives[i].out), two = sum(one, one);
		same_number(keepalives[i].row, judge(&sizes, one, &elsewhere), TRAFFIC_KEEPALIVES);
		bool is_certain = traffic_is_certain(&sizes, &two);
		same_number(keepalives[i].row, judge(&sizes, two, &elsewhere), is_certain ? TRAFFIC_KEEPALIVES : TRAFFIC_UNSURE);
	}
}

/* A question and an answer that came long after it are none. */
static void first_exchange_must_be_one(void **state)
{
	static const struct traffic_hints apart = {.is_apart = true};

	(void)state;
	for (size_t i = 0; i < COUNT(keepalives); i++) {
		struct keepalive_sizes sizes = {.is_known = false};
		struct traffic one = exchanges(1, keepalives[i].in, keepalives[i].out);
		bool is_answered = keepalives[i].out > 0;
		same_number(keepalives[i].row, judge(&sizes, one, &apart), is_answered ? TRAFFIC_PAYLOAD : TRAFFIC_KEEPALIVES);
		same_number(keepalives[i].row, sizes.is_known, !is_answered);
	}
}

static void question_without_answer_is_no_known_keepalive(void **state)
{
	struct keepalive_sizes sizes = {.is_known = false};
	struct traffic unanswered = exchanges(2, 52, 28);

	(void)state;
	(void)judge(&sizes, exchanges(1, 52, 28), &no_hints);
	unanswered.out_bytes = 28;
	unanswered.out_segments = 1;
	assert_int_equal(judge(&sizes, unanswered, &no_hints), TRAFFIC_UNSURE);
}

static void more_answers_than_questions_are_no_keepalives(void **state)
{
	struct keepalive_sizes sizes = {.is_known = false};
	struct traffic printed = sum(exchanges(1, 52, 28), (struct traffic){.out_bytes = 28, .out_segments = 1});

	(void)state;
	(void)judge(&sizes, exchanges(1, 52, 28), &no_hints);
	assert_int_equal(judge(&sizes, printed, &no_hints) == TRAFFIC_KEEPALIVES, false);
	assert_false(traffic_is_certain(&sizes, &printed));
}

static void nothing_is_none(void **state)
{
	static const struct traffic_hints all = {.is_worked = true, .is_relayed = true, .is_elsewhere = true};
	struct keepalive_sizes sizes = {.is_known = false};

	(void)state;
	assert_int_equal(judge(&sizes, (struct traffic){0}, &no_hints), TRAFFIC_NONE);
	assert_int_equal(judge(&sizes, (struct traffic){0}, &all), TRAFFIC_NONE);
	assert_false(traffic_is_certain(&sizes, &(struct traffic){0}));
	assert_false(sizes.is_known);
}

static void small_is_what_a_keepalive_can_be(void **state)
{
	static const struct {
		struct traffic traffic;
		bool is_small;
	} rows[] = {
		{{0, 0, 0, 0}, true},       {{128, 1, 128, 1}, true},   {{129, 1, 0, 0}, false},   {{0, 0, 129, 1}, false},
		{{256, 2, 256, 2}, true},   {{1, 0, 0, 0}, false},      {{0, 0, 1, 0}, false},     {{1280, 10, 1281, 10}, false},
		{{3600, 90, 36, 1}, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		same_number("small", traffic_is_small(&rows[i].traffic), rows[i].is_small);
}

/* Bytes without a segment, and the ends of the range: nothing is divided by, nothing is taken for keepalives. */
static void strange_counters_are_payload(void **state)
{
	static const struct traffic rows[] = {
		{52, 0, 28, 1},
		{52, 0, 0, 0},
		{0, 0, 28, 0},
		{UINT64_MAX, 1, 0, 0},
		{UINT64_MAX, 1, UINT64_MAX, 1},
		{52, 1, UINT64_MAX, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct keepalive_sizes sizes = {.is_known = false};
		same_number("payload", judge(&sizes, rows[i], &no_hints), TRAFFIC_PAYLOAD);
	}
}

static void counters_are_told_apart_by_subtraction(void **state)
{
	static const struct traffic before = {1, 2, 3, 4}, after = {11, 22, 33, 44};
	struct traffic moved = traffic_between(&before, &after);

	(void)state;
	assert_int_equal(moved.in_bytes, 10);
	assert_int_equal(moved.in_segments, 20);
	assert_int_equal(moved.out_bytes, 30);
	assert_int_equal(moved.out_segments, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keepalives_of_every_client_are_learnt_and_told),
		cmocka_unit_test(of_several_exchanges_nothing_is_learnt),
		cmocka_unit_test(payload_is_told_by_its_sizes),
		cmocka_unit_test(small_payload_is_told_by_who_moved_along),
		cmocka_unit_test(known_sizes_do_not_hide_payload_that_moved_somebody),
		cmocka_unit_test(payload_among_keepalives_is_found),
		cmocka_unit_test(compressed_keepalives_have_more_than_one_size),
		cmocka_unit_test(several_exchanges_beside_another_socket_are_unsure),
		cmocka_unit_test(first_exchange_must_be_one),
		cmocka_unit_test(question_without_answer_is_no_known_keepalive),
		cmocka_unit_test(more_answers_than_questions_are_no_keepalives),
		cmocka_unit_test(nothing_is_none),
		cmocka_unit_test(small_is_what_a_keepalive_can_be),
		cmocka_unit_test(strange_counters_are_payload),
		cmocka_unit_test(counters_are_told_apart_by_subtraction),
	};

	return cmocka_run_group_tests_name("traffic", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/peer.h"

#include "common/policy.h"
#include "helper/engine.h"
#include "tests/unit/engine.h"
#include "tests/unit/unit.h"

/* Bounds of the kernel: MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL, MAX_TCP_KEEPCNT (include/net/tcp.h), TCP_RTO_MAX_MS. */
#define KEEPIDLE_MAX 32767
#define KEEPINTVL_MAX 32767
#define KEEPCNT_MAX 127
#define RTO_LOW_MS 1000
#define RTO_HIGH_MS 120000

typedef void check_probing(uint32_t interval, uint32_t count, const struct probing *probing);

/* Every interval would be four million pairs: all small ones, and of the large ones the odd and the last. */
static void for_every_setting(check_probing *check)
{
	for (uint32_t interval = 1; interval <= KEEPIDLE_MAX; interval += interval < 200 ? 1 : interval < 32000 ? 211 : 1) {
		for (uint32_t count = 1; count <= KEEPCNT_MAX; count++) {
			struct probing probing = peer_probing(interval, count);
			check(interval, count, &probing);
		}
	}
}

static void same_setting(uint32_t interval, uint32_t count, int64_t actual, int64_t expected, const char *what)
{
	if (actual != expected)
		fail_msg("keepalive=%u keepalive_count=%u: %s %" PRId64 " instead of %" PRId64, interval, count, what, actual,
		         expected);
}

static void check_bounds(uint32_t interval, uint32_t count, const struct probing *probing)
{
	bool is_taken = probing->idle_s >= 1 && probing->idle_s <= KEEPIDLE_MAX && probing->interval_s >= 1 &&
	                probing->interval_s <= KEEPINTVL_MAX && probing->count >= 1 && probing->count <= KEEPCNT_MAX &&
	                probing->rto_max_ms >= RTO_LOW_MS && probing->rto_max_ms <= RTO_HIGH_MS;

	same_setting(interval, count, is_taken, true, "within the kernel's bounds");
}

static void options_are_what_the_kernel_takes(void **state)
{
	(void)state;
	for_every_setting(check_bounds);
}

/* The kernel gives up `count` probes after the first one is due (net/ipv4/tcp_timer.c, tcp_keepalive_timer). */
static void check_own_death(uint32_t interval, uint32_t count, const struct probing *probing)
{
	int64_t death_ns = (probing->idle_s + (int64_t)probing->interval_s * probing->count) * 1000000000;
	int64_t limit_ns = (int64_t)interval * count * 1000000000 + ENGINE_PEER_GRACE_NS;

	same_setting(interval, count, death_ns >= limit_ns, true, "is outlived by the kernel's patience");
}

static void kernel_never_gives_up_before_the_limit(void **state)
{
	(void)state;
	for_every_setting(check_own_death);
}

static void check_first_probe(uint32_t interval, uint32_t count, const struct probing *probing)
{
	uint32_t half = interval / 2 > 0 ? interval / 2 : 1;

	same_setting(interval, count, probing->idle_s, count == 1 ? half : interval, "first probe after");
}

static void first_probe_leaves_after_one_interval(void **state)
{
	(void)state;
	for_every_setting(check_first_probe);
}

/* Without a probe that had time to be answered there would be nothing to tell death by. */
static void check_evidence(uint32_t interval, uint32_t count, const struct probing *probing)
{
	same_setting(interval, count, probing->idle_s <= (int64_t)interval * count, true, "first probe within the limit");
}

static void first_probe_leaves_within_the_limit(void **state)
{
	(void)state;
	for_every_setting(check_evidence);
}

static void check_spacing(uint32_t interval, uint32_t count, const struct probing *probing)
{
	bool is_in_time = probing->interval_s <= (int)interval;

	same_setting(interval, count, is_in_time, true, "probes at least once per interval");
}

static void further_probes_leave_at_least_once_per_interval(void **state)
{
	(void)state;
	for_every_setting(check_spacing);
}

/* Where the kernel's count allows, a peer that is back is noticed within half an interval. */
static void usual_settings_probe_twice_per_interval(void **state)
{
	static const struct {
		uint32_t interval, count;
		struct probing probing;
	} rows[] = {
		{30, 3, {.idle_s = 30, .interval_s = 15, .count = 5, .rto_max_ms = 11250}},
		{300, 3, {.idle_s = 300, .interval_s = 150, .count = 5, .rto_max_ms = 112500}},
		{300, 1, {.idle_s = 150, .interval_s = 150, .count = 2, .rto_max_ms = 37500}},
		{2, 3, {.idle_s = 2, .interval_s = 1, .count = 6, .rto_max_ms = 1000}},
		{1, 1, {.idle_s = 1, .interval_s = 1, .count = 2, .rto_max_ms = 1000}},
		{60, 10, {.idle_s = 60, .interval_s = 30, .count = 19, .rto_max_ms = 75000}},
		{60, 20, {.idle_s = 60, .interval_s = 30, .count = 39, .rto_max_ms = 120000}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct probing probing = peer_probing(rows[i].interval, rows[i].count);
		same_setting(rows[i].interval, rows[i].count, probing.idle_s, rows[i].probing.idle_s, "idle");
		same_setting(rows[i].interval, rows[i].count, probing.interval_s, rows[i].probing.interval_s, "spacing");
		same_setting(rows[i].interval, rows[i].count, probing.count, rows[i].probing.count, "count");
		same_setting(rows[i].interval, rows[i].count, probing.rto_max_ms, rows[i].probing.rto_max_ms, "rto");
	}
}

/* Measured: 12 to 15 pauses pass before the kernel gives up retransmitting (peer.c). */
static void check_retransmissions(uint32_t interval, uint32_t count, const struct probing *probing)
{
	int64_t window_ms = (int64_t)interval * count * 1000;
	bool is_often = probing->rto_max_ms <= window_ms / 4 || probing->rto_max_ms == RTO_LOW_MS;
	bool is_patient = (int64_t)probing->rto_max_ms * 12 >= window_ms + 1000 || probing->rto_max_ms == RTO_HIGH_MS;

	same_setting(interval, count, is_often, true, "four retransmissions within the limit");
	same_setting(interval, count, is_patient, true, "retransmits beyond the limit");
}

static void retransmissions_are_often_and_patient_enough(void **state)
{
	(void)state;
	for_every_setting(check_retransmissions);
}

static void life_is_proved_by_what_the_policy_asks_for(void **state)
{
	static const struct wire acked_later = {.is_known = true, .received = 5, .acked = 7, .sent = 100};
	static const struct wire received_later = {.is_known = true, .received = 9, .acked = 7, .sent = 100};

	static const struct peer_flow none = {.is_begun = false};
	static const struct peer_flow taken = {.is_begun = true, .taken = 1};

	(void)state;
	assert_int_equal(peer_alive(&acked_later, &none, PROOF_TCP), 7);
	assert_int_equal(peer_alive(&received_later, &none, PROOF_TCP), 9);
	assert_int_equal(peer_alive(&acked_later, &none, PROOF_DATA), 5);
	assert_int_equal(peer_alive(&acked_later, &taken, PROOF_DATA), 6);
	assert_int_equal(peer_alive(&acked_later, &taken, PROOF_TCP), 7);
}

/* A wire on which `messages` of `size` bytes have been sent and acknowledged, the last at `sent`, and nothing received. */
static struct wire sent_wire(uint32_t messages, uint64_t size, double sent)
{
	return (struct wire){.is_known = true,
	                     .moved.out_segments = messages,
	                     .bytes_acked = messages * size,
	                     .sent = S(sent),
	                     .acked = S(sent) + 1};
}

/* When, after the look that began the flow, a peer last took output; 0 for never. The interval is ten seconds. */
static int64_t taken_after(struct wire wire, double seconds)
{
	const struct wire begin = {.is_known = true};
	struct peer_flow flow = {.is_begun = false};

	peer_flow_take(&flow, &begin, 10, S(0));
	peer_flow_take(&flow, &wire, 10, S(seconds));
	return flow.taken;
}

static void questions_are_not_output(void **state)
{
	static const struct {
		const char *row;
		uint32_t messages;
		uint64_t size;
		double seconds;
		bool is_output;
	} rows[] = {
		{"silence", 0, 0, 30, false},
		{"one question per interval", 3, 112, 30, false},
		{"and one at the edge", 4, 112, 30, false},
		{"no interval has passed yet", 1, 60, 0.1, false},
		{"more than asks", 5, 36, 30, true},
		{"few, but large", 4, 200, 30, true},
		{"one large", 1, 1448, 9.9, true},
		{"two at once", 2, 36, 0.1, true},
		{"the most one can be", 1, 128, 9.9, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t taken = taken_after(sent_wire(rows[i].messages, rows[i].size, 5), rows[i].seconds);
		same_number(rows[i].row, taken, rows[i].is_output ? S(5) : 0);
	}
}

static void output_that_is_not_acknowledged_is_not_taken(void **state)
{
	struct wire wire = sent_wire(9, 36, 25);

	(void)state;
	/* The peer vanished after 20 s: retransmissions are messages, and sent. */
	wire.acked = S(20);
	assert_int_equal(taken_after(wire, 30), S(20));
}

static void output_into_a_closed_window_is_not_taken(void **state)
{
	struct wire wire = sent_wire(9, 36, 25);

	(void)state;
	wire.is_window_closed = true;
	assert_int_equal(taken_after(wire, 30), 0);
}

static void wire_that_is_not_known_takes_nothing(void **state)
{
	struct wire wire = sent_wire(9, 36, 25);

	(void)state;
	wire.is_known = false;
	assert_int_equal(taken_after(wire, 30), 0);
}

/* What is received proves more than what is taken, and what was sent with it answers it. */
static void data_received_begin_the_count_anew(void **state)
{
	struct peer_flow flow = {.is_begun = false};
	struct wire wire = sent_wire(0, 0, 0);

	(void)state;
	peer_flow_take(&flow, &wire, 10, S(0));
	wire = sent_wire(50, 60, 9);
	peer_flow_take(&flow, &wire, 10, S(10));
	assert_int_equal(flow.taken, S(9));
	wire = sent_wire(100, 60, 19);
	wire.moved.in_bytes = 36;
	wire.received = S(18);
	peer_flow_take(&flow, &wire, 10, S(20));
	assert_int_equal(flow.taken, 0);
	wire.moved.out_segments++;
	peer_flow_take(&flow, &wire, 10, S(30));
	assert_int_equal(flow.taken, 0);
}

/* TCP counts no time asleep: all its moments come out later by as much. */
static void time_asleep_neither_ages_output_nor_thins_it(void **state)
{
	struct peer_flow flow = {.is_begun = false};
	struct wire wire = sent_wire(0, 0, 0);

	(void)state;
	peer_flow_take(&flow, &wire, 10, S(0));
	wire = sent_wire(9, 60, 8);
	peer_flow_take(&flow, &wire, 10, S(9));
	wire = sent_wire(11, 60, 1011);
	wire.received = S(1000);
	peer_flow_take(&flow, &wire, 10, S(1012));
	assert_int_equal(flow.taken, S(11));
	assert_int_equal(peer_alive(&wire, &flow, PROOF_DATA), S(1011));
}

/* However often somebody looks, questions stay questions and output stays output. */
static void looks_in_between_change_nothing(void **state)
{
	struct peer_flow asked = {.is_begun = false}, busy = {.is_begun = false};

	(void)state;
	for (uint32_t tenth = 0; tenth <= 600; tenth++) {
		struct wire questions = sent_wire(tenth / 100, 60, tenth / 100 * 10);
		struct wire output = sent_wire(tenth / 40, 60, tenth / 40 * 4);
		peer_flow_take(&asked, &questions, 10, S(tenth / 10.0));
		peer_flow_take(&busy, &output, 10, S(tenth / 10.0));
	}
	assert_int_equal(asked.taken, 0);
	assert_true(busy.taken >= S(40));
}

static void sign_of_taking_never_goes_back(void **state)
{
	struct peer_flow flow = {.is_begun = false};
	struct wire wire = sent_wire(0, 0, 0);

	(void)state;
	peer_flow_take(&flow, &wire, 10, S(0));
	wire = sent_wire(9, 60, 8);
	peer_flow_take(&flow, &wire, 10, S(10));
	wire = sent_wire(30, 60, 7);
	peer_flow_take(&flow, &wire, 10, S(20));
	assert_int_equal(flow.taken, S(8));
}

static void something_answers_while_acknowledgements_are_young(void **state)
{
	static const struct wire answering = {.is_known = true, .acked = S(100)};
	static const struct wire closed = {.is_known = true, .is_closed = true, .acked = S(100)};
	static const struct wire unknown = {.is_known = false, .acked = S(100)};

	(void)state;
	assert_true(peer_is_answered_for(&answering, 10, S(111)));
	assert_false(peer_is_answered_for(&answering, 10, S(111) + 1));
	assert_false(peer_is_answered_for(&closed, 10, S(100)));
	assert_false(peer_is_answered_for(&unknown, 10, S(100)));
}

static void death_needs_an_unanswered_question(void **state)
{
	static const struct {
		const char *row;
		struct wire wire;
		uint32_t proof;
		bool is_unanswered;
	} rows[] = {
		{"nothing asked", {.is_known = true}, PROOF_TCP, false},
		{"one probe", {.is_known = true, .unanswered = 1}, PROOF_TCP, true},
		{"many probes", {.is_known = true, .unanswered = 9}, PROOF_TCP, true},
		{"zero window", {.is_known = true, .is_window_closed = true}, PROOF_TCP, false},
		{"zero window, one probe", {.is_known = true, .is_window_closed = true, .unanswered = 1}, PROOF_TCP, false},
		{"zero window, two probes", {.is_known = true, .is_window_closed = true, .unanswered = 2}, PROOF_TCP, true},
		{"closed", {.is_known = true, .is_closed = true}, PROOF_TCP, true},
		{"closed at zero window", {.is_known = true, .is_closed = true, .is_window_closed = true}, PROOF_TCP, true},
		{"no data", {.is_known = true}, PROOF_DATA, true},
		{"no data at zero window", {.is_known = true, .is_window_closed = true}, PROOF_DATA, true},
		{"unknown", {.is_closed = true, .unanswered = 9}, PROOF_TCP, false},
		{"unknown, data", {.is_closed = true, .unanswered = 9}, PROOF_DATA, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		same_number(rows[i].row, peer_is_unanswered(&rows[i].wire, rows[i].proof), rows[i].is_unanswered);
}

static void payload_is_that_of_both_directions(void **state)
{
	static const struct wire up = {.is_known = true, .received = 9, .sent = 3, .acked = 100};
	static const struct wire down = {.is_known = true, .received = 2, .sent = 6, .acked = 100};

	(void)state;
	assert_int_equal(peer_payload(&up), 9);
	assert_int_equal(peer_payload(&down), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_what_the_kernel_takes),
		cmocka_unit_test(kernel_never_gives_up_before_the_limit),
		cmocka_unit_test(first_probe_leaves_after_one_interval),
		cmocka_unit_test(first_probe_leaves_within_the_limit),
		cmocka_unit_test(further_probes_leave_at_least_once_per_interval),
		cmocka_unit_test(usual_settings_probe_twice_per_interval),
		cmocka_unit_test(retransmissions_are_often_and_patient_enough),
		cmocka_unit_test(life_is_proved_by_what_the_policy_asks_for),
		cmocka_unit_test(questions_are_not_output),
		cmocka_unit_test(output_that_is_not_acknowledged_is_not_taken),
		cmocka_unit_test(output_into_a_closed_window_is_not_taken),
		cmocka_unit_test(wire_that_is_not_known_takes_nothing),
		cmocka_unit_test(data_received_begin_the_count_anew),
		cmocka_unit_test(time_asleep_neither_ages_output_nor_thins_it),
		cmocka_unit_test(looks_in_between_change_nothing),
		cmocka_unit_test(sign_of_taking_never_goes_back),
		cmocka_unit_test(something_answers_while_acknowledgements_are_young),
		cmocka_unit_test(death_needs_an_unanswered_question),
		cmocka_unit_test(payload_is_that_of_both_directions),
	};

	return cmocka_run_group_tests_name("peer", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/order.h"

#include <errno.h>

#include "common/status.h"
#include "tests/unit/unit.h"

#define WORD_32 "0123456789ABCDEFGHIJ.-_abcdefghi"

static const struct {
	const char *request;
	struct order order;
} orders[] = {
	{"extend 1", {.kind = ORDER_EXTEND, .seconds = 1}},
	{"extend 1800", {.kind = ORDER_EXTEND, .seconds = 1800}},
	{"extend 86400", {.kind = ORDER_EXTEND, .seconds = ORDER_EXTEND_MAX}},
	{"close", {.kind = ORDER_CLOSE}},
	{"close maintenance", {.kind = ORDER_CLOSE, .word = "maintenance"}},
	{"close -", {.kind = ORDER_CLOSE, .word = "-"}},
	{"close " WORD_32, {.kind = ORDER_CLOSE, .word = WORD_32}},
};

static void orders_are_read_as_they_are_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(orders); i++) {
		struct order order;
		TEXT(text, CONTROL_REQUEST_SIZE);
		order_add(&text, &orders[i].order);
		same_string(orders[i].request, text.data, orders[i].request);
		same_number(orders[i].request, order_parse(orders[i].request, &order), 0);
		same_number(orders[i].request, order.kind, orders[i].order.kind);
		same_number(orders[i].request, order.seconds, orders[i].order.seconds);
		same_string(orders[i].request, order.word, orders[i].order.word);
	}
}

static void other_requests_are_no_orders(void **state)
{
	static const char *const rows[] = {
		"", " ", "status", CONTROL_STATUS " ", "Extend 1", " extend 1", "extend1", "extends 1", "extend\t1", "extend\n",
		"extend=1", "ex", "closed", "close\n", "close\tword", "closeword", "CLOSE", "\xff", "\033[2J",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct order order;
		same_number(rows[i], order_parse(rows[i], &order), -ENOENT);
	}
}

static void malformed_orders_are_refused(void **state)
{
	static const char *const rows[] = {
		"extend", "extend ", "extend 0", "extend 00", "extend  1", "extend 1 ", "extend 1 1", "extend -1", "extend +1",
		"extend 1s", "extend 30m", "extend 86401", "extend 18446744073709551617", "extend 0x10", "extend 1.5",
		"extend \xd9\xa1", "close ", "close  word", "close word ", "close two words", "close word\n", "close a=b",
		"close x'", "close \"x\"", "close %41", "close \033[2J", "close \xc3\xa9", "close x res=failed", "close a/b",
		"close " WORD_32 "x",
	};
	const struct order untouched = {.kind = ORDER_CLOSE, .seconds = 7, .word = "kept"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct order order = untouched;
		same_number(rows[i], order_parse(rows[i], &order), -EINVAL);
		same_number(rows[i], order.seconds, untouched.seconds);
		same_string(rows[i], order.word, untouched.word);
	}
}

static void longest_request_that_fits_is_judged(void **state)
{
	char request[CONTROL_REQUEST_SIZE];
	struct order order;

	(void)state;
	memset(request, 'x', sizeof request);
	memcpy(request, "close ", 6);
	request[sizeof request - 1] = '\0';
	assert_int_equal(order_parse(request, &order), -EINVAL);
	memset(request, '9', sizeof request - 1);
	memcpy(request, "extend ", 7);
	assert_int_equal(order_parse(request, &order), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_are_read_as_they_are_written),
		cmocka_unit_test(other_requests_are_no_orders),
		cmocka_unit_test(malformed_orders_are_refused),
		cmocka_unit_test(longest_request_that_fits_is_judged),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}

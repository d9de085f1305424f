/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/cidr.h"

#include <errno.h>

#include "tests/unit/unit.h"

#define NO_ADDRESS "is no address, no network such as 10.0.0.0/8, and not 'local' or '*'; names are not resolved"

static void range_holds_what_it_says(void **state)
{
	static const struct {
		const char *range, *address;
		bool holds;
	} rows[] = {
		{"10.0.0.9", "10.0.0.9", true},
		{"10.0.0.9", "10.0.0.8", false},
		{"10.0.0.9/32", "10.0.0.9", true},
		{"10.0.0.9/32", "10.0.0.8", false},
		{"10.0.0.8/31", "10.0.0.9", true},
		{"10.0.0.8/31", "10.0.0.10", false},
		{"10.0.0.8/31", "10.0.0.7", false},
		{"10.0.0.0/8", "10.255.255.255", true},
		{"10.0.0.0/8", "11.0.0.0", false},
		{"10.0.0.0/8", "9.255.255.255", false},
		{"172.16.0.0/12", "172.31.255.255", true},
		{"172.16.0.0/12", "172.32.0.0", false},
		{"128.0.0.0/1", "128.0.0.0", true},
		{"128.0.0.0/1", "127.255.255.255", false},
		{"0.0.0.0/0", "255.255.255.255", true},
		{"0.0.0.0/0", "::1", false},
		{"255.255.255.255", "255.255.255.255", true},
		{"2001:db8::/32", "2001:db8:ffff::1", true},
		{"2001:db8::/32", "2001:db9::", false},
		{"2001:db8::1", "2001:0DB8:0:0::0001", true},
		{"2001:db8::1/128", "2001:db8::2", false},
		{"fe80::/10", "fe80::1%eth0", true},
		{"fe80::/10", "febf::1", true},
		{"fe80::/10", "fec0::1", false},
		{"8000::/1", "ffff::", true},
		{"8000::/1", "7fff::", false},
		{"::/0", "2001:db8::1", true},
		{"::/0", "10.0.0.9", false},
		{"::/0", "::ffff:10.0.0.9", false},
		{"::1", "::1", true},
		{"::ffff:10.0.0.9", "10.0.0.9", true},
		{"::ffff:10.0.0.0/104", "10.9.8.7", true},
		{"::ffff:10.0.0.0/104", "11.9.8.7", false},
		{"::ffff:0:0/96", "203.0.113.7", true},
		{"::ffff:0:0/96", "::1", false},
		{"10.0.0.0/8", "::ffff:10.1.2.3", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cidr cidr;
		struct endpoint endpoint;
		const char *why = "";
		TEXT(row, 128);

		text_add(&row, rows[i].range);
		text_add(&row, " holds ");
		text_add(&row, rows[i].address);
		same_number(rows[i].range, cidr_parse(rows[i].range, &cidr, &why), 0);
		same_number(rows[i].address, endpoint_parse(rows[i].address, 22, &endpoint), 0);
		same_number(row.data, cidr_holds(&cidr, &endpoint), rows[i].holds);
	}
}

static void unknown_address_is_in_no_range(void **state)
{
	static const char *const ranges[] = {"0.0.0.0/0", "::/0", "::ffff:0:0/96"};
	const struct endpoint unknown = {.port = 22};

	(void)state;
	for (size_t i = 0; i < COUNT(ranges); i++) {
		struct cidr cidr;
		const char *why = "";
		assert_int_equal(cidr_parse(ranges[i], &cidr, &why), 0);
		same_number(ranges[i], cidr_holds(&cidr, &unknown), false);
	}
}

static void what_is_no_range_is_refused(void **state)
{
	static const struct {
		const char *written, *why;
	} rows[] = {
		{"", NO_ADDRESS},
		{"/", NO_ADDRESS},
		{"/8", NO_ADDRESS},
		{"host", NO_ADDRESS},
		{"client.example", NO_ADDRESS},
		{"localhost", NO_ADDRESS},
		{"10.0.0", NO_ADDRESS},
		{"10/8", NO_ADDRESS},
		{"10.0.0.256", NO_ADDRESS},
		{"010.0.0.1", NO_ADDRESS},
		{"10.0.0.1:22", NO_ADDRESS},
		{"[::1]", NO_ADDRESS},
		{"fe80::1%eth0", NO_ADDRESS},
		{"1:2:3:4:5:6:7:8:9", NO_ADDRESS},
		{" 10.0.0.1", NO_ADDRESS},
		{"11111111111111111111111111111111111111111111111111111111", NO_ADDRESS},
		{"10.0.0.0/", "needs a prefix of 0 to 32 bits"},
		{"10.0.0.0/33", "needs a prefix of 0 to 32 bits"},
		{"10.0.0.0/-1", "needs a prefix of 0 to 32 bits"},
		{"10.0.0.0/+8", "needs a prefix of 0 to 32 bits"},
		{"10.0.0.0/8/8", "needs a prefix of 0 to 32 bits"},
		{"10.0.0.0/255.0.0.0", "needs a prefix of 0 to 32 bits"},
		{"10.0.0.0/18446744073709551624", "needs a prefix of 0 to 32 bits"},
		{"::/129", "needs a prefix of 0 to 128 bits"},
		{"::/x", "needs a prefix of 0 to 128 bits"},
		{"10.0.0.1/8", "has bits set beyond its prefix"},
		{"10.0.0.1/31", "has bits set beyond its prefix"},
		{"0.0.0.1/0", "has bits set beyond its prefix"},
		{"2001:db8::1/64", "has bits set beyond its prefix"},
		{"::ffff:10.0.0.1/104", "has bits set beyond its prefix"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cidr cidr;
		const char *why = "";
		same_number(rows[i].written, cidr_parse(rows[i].written, &cidr, &why), -EINVAL);
		same_string(rows[i].written, why, rows[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(range_holds_what_it_says),
		cmocka_unit_test(unknown_address_is_in_no_range),
		cmocka_unit_test(what_is_no_range_is_refused),
	};

	return cmocka_run_group_tests_name("cidr", tests, NULL, NULL);
}

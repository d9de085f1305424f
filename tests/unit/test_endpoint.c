/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>

#include "tests/unit/unit.h"

static void literal_address_gets_one_spelling(void **state)
{
	static const struct {
		const char *address, *canonical;
	} rows[] = {
		{"192.0.2.1", "192.0.2.1"},
		{"0.0.0.0", "0.0.0.0"},
		{"255.255.255.255", "255.255.255.255"},
		{"::1", "::1"},
		{"::", "::"},
		{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
		{"2001:0db8::0001", "2001:db8::1"},
		{"::ffff:192.0.2.1", "192.0.2.1"},
		{"::FFFF:c000:0201", "192.0.2.1"},
		{"0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"},
		{"0000:0000:0000:0000:0000:ffff:255.255.255.255", "255.255.255.255"},
		{"fe80::1%eth0", "fe80::1"},
		{"fe80::1%3", "fe80::1"},
		{"::ffff:192.0.2.1%eth0", "192.0.2.1"},
		{"fe80::1%an-interface-name-much-longer-than-any-address-can-be", "fe80::1"},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct endpoint endpoint;
		same_number(rows[i].address, endpoint_parse(rows[i].address, 22, &endpoint), 0);
		same_string(rows[i].address, endpoint.address, rows[i].canonical);
		same_number(rows[i].address, endpoint.port, 22);
	}
}

static void anything_else_is_no_address(void **state)
{
	static const char *const rows[] = {
		"",
		"UNKNOWN",
		"localhost",
		"client.example",
		"192.0.2",
		"192.0.2.256",
		"192.0.2.1.1",
		"192.0.2.01",
		"0x7f.1",
		"127.1",
		"2130706433",
		"192.0.2.1%eth0",
		"192.0.2.1%",
		"192.0.2.1 ",
		" 192.0.2.1",
		"192.0.2.1\n",
		"192.0.2.0/24",
		"192.0.2.1:22",
		"[::1]",
		":::",
		"1::2::3",
		"1:2:3:4:5:6:7",
		"12345::",
		"g::1",
		"%eth0",
		"2001:0db8:0000:0000:0000:0000:0000:0000:0000:0001",
		"0000:0000:0000:0000:0000:ffff:192.168.100.2000",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct endpoint endpoint = {.address = "old", .port = 1};
		same_number(rows[i], endpoint_parse(rows[i], 22, &endpoint), -EINVAL);
		same_string(rows[i], endpoint.address, "old");
	}
}

static void v4_socket_address_is_named(void **state)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(65535)};
	struct sockaddr_storage storage = {0};
	struct endpoint endpoint;

	(void)state;
	assert_int_equal(inet_pton(AF_INET, "192.0.2.1", &v4.sin_addr), 1);
	memcpy(&storage, &v4, sizeof v4);
	assert_int_equal(endpoint_from_sockaddr(&storage, &endpoint), 0);
	assert_string_equal(endpoint.address, "192.0.2.1");
	assert_int_equal(endpoint.port, 65535);
}

static void v6_socket_address_is_named_without_scope(void **state)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(22), .sin6_scope_id = 2};
	struct sockaddr_storage storage = {0};
	struct endpoint endpoint;

	(void)state;
	assert_int_equal(inet_pton(AF_INET6, "fe80::1", &v6.sin6_addr), 1);
	memcpy(&storage, &v6, sizeof v6);
	assert_int_equal(endpoint_from_sockaddr(&storage, &endpoint), 0);
	assert_string_equal(endpoint.address, "fe80::1");
	assert_int_equal(inet_pton(AF_INET6, "::ffff:192.0.2.1", &v6.sin6_addr), 1);
	memcpy(&storage, &v6, sizeof v6);
	assert_int_equal(endpoint_from_sockaddr(&storage, &endpoint), 0);
	assert_string_equal(endpoint.address, "192.0.2.1");
	assert_int_equal(endpoint.port, 22);
}

static void other_socket_address_is_refused(void **state)
{
	struct sockaddr_storage storage = {.ss_family = AF_UNIX};
	struct endpoint endpoint = {.address = "old"};

	(void)state;
	assert_int_equal(endpoint_from_sockaddr(&storage, &endpoint), -EAFNOSUPPORT);
	storage.ss_family = AF_UNSPEC;
	assert_int_equal(endpoint_from_sockaddr(&storage, &endpoint), -EAFNOSUPPORT);
	assert_string_equal(endpoint.address, "old");
}

static void ssh_connection_names_both_ends(void **state)
{
	static const struct {
		const char *value;
		struct endpoint peer, local;
	} rows[] = {
		{"192.0.2.1 54321 192.0.2.2 22", {"192.0.2.1", 54321}, {"192.0.2.2", 22}},
		{"2001:db8::1 1 2001:db8::2 65535", {"2001:db8::1", 1}, {"2001:db8::2", 65535}},
		{"::ffff:192.0.2.1 54321 ::ffff:192.0.2.2 22", {"192.0.2.1", 54321}, {"192.0.2.2", 22}},
		{"fe80::1%eth0 54321 fe80::2%eth0 22", {"fe80::1", 54321}, {"fe80::2", 22}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct endpoint peer, local;
		same_number(rows[i].value, endpoint_parse_ssh_connection(rows[i].value, &peer, &local), 0);
		assert_true(endpoint_equal(&peer, &rows[i].peer));
		assert_true(endpoint_equal(&local, &rows[i].local));
	}
}

static void other_values_of_ssh_connection_are_refused(void **state)
{
	static const char *const rows[] = {
		"",
		" ",
		"UNKNOWN 65535 UNKNOWN 65535",
		"192.0.2.1 54321 UNKNOWN 22",
		"192.0.2.1",
		"192.0.2.1 ",
		"192.0.2.1 54321",
		"192.0.2.1 54321 ",
		"192.0.2.1 54321 192.0.2.2",
		"192.0.2.1 54321 192.0.2.2 ",
		"192.0.2.1 54321 192.0.2.2 22 ",
		"192.0.2.1 54321 192.0.2.2 22 x",
		"192.0.2.1 54321 192.0.2.2 22\n",
		" 192.0.2.1 54321 192.0.2.2 22",
		"192.0.2.1  54321 192.0.2.2 22",
		"192.0.2.1\t54321 192.0.2.2 22",
		"192.0.2.1 65536 192.0.2.2 22",
		"192.0.2.1 54321 192.0.2.2 -1",
		"192.0.2.1 ssh 192.0.2.2 22",
		"client.example 54321 192.0.2.2 22",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct endpoint peer = {.address = "old"}, local = {.address = "old"};
		same_number(rows[i], endpoint_parse_ssh_connection(rows[i], &peer, &local), -EINVAL);
		same_string(rows[i], peer.address, "old");
		same_string(rows[i], local.address, "old");
	}
}

/* 192.0.2.1 54321 fe80::1%xxx.. 22, of `length` bytes. */
static int parse_of_length(size_t length)
{
	static const char start[] = "192.0.2.1 54321 fe80::1%", end[] = " 22";
	char value[512];
	struct endpoint peer, local;

	memset(value, 'x', length);
	memcpy(value, start, sizeof start - 1);
	memcpy(value + length - (sizeof end - 1), end, sizeof end);
	return endpoint_parse_ssh_connection(value, &peer, &local);
}

static void too_long_a_value_is_refused(void **state)
{
	(void)state;
	assert_int_equal(parse_of_length(255), 0);
	assert_int_equal(parse_of_length(256), -EINVAL);
	assert_int_equal(parse_of_length(511), -EINVAL);
}

static void equal_means_known_address_and_same_port(void **state)
{
	const struct endpoint a = {"192.0.2.1", 22}, other_port = {"192.0.2.1", 23}, other = {"192.0.2.2", 22},
			      unknown = {"", 22};

	(void)state;
	assert_true(endpoint_equal(&a, &a));
	assert_true(endpoint_same_address(&a, &other_port));
	assert_false(endpoint_equal(&a, &other_port));
	assert_false(endpoint_same_address(&a, &other));
	assert_false(endpoint_equal(&a, &other));
	assert_false(endpoint_same_address(&unknown, &unknown));
	assert_false(endpoint_equal(&unknown, &unknown));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literal_address_gets_one_spelling),
		cmocka_unit_test(anything_else_is_no_address),
		cmocka_unit_test(v4_socket_address_is_named),
		cmocka_unit_test(v6_socket_address_is_named_without_scope),
		cmocka_unit_test(other_socket_address_is_refused),
		cmocka_unit_test(ssh_connection_names_both_ends),
		cmocka_unit_test(other_values_of_ssh_connection_are_refused),
		cmocka_unit_test(too_long_a_value_is_refused),
		cmocka_unit_test(equal_means_known_address_and_same_port),
	};

	return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}

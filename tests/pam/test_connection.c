/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which of the host's sockets the watchdog is given, and what happens to it when arming fails.
 *
 * The client's end of each pair is in this process, too, but comes from another address: Linux connects to
 * 127.0.0.2 from 127.0.0.1.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "tests/pam/scenario.h"

#define SERVER "127.0.0.2"
#define CLIENT "127.0.0.1"

static void connect_pair(struct tcp_pair *pair)
{
	assert_true(tcp_connect(SERVER, SERVER, pair));
}

/* The number of the socket that the watchdog found at CONNECTION_FD; 0 if it has none. */
static ino_t given_inode(void)
{
	return (ino_t)strtoull(host_report("connection"), NULL, 10);
}

static void assert_given(const struct tcp_pair *pair)
{
	struct session session;
	struct policy policy;

	assert_int_equal(given_inode(), tcp_inode(pair->server));
	host_read_record(&session, &policy);
	assert_true(endpoint_equal(&session.peer, &pair->peer));
	assert_true(endpoint_equal(&session.local, &pair->local));
}

static void ssh_connection_tells_connections_of_one_client_apart(void **state)
{
	struct host *host = *state;
	struct tcp_pair pairs[3];

	host_install("ready");
	host_start(host, "idle=15m");
	for (size_t i = 0; i < COUNT(pairs); i++)
		connect_pair(&pairs[i]);
	host_set_ssh_connection(host, &pairs[1]);
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_given(&pairs[1]);
	for (size_t i = 0; i < COUNT(pairs); i++)
		tcp_close(&pairs[i]);
}

static void one_socket_under_two_numbers_is_one(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	host_install("ready");
	host_start(host, "idle=15m");
	connect_pair(&pair);
	autoclose int again = dup(pair.server);
	assert_true(again >= 0);
	host_set_ssh_connection(host, &pair);
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_given(&pair);
	tcp_close(&pair);
}

static void mapped_address_is_the_same_address(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	if (!tcp_connect("::", CLIENT, &pair))
		skip();
	host_install("ready");
	host_start(host, "idle=15m");
	assert_string_equal(pair.peer.address, CLIENT);
	host_set_ssh_connection(host, &pair);
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_given(&pair);
	tcp_close(&pair);
}

static void ipv6_is_found(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	if (!tcp_connect("::1", "::1", &pair))
		skip();
	host_install("ready");
	host_start(host, "idle=15m");
	host_set_ssh_connection(host, &pair);
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_given(&pair);
	tcp_close(&pair);
}

/* Services other than sshd, without a terminal: the connection alone makes the session worth watching. */
static void start_network_login(struct host *host, const char *rhost)
{
	host_install("ready");
	host_start(host, "idle=15m");
	host_set(host, PAM_TTY, NULL);
	host_set(host, PAM_RHOST, rhost);
}

static void address_of_the_only_connection_is_enough(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;
	autoclose int unix_socket = socket(AF_UNIX, SOCK_STREAM, 0);
	autoclose int datagrams = socket(AF_INET, SOCK_DGRAM, 0);

	connect_pair(&pair);
	autoclose int again = dup(pair.server);
	assert_true(unix_socket >= 0 && datagrams >= 0 && again >= 0);
	start_network_login(host, CLIENT);
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_given(&pair);
	tcp_close(&pair);
}

static void two_connections_of_one_address_are_none(void **state)
{
	struct host *host = *state;
	struct tcp_pair pairs[2];

	connect_pair(&pairs[0]);
	connect_pair(&pairs[1]);
	start_network_login(host, CLIENT);
	assert_int_equal(host_open(host), ANSWER_IGNORE);
	assert_string_equal(host_log(), "warning: two connections fit this session: neither is watched\n");
	host_set(host, PAM_TTY, "ssh");
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_int_equal(given_inode(), 0);
	tcp_close(&pairs[0]);
	tcp_close(&pairs[1]);
}

static void name_of_a_host_is_not_resolved(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	connect_pair(&pair);
	start_network_login(host, "localhost");
	assert_int_equal(host_open(host), ANSWER_IGNORE);
	assert_string_equal(host_log(), "");
	tcp_close(&pair);
}

static void connection_of_somebody_else_is_not_taken(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	connect_pair(&pair);
	host_arm(host, "ready", "idle=15m");
	assert_int_equal(given_inode(), 0);
	tcp_close(&pair);
}

/* A user can overwrite the variable by way of pam_env, but not what else there is to go by. */
static void false_ssh_connection_does_not_hide_the_connection(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	connect_pair(&pair);
	start_network_login(host, CLIENT);
	host_putenv(host, "SSH_CONNECTION=192.0.2.9 51000 192.0.2.1 22");
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_given(&pair);
	tcp_close(&pair);
}

static void run_under_inetd(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	connect_pair(&pair);
	start_network_login(host, "client.example");
	assert_int_equal(dup2(pair.server, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_given(&pair);
}

static void connection_at_stdin_is_the_last_resort(void **state)
{
	scenario_run(*state, run_under_inetd);
}

static void listener_at_stdin_is_no_connection(void **state)
{
	struct host *host = *state;
	autoclose int saved = dup(STDIN_FILENO);
	autoclose int listener = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(listen(listener, 1), 0);
	start_network_login(host, NULL);
	assert_int_equal(dup2(listener, STDIN_FILENO), STDIN_FILENO);
	int answer = host_open(host);
	(void)dup2(saved, STDIN_FILENO);
	assert_int_equal(answer, ANSWER_IGNORE);
}

static void failed_arming_shuts_the_connection_down(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	connect_pair(&pair);
	start_network_login(host, CLIENT);
	host_install("failed");
	assert_int_equal(host_open(host), PAM_SESSION_ERR);
	assert_true(tcp_is_shut_down(&pair));
	tcp_close(&pair);
}

static void missing_watchdog_shuts_the_connection_down(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	connect_pair(&pair);
	start_network_login(host, CLIENT);
	assert_int_equal(unlink(TEST_WATCHDOG), 0);
	assert_int_equal(host_open(host), PAM_SESSION_ERR);
	assert_true(tcp_is_shut_down(&pair));
	tcp_close(&pair);
}

static void closed_session_leaves_the_connection_alone(void **state)
{
	struct host *host = *state;
	struct tcp_pair pair;

	connect_pair(&pair);
	start_network_login(host, CLIENT);
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_true(host_watchdog_is_gone());
	assert_int_equal(send(pair.server, "x", 1, MSG_NOSIGNAL), 1);
	assert_false(tcp_is_shut_down(&pair));
	tcp_close(&pair);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ssh_connection_tells_connections_of_one_client_apart),
		TEST(one_socket_under_two_numbers_is_one),
		TEST(mapped_address_is_the_same_address),
		TEST(ipv6_is_found),
		TEST(address_of_the_only_connection_is_enough),
		TEST(two_connections_of_one_address_are_none),
		TEST(name_of_a_host_is_not_resolved),
		TEST(connection_of_somebody_else_is_not_taken),
		TEST(false_ssh_connection_does_not_hide_the_connection),
		TEST(connection_at_stdin_is_the_last_resort),
		TEST(listener_at_stdin_is_no_connection),
		TEST(failed_arming_shuts_the_connection_down),
		TEST(missing_watchdog_shuts_the_connection_down),
		TEST(closed_session_leaves_the_connection_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

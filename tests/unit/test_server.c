/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/server.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/status.h"
#include "tests/unit/unit.h"

#define NOBODY 65534

/* A server that listens in a directory of its own. */
struct fixture {
	char directory[32];
	struct sockaddr_un address;
	struct server server;
	unsigned asked;
	struct caller caller; /* of the last request */
};

static int start(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){.directory = "/tmp/test_server.XXXXXX", .address = {.sun_family = AF_UNIX}};
	if (mkdtemp(fixture.directory) == NULL)
		return -1;
	(void)snprintf(fixture.address.sun_path, sizeof fixture.address.sun_path, "%s/socket", fixture.directory);
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (bind(listener, (const struct sockaddr *)&fixture.address, sizeof fixture.address) < 0 || listen(listener, 16) < 0)
		return -1;
	server_init(&fixture.server, listener, getuid());
	*state = &fixture;
	return 0;
}

static int stop(void **state)
{
	struct fixture *fixture = *state;

	server_close(&fixture->server);
	close_fd(&fixture->server.listener);
	(void)unlink(fixture->address.sun_path);
	return rmdir(fixture->directory);
}

static int connect_client(const struct fixture *fixture)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&fixture->address, sizeof fixture->address), 0);
	return fd;
}

static void answer_request(void *context, const char *request, const struct caller *caller, struct text *answer)
{
	struct fixture *fixture = context;

	fixture->asked++;
	text_add(answer, "you asked ");
	text_add(answer, request);
	fixture->caller = *caller;
}

static void serve(struct fixture *fixture, int fd)
{
	server_serve(&fixture->server, fd, answer_request, fixture);
}

static void expect_message(int fd, const char *expected)
{
	char message[CONTROL_ANSWER_SIZE];
	ssize_t length = recv(fd, message, sizeof message - 1, 0);

	assert_true(length >= 0);
	message[length] = '\0';
	assert_string_equal(message, expected);
}

/* The other end is closed and has said nothing more. */
static void expect_closed(int fd)
{
	char byte;
	ssize_t length = recv(fd, &byte, 1, 0);

	assert_true(length == 0 || (length < 0 && errno == ECONNRESET));
}

static void expect_no_client(const struct server *server)
{
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++)
		assert_int_equal(server->client[i], -1);
}

static void own_user_is_answered_once_and_let_go(void **state)
{
	struct fixture *fixture = *state;
	autoclose int client = connect_client(fixture);

	assert_int_equal(send(client, "status", 6, 0), 6);
	int fd = server_accept(&fixture->server);
	assert_true(fd >= 0);
	serve(fixture, fd);
	expect_message(client, "you asked status");
	expect_closed(client);
	assert_int_equal(fixture->asked, 1);
	assert_int_equal(fixture->caller.uid, getuid());
	assert_int_equal(fixture->caller.pid, getpid());
	/* Orders are root's: of nobody else more needs to be known. */
	assert_int_equal(fixture->caller.is_accountable, getuid() == 0);
	expect_no_client(&fixture->server);
}

static void nobody_there_is_no_client(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(server_accept(&fixture->server), -EAGAIN);
	expect_no_client(&fixture->server);
}

static void root_is_answered_whosever_session_it_is(void **state)
{
	struct fixture *fixture = *state;
	autoclose int client = connect_client(fixture);

	if (getuid() != 0) {
		print_message("skipped: needs root\n");
		skip();
	}
	fixture->server.user = NOBODY;
	assert_int_equal(send(client, "status", 6, 0), 6);
	serve(fixture, server_accept(&fixture->server));
	expect_message(client, "you asked status");
}

/* Without root the test is another user to a server of user `nobody`; with root it becomes one. */
static void other_user_is_refused_and_told_so(void **state)
{
	struct fixture *fixture = *state;
	uid_t self = geteuid();

	if (self == 0) {
		assert_int_equal(chown(fixture->directory, NOBODY, (gid_t)-1), 0);
		assert_int_equal(chown(fixture->address.sun_path, NOBODY, (gid_t)-1), 0);
		assert_int_equal(seteuid(NOBODY), 0);
	}
	fixture->server.user = 12345;
	autoclose int client = connect_client(fixture);
	if (self == 0)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(server_accept(&fixture->server), -EACCES);
	expect_message(client, CONTROL_REFUSED "not your session");
	expect_closed(client);
	expect_no_client(&fixture->server);
}

static void client_that_says_nothing_is_let_go(void **state)
{
	struct fixture *fixture = *state;
	autoclose int client = connect_client(fixture);

	serve(fixture, server_accept(&fixture->server));
	expect_closed(client);
	assert_int_equal(fixture->asked, 0);
	expect_no_client(&fixture->server);
}

static void client_that_went_is_forgotten(void **state)
{
	struct fixture *fixture = *state;
	int client = connect_client(fixture);
	int fd = server_accept(&fixture->server);

	(void)close(client);
	serve(fixture, fd);
	assert_int_equal(fixture->asked, 0);
	expect_no_client(&fixture->server);
}

static void client_that_does_not_read_its_answer_blocks_nobody(void **state)
{
	struct fixture *fixture = *state;
	int client = connect_client(fixture);
	int fd = server_accept(&fixture->server);

	assert_int_equal(send(client, "status", 6, 0), 6);
	(void)close(client);
	/* The answer meets a closed end: no SIGPIPE. */
	serve(fixture, fd);
	expect_no_client(&fixture->server);
}

static void longest_request_is_read_and_a_longer_one_is_not(void **state)
{
	struct fixture *fixture = *state;
	char request[CONTROL_REQUEST_SIZE] = "", expected[CONTROL_REQUEST_SIZE + 16] = "you asked ";
	autoclose int client = connect_client(fixture);
	autoclose int too_long = connect_client(fixture);

	memset(request, 'x', sizeof request - 1);
	strcat(expected, request);
	assert_int_equal(send(client, request, sizeof request - 1, 0), sizeof request - 1);
	assert_int_equal(send(too_long, request, sizeof request, 0), sizeof request);
	serve(fixture, server_accept(&fixture->server));
	expect_message(client, expected);
	serve(fixture, server_accept(&fixture->server));
	expect_closed(too_long);
	assert_int_equal(fixture->asked, 1);
}

static void garbage_reaches_the_answer_terminated(void **state)
{
	struct fixture *fixture = *state;
	autoclose int client = connect_client(fixture);

	assert_int_equal(send(client, "\xff\n\0status", 9, 0), 9);
	serve(fixture, server_accept(&fixture->server));
	expect_message(client, "you asked \xff\n");
}

static void new_client_takes_the_place_of_the_oldest(void **state)
{
	struct fixture *fixture = *state;
	int clients[SERVER_CLIENTS_MAX + 1];

	for (size_t i = 0; i < COUNT(clients); i++) {
		clients[i] = connect_client(fixture);
		assert_true(server_accept(&fixture->server) >= 0);
	}
	expect_closed(clients[0]);
	for (size_t i = 1; i < COUNT(clients); i++) {
		char byte;
		assert_int_equal(recv(clients[i], &byte, 1, 0), -1);
		assert_int_equal(errno, EAGAIN);
	}
	server_close(&fixture->server);
	expect_no_client(&fixture->server);
	for (size_t i = 0; i < COUNT(clients); i++)
		close_fd(&clients[i]);
}

static void slots_are_used_again(void **state)
{
	struct fixture *fixture = *state;

	for (int i = 0; i < 5 * SERVER_CLIENTS_MAX; i++) {
		autoclose int client = connect_client(fixture);
		assert_int_equal(send(client, "status", 6, 0), 6);
		serve(fixture, server_accept(&fixture->server));
		expect_message(client, "you asked status");
	}
	expect_no_client(&fixture->server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(own_user_is_answered_once_and_let_go, start, stop),
		cmocka_unit_test_setup_teardown(nobody_there_is_no_client, start, stop),
		cmocka_unit_test_setup_teardown(root_is_answered_whosever_session_it_is, start, stop),
		cmocka_unit_test_setup_teardown(other_user_is_refused_and_told_so, start, stop),
		cmocka_unit_test_setup_teardown(client_that_says_nothing_is_let_go, start, stop),
		cmocka_unit_test_setup_teardown(client_that_went_is_forgotten, start, stop),
		cmocka_unit_test_setup_teardown(client_that_does_not_read_its_answer_blocks_nobody, start, stop),
		cmocka_unit_test_setup_teardown(longest_request_is_read_and_a_longer_one_is_not, start, stop),
		cmocka_unit_test_setup_teardown(garbage_reaches_the_answer_terminated, start, stop),
		cmocka_unit_test_setup_teardown(new_client_takes_the_place_of_the_oldest, start, stop),
		cmocka_unit_test_setup_teardown(slots_are_used_again, start, stop),
	};

	return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/caller.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/process.h"
#include "common/session.h"
#include "tests/unit/unit.h"

/* A connection as accept(2) makes one: a socket pair has credentials as well. */
static void connect_pair(int ret_ends[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_ends), 0);
}

static void caller_is_who_the_kernel_says(void **state)
{
	int ends[2];
	struct caller caller;
	uint32_t login_uid = AUDIT_UNSET, session = AUDIT_UNSET;

	(void)state;
	connect_pair(ends);
	(void)process_login_uid(getpid(), &login_uid);
	(void)process_audit_session(getpid(), &session);
	assert_int_equal(caller_read(ends[0], &caller), 0);
	assert_false(caller.is_accountable);
	caller_identify(ends[0], &caller);
	assert_true(caller.is_accountable);
	assert_int_equal(caller.uid, geteuid());
	assert_int_equal(caller.pid, getpid());
	assert_true(caller.login_uid == login_uid);
	assert_true(caller.audit_session == session);
	close_fd(&ends[0]);
	close_fd(&ends[1]);
}

static void caller_that_waits_no_more_is_not_accountable(void **state)
{
	int ends[2];
	struct caller caller;

	(void)state;
	connect_pair(ends);
	close_fd(&ends[1]);
	assert_int_equal(caller_read(ends[0], &caller), 0);
	caller_identify(ends[0], &caller);
	assert_false(caller.is_accountable);
	close_fd(&ends[0]);
}

/* A listener in the abstract name space, at an address that the kernel chose. */
static int listen_somewhere(struct sockaddr_un *ret_address, socklen_t *ret_length)
{
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	*ret_length = sizeof *ret_address;
	assert_int_equal(bind(listener, (const struct sockaddr *)ret_address, sizeof(sa_family_t)), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)ret_address, ret_length), 0);
	return listener;
}

/* Connects, leaves the connection to a process of its own that holds it until `hold` is closed, and ends. */
static _Noreturn void connect_and_go(const struct sockaddr_un *address, socklen_t length, const int hold[2])
{
	char byte;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	int connected = connect(fd, (const struct sockaddr *)address, length);

	if (fork() == 0) {
		(void)close(hold[1]);
		_exit(read(hold[0], &byte, 1) == 0 ? 0 : 1);
	}
	_exit(connected == 0 ? 0 : 1);
}

static void caller_that_ended_is_not_accountable(void **state)
{
	struct sockaddr_un address;
	socklen_t length;
	struct caller caller;
	int hold[2], status;
	autoclose int listener = listen_somewhere(&address, &length);

	(void)state;
	assert_int_equal(pipe(hold), 0);
	pid_t child = fork();
	if (child == 0)
		connect_and_go(&address, length, hold);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	autoclose int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_int_equal(caller_read(fd, &caller), 0);
	assert_int_equal(caller.pid, child);
	caller_identify(fd, &caller);
	assert_false(caller.is_accountable);
	close_fd(&hold[0]);
	close_fd(&hold[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caller_is_who_the_kernel_says),
		cmocka_unit_test(caller_that_waits_no_more_is_not_accountable),
		cmocka_unit_test(caller_that_ended_is_not_accountable),
	};

	return cmocka_run_group_tests_name("caller", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/rundir.h"

#include <errno.h>

#include "tests/unit/unit.h"

static void socket_is_named_after_the_session(void **state)
{
	char name[RUNDIR_NAME_SIZE];

	(void)state;
	rundir_socket_name("0123abcd", name);
	assert_string_equal(name, "0123abcd.sock");
}

static void socket_lives_in_the_run_directory(void **state)
{
	struct sockaddr_un address;
	int r = rundir_socket_address("0123abcd", &address);

	(void)state;
	/* A build may be configured for a directory that no socket fits in. */
	if (strlen(RUN_DIR "/0123abcd.sock") >= sizeof address.sun_path) {
		assert_int_equal(r, -ENAMETOOLONG);
		return;
	}
	assert_int_equal(r, 0);
	assert_int_equal(address.sun_family, AF_UNIX);
	assert_string_equal(address.sun_path, RUN_DIR "/0123abcd.sock");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(socket_is_named_after_the_session),
		cmocka_unit_test(socket_lives_in_the_run_directory),
	};

	return cmocka_run_group_tests_name("rundir", tests, NULL, NULL);
}

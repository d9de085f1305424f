/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The life of an armed session: the goodbye and who may say it, and the loss of the watchdog.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/lifeline.h"
#include "tests/fault/row.h"
#include "tests/pam/host.h"

#define LOST "warning: the watchdog of this session was lost\n"
#define LOST_UNREPORTED "warning: the watchdog of this session was lost, and that is not on record: "

/* Long enough for a signal that must not come, short enough to wait for. */
#define QUIET_MS 200
#define SIGNAL_S 5

static int setup(void **state)
{
	sigset_t term;

	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &term, NULL);
	return host_setup(state);
}

/* Takes the pending SIGTERM within the time. */
static bool is_terminated(long ms, siginfo_t *ret_info)
{
	sigset_t term;
	struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	return sigtimedwait(&term, ret_info, &time) == SIGTERM;
}

#define HOST_SECTION "What hosts do with a session"

/* The session record and socket that a real watchdog keeps as long as it lives. */
static void write_run_files(char ret_record[64], char ret_socket[64])
{
	struct session session;
	struct policy policy;

	host_read_record(&session, &policy);
	(void)snprintf(ret_record, 64, TEST_RUN_DIR "/%s", session.id);
	(void)snprintf(ret_socket, 64, TEST_RUN_DIR "/%s.sock", session.id);
	autoclose int record = open(ret_record, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	autoclose int socket = open(ret_socket, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(record >= 0 && socket >= 0);
}

static void assert_goodbye_from(pid_t sender)
{
	char expected[16];

	(void)snprintf(expected, sizeof expected, "%d", (int)sender);
	assert_string_equal(host_read("goodbye"), expected);
	assert_true(host_watchdog_is_gone());
}

static void closing_says_goodbye_as_the_leader(void **state)
{
	struct host *host = *state;

	host_arm(host, "ready", "idle=15m quiet");
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_goodbye_from(getpid());
	assert_false(is_terminated(QUIET_MS, NULL));
	assert_string_equal(host_log(), "");
}

static void second_close_has_nothing_to_say(void **state)
{
	struct host *host = *state;

	host_arm(host, "ready", "idle=15m quiet");
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_goodbye_from(getpid());
	(void)host_close(host);
	assert_string_equal(host_log(), "");
	row_add(HOST_SECTION, "closed twice", "the second close is ignored", "ignored", "pam/test_lifeline: second_close_has_nothing_to_say");
}

static void silent_flag_changes_nothing(void **state)
{
	struct host *host = *state;

	host_install("ready");
	host_start(host, "idle=15m");
	assert_int_equal(pam_open_session(host->pamh, PAM_SILENT), PAM_SUCCESS);
	assert_non_null(strstr(host_log(), "info: armed: "));
	assert_int_equal(pam_close_session(host->pamh, PAM_SILENT), PAM_SUCCESS);
	assert_goodbye_from(getpid());
}

static void end_of_the_handle_says_goodbye(void **state)
{
	struct host *host = *state;

	host_arm(host, "ready", "idle=15m quiet");
	assert_int_equal(pam_end(host->pamh, PAM_SUCCESS), PAM_SUCCESS);
	host->pamh = NULL;
	assert_goodbye_from(getpid());
	row_add(HOST_SECTION, "ended by the leader, never closed", "goodbye is said", "it was said", "pam/test_lifeline: end_of_the_handle_says_goodbye");
}

/* What a forked copy of the host may do with its copy of the handle. */
static void end_silently(struct host *host)
{
	(void)pam_end(host->pamh, PAM_SUCCESS | PAM_DATA_SILENT);
}

static void end_aloud(struct host *host)
{
	(void)pam_end(host->pamh, PAM_SUCCESS);
}

static void close_session(struct host *host)
{
	if (host_close(host) != PAM_SUCCESS || host_log()[0] != '\0')
		_exit(1);
}

static void check_copy(struct host *host, void (*act)(struct host *host))
{
	int status;

	host_arm(host, "ready", "idle=15m quiet");
	pid_t copy = fork();
	assert_true(copy >= 0);
	if (copy == 0) {
		act(host);
		_exit(0);
	}
	assert_int_equal(waitpid(copy, &status, 0), copy);
	assert_int_equal(status, 0);
	assert_false(is_terminated(QUIET_MS, NULL));
	assert_int_equal(access("goodbye", F_OK), -1);
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_goodbye_from(getpid());
}

static void copy_that_ends_silently_does_not_end_the_session(void **state)
{
	check_copy(*state, end_silently);
	row_add(HOST_SECTION, "pam_end(PAM_DATA_SILENT) in a forked copy", "the session is still watched", "still watched", "pam/test_lifeline: copy_that_ends_silently_does_not_end_the_session");
}

static void copy_that_ends_aloud_does_not_end_the_session(void **state)
{
	check_copy(*state, end_aloud);
	row_add(HOST_SECTION, "pam_end in a forked copy", "the session is still watched", "still watched", "pam/test_lifeline: copy_that_ends_aloud_does_not_end_the_session");
}

static void copy_that_closes_does_not_end_the_session(void **state)
{
	check_copy(*state, close_session);
	row_add(HOST_SECTION, "closed in another process", "the session is still watched", "still watched", "pam/test_lifeline: copy_that_closes_does_not_end_the_session");
}

static void silent_end_in_the_leader_abandons_the_watchdog(void **state)
{
	struct host *host = *state;

	host_arm(host, "ready", "idle=15m quiet");
	end_silently(host);
	host->pamh = NULL;
	assert_string_equal(host_read("abandoned"), "");
	assert_int_equal(access("goodbye", F_OK), -1);
	row_add(HOST_SECTION, "ended silently by the leader, never closed", "no goodbye is said", "none was said", "pam/test_lifeline: silent_end_in_the_leader_abandons_the_watchdog");
}

static void opening_again_ends_the_former_watchdog(void **state)
{
	struct host *host = *state;

	host_arm(host, "ready", "idle=15m");
	assert_int_equal(host_open(host), PAM_SUCCESS);
	assert_non_null(strstr(host_log(), "notice: opened again: the limits set before end here\n"));
	assert_string_not_equal(host_read("goodbye"), "");
	assert_false(is_terminated(QUIET_MS, NULL));
	assert_int_equal(unlink("goodbye"), 0);
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_goodbye_from(getpid());
	row_add(HOST_SECTION, "opened twice", "the former watchdog ends, the new one watches", "it ended, the new one was armed", "pam/test_lifeline: opening_again_ends_the_former_watchdog");
}

static void loss_of_the_watchdog_is_sigterm_for_the_leader(void **state)
{
	struct host *host = *state;
	siginfo_t info;

	host_arm(host, "ready", "idle=15m quiet");
	host_kill_watchdog();
	assert_true(is_terminated(SIGNAL_S * 1000, &info));
	assert_int_equal(info.si_code, POLL_HUP);
}

/* Arms, and loses the watchdog as root does that kills it: its files stay behind, under the names given back. */
static void lose_watchdog(struct host *host, const char *arguments, char record[64], char socket[64])
{
	host_arm(host, "ready", arguments);
	write_run_files(record, socket);
	host_kill_watchdog();
	assert_true(host_watchdog_is_gone());
}

static void loss_is_only_logged_if_so_wished(void **state)
{
	struct host *host = *state;
	char record[64], socket[64];

	lose_watchdog(host, "idle=15m quiet on_watchdog_loss=log", record, socket);
	assert_false(is_terminated(QUIET_MS, NULL));
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_string_equal(host_log(), LOST);
}

static void lost_watchdog_is_logged_and_cleaned_up_after(void **state)
{
	struct host *host = *state;
	char record[64], socket[64];

	lose_watchdog(host, "idle=15m quiet", record, socket);
	assert_true(is_terminated(SIGNAL_S * 1000, NULL));
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_string_equal(host_log(), LOST);
	assert_int_equal(access(record, F_OK), -1);
	assert_int_equal(access(socket, F_OK), -1);
}

static void loss_is_reported_by_another_process(void **state)
{
	struct host *host = *state;
	char record[64], socket[64], told[sizeof LIFELINE_VERSION + SESSION_RECORD_SIZE];

	lose_watchdog(host, "idle=15m quiet audit=disconnect on_watchdog_loss=log", record, socket);
	assert_int_equal(text_copy(told, sizeof told, host_read("record")), 0);
	assert_int_equal(strncmp(told, LIFELINE_VERSION, strlen(LIFELINE_VERSION)), 0);
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_string_equal(host_read("lost"), told + strlen(LIFELINE_VERSION));
}

static void loss_that_cannot_be_reported_is_logged_as_that(void **state)
{
	struct host *host = *state;
	char record[64], socket[64];

	lose_watchdog(host, "idle=15m quiet on_watchdog_loss=log", record, socket);
	assert_int_equal(unlink(TEST_WATCHDOG), 0);
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_string_equal(host_log(), LOST_UNREPORTED "/proc/self/cwd/" TEST_WATCHDOG
	                                                ": No such file or directory\n");
}

static void lost_watchdog_is_logged_also_without_a_close(void **state)
{
	struct host *host = *state;
	char record[64], socket[64];

	lose_watchdog(host, "idle=15m quiet on_watchdog_loss=log", record, socket);
	end_aloud(host);
	host->pamh = NULL;
	assert_non_null(strstr(host_log(), "the watchdog of this session was lost\n"));
}

/* One that disconnected the session and removed its record is done, not lost. */
static void watchdog_that_left_in_good_order_is_not_missed(void **state)
{
	struct host *host = *state;

	host_arm(host, "ready", "idle=15m quiet on_watchdog_loss=log");
	host_kill_watchdog();
	assert_true(host_watchdog_is_gone());
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_string_equal(host_log(), "");
	host_sleep_ms(QUIET_MS);
	assert_int_equal(access("lost", F_OK), -1);
}

static void living_watchdog_keeps_its_record(void **state)
{
	struct host *host = *state;
	char record[64], socket[64];

	host_arm(host, "ready", "idle=15m quiet");
	write_run_files(record, socket);
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_int_equal(access(record, F_OK), 0);
	assert_int_equal(access(socket, F_OK), 0);
}

/* The only descriptor of this process that can make it a signal. */
static int find_lifeline(void)
{
	for (int fd = 0; fd < 64; fd++) {
		int flags = fcntl(fd, F_GETFL);
		if (flags >= 0 && (flags & O_ASYNC) != 0)
			return fd;
	}
	fail_msg("no lifeline");
	return -1;
}

static void lifeline_stays_off_stdio_and_out_of_programs(void **state)
{
	host_arm(*state, "ready", "idle=15m quiet");
	int fd = find_lifeline();
	assert_true(fd > STDERR_FILENO);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(fd, F_GETOWN), getpid());
	assert_int_equal(fcntl(fd, F_GETSIG), SIGTERM);
}

static void descriptor_of_the_host_under_its_number_is_left_alone(void **state)
{
	struct host *host = *state;

	host_arm(host, "ready", "idle=15m quiet");
	int fd = find_lifeline();
	autoclose int other = open("behaviour", O_RDONLY | O_CLOEXEC);
	assert_int_equal(dup2(other, fd), fd);
	assert_int_equal(host_close(host), PAM_SUCCESS);
	assert_string_equal(host_log(), "warning: the lifeline was closed by its host\n");
	assert_int_equal(fcntl(fd, F_GETFD), 0);
	assert_int_equal(close(fd), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(closing_says_goodbye_as_the_leader),
		TEST(second_close_has_nothing_to_say),
		TEST(silent_flag_changes_nothing),
		TEST(end_of_the_handle_says_goodbye),
		TEST(copy_that_ends_silently_does_not_end_the_session),
		TEST(copy_that_ends_aloud_does_not_end_the_session),
		TEST(copy_that_closes_does_not_end_the_session),
		TEST(silent_end_in_the_leader_abandons_the_watchdog),
		TEST(opening_again_ends_the_former_watchdog),
		TEST(loss_of_the_watchdog_is_sigterm_for_the_leader),
		TEST(loss_is_only_logged_if_so_wished),
		TEST(lost_watchdog_is_logged_and_cleaned_up_after),
		TEST(loss_is_reported_by_another_process),
		TEST(loss_that_cannot_be_reported_is_logged_as_that),
		TEST(lost_watchdog_is_logged_also_without_a_close),
		TEST(watchdog_that_left_in_good_order_is_not_missed),
		TEST(living_watchdog_keeps_its_record),
		TEST(lifeline_stays_off_stdio_and_out_of_programs),
		TEST(descriptor_of_the_host_under_its_number_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

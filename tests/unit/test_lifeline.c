/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/lifeline.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "tests/unit/unit.h"

/* The two ends of a lifeline, and the descriptors that were open before. */
struct pair {
	int near, far;
	size_t open_before;
};

static size_t count_open_fds(void)
{
	autoclosedir DIR *directory = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	return count;
}

static int make_pair(void **state)
{
	static struct pair pair;
	int fds[2];

	pair.open_before = count_open_fds();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return -1;
	pair.near = fds[0];
	pair.far = fds[1];
	*state = &pair;
	return 0;
}

/* Whatever a test did, nothing but what it opened itself is left. */
static int close_pair(void **state)
{
	struct pair *pair = *state;

	close_fd(&pair->near);
	close_fd(&pair->far);
	return count_open_fds() == pair->open_before ? 0 : -1;
}

static int64_t in_ms(int64_t ms)
{
	return clock_boot_ns() + ms * NS_PER_MS;
}

/* Sends `count` (at most 10) copies of `fd` along with `length` bytes. */
static void send_fds(int socket_fd, const char *bytes, size_t length, int fd, size_t count)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(10 * sizeof(int))] = {0};
	char copy[1024];
	struct iovec part = {.iov_base = copy, .iov_len = length};
	struct msghdr message = {.msg_iov = &part,
	                         .msg_iovlen = 1,
	                         .msg_control = control,
	                         .msg_controllen = CMSG_SPACE(count * sizeof(int))};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	memcpy(copy, bytes, length);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(count * sizeof(int));
	for (size_t i = 0; i < count; i++)
		memcpy(CMSG_DATA(header) + i * sizeof fd, &fd, sizeof fd);
	assert_int_equal(sendmsg(socket_fd, &message, 0), length);
}

static void want_credentials(int fd)
{
	int yes = 1;

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes), 0);
}

static void message_arrives_whole_and_terminated(void **state)
{
	const struct pair *pair = *state;
	char data[LIFELINE_MESSAGE_SIZE];
	int fd = 4711;

	memset(data, 'x', sizeof data);
	assert_int_equal(lifeline_send(pair->far, LIFELINE_READY, strlen(LIFELINE_READY)), 0);
	assert_int_equal(lifeline_send(pair->far, "a\0b", 3), 0);
	assert_int_equal(lifeline_receive(pair->near, in_ms(1000), data, sizeof data, &fd), strlen(LIFELINE_READY));
	assert_string_equal(data, LIFELINE_READY);
	assert_int_equal(fd, -1);
	assert_int_equal(lifeline_receive(pair->near, in_ms(1000), data, sizeof data, &fd), 3);
	assert_memory_equal(data, "a\0b", 4);
}

static void closed_end_is_told_after_what_it_sent(void **state)
{
	struct pair *pair = *state;
	char data[8];
	int fd;

	assert_int_equal(lifeline_send(pair->far, "last", 4), 0);
	close_fd(&pair->far);
	assert_int_equal(lifeline_receive(pair->near, in_ms(1000), data, sizeof data, &fd), 4);
	assert_int_equal(lifeline_receive(pair->near, in_ms(1000), data, sizeof data, &fd), 0);
	assert_int_equal(fd, -1);
}

static void silence_ends_at_the_deadline(void **state)
{
	const struct pair *pair = *state;
	char data[8];
	int fd;
	int64_t deadline = in_ms(50);

	assert_int_equal(lifeline_receive(pair->near, deadline, data, sizeof data, &fd), -ETIMEDOUT);
	assert_true(clock_boot_ns() >= deadline);
	assert_true(clock_boot_ns() < deadline + 10 * NS_PER_SECOND);
}

static void past_deadline_does_not_wait_but_still_reads(void **state)
{
	const struct pair *pair = *state;
	char data[8];
	int fd;
	int64_t start = clock_boot_ns();

	assert_int_equal(lifeline_receive(pair->near, 0, data, sizeof data, &fd), -ETIMEDOUT);
	assert_true(clock_boot_ns() < start + NS_PER_SECOND);
	assert_int_equal(lifeline_send(pair->far, "x", 1), 0);
	assert_int_equal(lifeline_receive(pair->near, 0, data, sizeof data, &fd), 1);
}

static volatile sig_atomic_t alarms;

static void count_alarm(int signal)
{
	(void)signal;
	alarms++;
}

static void signal_does_not_end_the_wait(void **state)
{
	const struct pair *pair = *state;
	const struct itimerval every_5_ms = {{0, 5000}, {0, 5000}}, off = {{0, 0}, {0, 0}};
	struct sigaction action = {.sa_handler = count_alarm}, old;
	char data[8];
	int fd;
	int64_t deadline = in_ms(60);

	assert_int_equal(sigaction(SIGALRM, &action, &old), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &every_5_ms, NULL), 0);
	assert_int_equal(lifeline_receive(pair->near, deadline, data, sizeof data, &fd), -ETIMEDOUT);
	assert_int_equal(setitimer(ITIMER_REAL, &off, NULL), 0);
	assert_int_equal(sigaction(SIGALRM, &old, NULL), 0);
	assert_true(clock_boot_ns() >= deadline);
	assert_true(alarms > 0);
}

static void message_must_leave_room_for_its_terminator(void **state)
{
	const struct pair *pair = *state;
	char data[9] = {0};
	int fd;

	assert_int_equal(lifeline_send(pair->far, "1234567", 7), 0);
	assert_int_equal(lifeline_send(pair->far, "12345678", 8), 0);
	assert_int_equal(lifeline_send(pair->far, "next", 4), 0);
	data[8] = '!';
	assert_int_equal(lifeline_receive(pair->near, in_ms(1000), data, 8, &fd), 7);
	assert_string_equal(data, "1234567");
	assert_int_equal(lifeline_receive(pair->near, in_ms(1000), data, 8, &fd), -EMSGSIZE);
	assert_int_equal(fd, -1);
	assert_int_equal(data[8], '!');
	assert_int_equal(lifeline_receive(pair->near, in_ms(1000), data, 8, &fd), 4);
}

static void fd_comes_along_close_on_exec(void **state)
{
	const struct pair *pair = *state;
	char data[LIFELINE_MESSAGE_SIZE];
	int received;
	autoclose int sent = open("/dev/null", O_RDWR);

	send_fds(pair->far, LIFELINE_SPAWNED, strlen(LIFELINE_SPAWNED), sent, 1);
	assert_int_equal(lifeline_receive(pair->near, in_ms(1000), data, sizeof data, &received),
	                 strlen(LIFELINE_SPAWNED));
	autoclose int owned = received;
	assert_true(owned >= 0);
	assert_int_not_equal(owned, sent);
	assert_int_equal(fcntl(owned, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(write(owned, "x", 1), 1);
}

static void fd_of_too_long_a_message_is_closed(void **state)
{
	const struct pair *pair = *state;
	char data[4];
	int received;

	send_fds(pair->far, "long", 4, pair->far, 1);
	assert_int_equal(lifeline_receive(pair->near, in_ms(1000), data, sizeof data, &received), -EMSGSIZE);
	assert_int_equal(received, -1);
	assert_int_equal(count_open_fds(), pair->open_before + 2);
}

static void only_the_first_of_many_fds_is_kept(void **state)
{
	const struct pair *pair = *state;
	char data[8];

	for (size_t count = 2; count <= 10; count++) {
		int received;
		send_fds(pair->far, "x", 1, pair->far, count);
		int r = lifeline_receive(pair->near, in_ms(1000), data, sizeof data, &received);
		autoclose int owned = received;
		assert_int_equal(r, 1);
		assert_int_equal(count_open_fds(), pair->open_before + 2 + (owned >= 0));
	}
}

static void unwanted_fds_are_all_closed(void **state)
{
	const struct pair *pair = *state;
	char data[8];
	pid_t sender;

	want_credentials(pair->near);
	for (size_t count = 1; count <= 10; count++) {
		send_fds(pair->far, "x", 1, pair->far, count);
		(void)lifeline_receive_from(pair->near, data, sizeof data, &sender);
		assert_int_equal(count_open_fds(), pair->open_before + 2);
	}
}

static void sender_is_who_the_kernel_says(void **state)
{
	const struct pair *pair = *state;
	char data[LIFELINE_MESSAGE_SIZE];
	pid_t sender;

	want_credentials(pair->near);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(lifeline_send(pair->far, LIFELINE_GOODBYE, strlen(LIFELINE_GOODBYE)) < 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(lifeline_receive_from(pair->near, data, sizeof data, &sender), strlen(LIFELINE_GOODBYE));
	assert_string_equal(data, LIFELINE_GOODBYE);
	assert_int_equal(sender, child);
	assert_int_equal(lifeline_send(pair->far, "x", 1), 0);
	assert_int_equal(lifeline_receive_from(pair->near, data, sizeof data, &sender), 1);
	assert_int_equal(sender, getpid());
}

static void sender_is_unknown_without_credentials(void **state)
{
	const struct pair *pair = *state;
	char data[8];
	pid_t sender = 4711;

	assert_int_equal(lifeline_send(pair->far, "x", 1), 0);
	assert_int_equal(lifeline_receive_from(pair->near, data, sizeof data, &sender), 1);
	assert_int_equal(sender, 0);
}

static void nothing_to_read_is_said_at_once(void **state)
{
	const struct pair *pair = *state;
	char data[8];
	pid_t sender;

	assert_int_equal(lifeline_receive_from(pair->near, data, sizeof data, &sender), -EAGAIN);
}

/* Anybody who holds the far end can send nothing at all: that is not its end. */
static void empty_message_is_not_a_closed_end(void **state)
{
	struct pair *pair = *state;
	char data[8];
	pid_t sender;

	want_credentials(pair->near);
	assert_int_equal(lifeline_send(pair->far, "", 0), 0);
	assert_int_equal(lifeline_receive_from(pair->near, data, sizeof data, &sender), -ENOMSG);
	close_fd(&pair->far);
	assert_int_equal(lifeline_receive_from(pair->near, data, sizeof data, &sender), 0);
}

static void send_to_a_closed_end_fails_without_a_signal(void **state)
{
	struct pair *pair = *state;

	close_fd(&pair->far);
	assert_int_equal(lifeline_send(pair->near, "x", 1), -EPIPE);
}

static void send_does_not_wait_for_a_full_queue(void **state)
{
	const struct pair *pair = *state;
	int r = 0;

	for (size_t i = 0; i < 100000 && r == 0; i++)
		r = lifeline_send(pair->near, "x", 1);
	assert_int_equal(r, -EAGAIN);
}

static void wrong_descriptor_is_an_error(void **state)
{
	char data[8];
	int fd;
	pid_t sender;

	(void)state;
	assert_int_equal(lifeline_send(-1, "x", 1), -EBADF);
	assert_int_equal(lifeline_receive_from(-1, data, sizeof data, &sender), -EBADF);
	autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(lifeline_receive(null, in_ms(1000), data, sizeof data, &fd), -ENOTSOCK);
}

#define WITH_PAIR(test) cmocka_unit_test_setup_teardown(test, make_pair, close_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PAIR(message_arrives_whole_and_terminated),
		WITH_PAIR(closed_end_is_told_after_what_it_sent),
		WITH_PAIR(silence_ends_at_the_deadline),
		WITH_PAIR(past_deadline_does_not_wait_but_still_reads),
		WITH_PAIR(signal_does_not_end_the_wait),
		WITH_PAIR(message_must_leave_room_for_its_terminator),
		WITH_PAIR(fd_comes_along_close_on_exec),
		WITH_PAIR(fd_of_too_long_a_message_is_closed),
		WITH_PAIR(only_the_first_of_many_fds_is_kept),
		WITH_PAIR(unwanted_fds_are_all_closed),
		WITH_PAIR(sender_is_who_the_kernel_says),
		WITH_PAIR(sender_is_unknown_without_credentials),
		WITH_PAIR(nothing_to_read_is_said_at_once),
		WITH_PAIR(empty_message_is_not_a_closed_end),
		WITH_PAIR(send_to_a_closed_end_fails_without_a_signal),
		WITH_PAIR(send_does_not_wait_for_a_full_queue),
		WITH_PAIR(wrong_descriptor_is_an_error),
	};

	return cmocka_run_group_tests_name("lifeline", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "common/lifeline.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"

/* Room for the two kinds of ancillary data that ever come: one fd, one set of credentials. */
union ancillary {
	char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
	struct cmsghdr align;
};

int lifeline_send(int fd, const char *bytes, size_t length)
{
	ssize_t n;

	do
		n = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* Keeps the first fd and closes all others: whoever holds the other end may send more than one. */
static void collect_fds(const struct cmsghdr *c, int *ret_fd)
{
	size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

	for (size_t i = 0; i < count; i++) {
		int fd;
		memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
		if (*ret_fd < 0)
			*ret_fd = fd;
		else
			close_fd(&fd);
	}
}

static void collect(struct msghdr *message, int *ret_fd, pid_t *ret_sender)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_RIGHTS) {
			collect_fds(c, ret_fd);
		} else if (c->cmsg_type == SCM_CREDENTIALS) {
			struct ucred credentials;
			memcpy(&credentials, CMSG_DATA(c), sizeof credentials);
			*ret_sender = credentials.pid;
		}
	}
}

static int receive(int fd, char *data, size_t size, int *ret_fd, pid_t *ret_sender)
{
	union ancillary ancillary;
	struct iovec part = {.iov_base = data, .iov_len = size - 1};
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = ancillary.bytes, .msg_controllen = sizeof ancillary.bytes};
	ssize_t n;

	*ret_fd = -1;
	*ret_sender = 0;
	do
		n = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	collect(&message, ret_fd, ret_sender);
	if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
		close_fd(ret_fd);
		return -EMSGSIZE;
	}
	/* A closed end sends nothing at all, an empty message comes with the credentials of its sender. */
	if (n == 0 && message.msg_controllen > 0) {
		close_fd(ret_fd);
		return -ENOMSG;
	}
	data[n] = '\0';
	return (int)n;
}

/* Waits for something to read. 0, -ETIMEDOUT or -errno. */
static int wait_readable(int fd, int64_t deadline_ns)
{
	struct pollfd waited = {.fd = fd, .events = POLLIN};

	for (;;) {
		int64_t left_ms = (deadline_ns - clock_boot_ns() + NS_PER_MS - 1) / NS_PER_MS;
		int r = poll(&waited, 1, left_ms > 0 ? (int)left_ms : 0);
		if (r > 0)
			return 0;
		if (r < 0 && errno != EINTR)
			return -errno;
		if (r == 0 && left_ms <= 0)
			return -ETIMEDOUT;
	}
}

int lifeline_receive(int fd, int64_t deadline_ns, char *data, size_t size, int *ret_fd)
{
	pid_t sender;
	int r = wait_readable(fd, deadline_ns);

	return r < 0 ? r : receive(fd, data, size, ret_fd, &sender);
}

int lifeline_receive_from(int fd, char *data, size_t size, pid_t *ret_sender)
{
	autoclose int unwanted = -1;

	return receive(fd, data, size, &unwanted, ret_sender);
}

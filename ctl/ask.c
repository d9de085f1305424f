/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/ask.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/duration.h"
#include "common/lifeline.h"
#include "common/rundir.h"
#include "common/status.h"

/* Descriptors that are not sockets of watchdogs: standard streams, RUN_DIR, epoll, what libraries hold. */
#define OTHER_FDS 32

/* Sockets open at once at most; more sessions than that are asked in several waves. */
#define WAVE_MAX 4096

#define EVENTS_AT_ONCE 64

struct inquiry {
	size_t index; /* of the session among those asked */
	int fd;       /* -1: finished */
};

/* Sockets that are open at the same time, and whom to tell what comes of them. */
struct wave {
	struct inquiry *inquiries;
	size_t open; /* inquiries that still wait */
	int epoll;
	int64_t patience_ms;
	answer_taker *take;
	void *context;
};

/* Raises the limit of open files of this process as far as it may, and tells how many sockets that allows at once. */
static size_t wave_size(void)
{
	struct rlimit limit = {.rlim_cur = 256, .rlim_max = 256};

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	struct rlimit raised = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
	if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
		limit = raised;
	if (limit.rlim_cur <= OTHER_FDS)
		return 1;
	return limit.rlim_cur - OTHER_FDS < WAVE_MAX ? (size_t)limit.rlim_cur - OTHER_FDS : WAVE_MAX;
}

/* Connects and sends without waiting: a local socket whose queue is full says EAGAIN, and counts as silent. */
static int send_request(const char *id, const char *request)
{
	struct sockaddr_un address;
	int r = rundir_socket_address(id, &address);

	if (r < 0)
		return r;
	autoclose int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
		return -errno;
	r = lifeline_send(fd, request, strlen(request));
	return r < 0 ? r : take_fd(&fd);
}

static int wait_for(const struct wave *wave, struct inquiry *inquiry)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = inquiry};

	return epoll_ctl(wave->epoll, EPOLL_CTL_ADD, inquiry->fd, &event) < 0 ? -errno : 0;
}

/* Hands on the answer, or the error in its place. */
static void finish(struct wave *wave, struct inquiry *inquiry, const char *answer, ssize_t length)
{
	wave->take(wave->context, inquiry->index, answer, length);
	close_fd(&inquiry->fd);
	wave->open--;
}

static void start(struct wave *wave, struct inquiry *inquiry, const char *id, const char *request)
{
	int r = send_request(id, request);

	wave->open++;
	inquiry->fd = r;
	if (r >= 0)
		r = wait_for(wave, inquiry);
	if (r < 0)
		finish(wave, inquiry, NULL, r);
}

/* MSG_TRUNC makes recv(2) tell the whole length of a message, so that one that was cut is known as such. */
static void read_answer(struct wave *wave, struct inquiry *inquiry)
{
	char answer[CONTROL_ANSWER_SIZE];
	ssize_t length = recv(inquiry->fd, answer, sizeof answer, MSG_DONTWAIT | MSG_TRUNC);

	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (length < 0)
		length = -errno;
	else if (length == 0)
		length = -ECONNRESET;
	else if ((size_t)length > sizeof answer)
		length = -EMSGSIZE;
	finish(wave, inquiry, answer, length);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/*
 * Reads answers until all are there or patience ends. As long as answers keep coming the machine is only busy; silence
 * is what tells a watchdog that will not answer.
 */
static void read_answers(struct wave *wave)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int64_t now = clock_boot_ns();
	int64_t end = now + ASK_TOTAL_MS * NS_PER_MS;
	int64_t patience = now + wave->patience_ms * NS_PER_MS;

	while (wave->open > 0 && now < earlier(patience, end)) {
		int64_t left_ms = (earlier(patience, end) - now + NS_PER_MS - 1) / NS_PER_MS;
		int n = epoll_wait(wave->epoll, events, EVENTS_AT_ONCE, (int)left_ms);
		for (int i = 0; i < n; i++)
			read_answer(wave, events[i].data.ptr);
		now = clock_boot_ns();
		if (n > 0)
			patience = now + wave->patience_ms * NS_PER_MS;
		else if (n < 0 && errno != EINTR)
			return;
	}
}

static void ask_wave(struct wave *wave, const char (*ids)[SESSION_ID_SIZE], size_t first, size_t count,
                     const char *request)
{
	wave->open = 0;
	for (size_t i = 0; i < count; i++) {
		wave->inquiries[i] = (struct inquiry){.index = first + i, .fd = -1};
		start(wave, &wave->inquiries[i], ids[first + i], request);
	}
	read_answers(wave);
	for (size_t i = 0; i < count; i++) {
		if (wave->inquiries[i].fd >= 0)
			finish(wave, &wave->inquiries[i], NULL, -ETIMEDOUT);
	}
}

int ask_watchdogs(const char (*ids)[SESSION_ID_SIZE], size_t count, const char *request, int64_t patience_ms,
                  answer_taker *take, void *context)
{
	size_t at_once = wave_size();
	autoclose int epoll = epoll_create1(EPOLL_CLOEXEC);

	if (epoll < 0)
		return -errno;
	autofree struct inquiry *inquiries = calloc(at_once < count ? at_once : count, sizeof *inquiries);
	if (inquiries == NULL && count > 0)
		return -ENOMEM;
	struct wave wave = {
		.inquiries = inquiries, .epoll = epoll, .patience_ms = patience_ms, .take = take, .context = context};
	for (size_t first = 0; first < count; first += at_once)
		ask_wave(&wave, ids, first, count - first < at_once ? count - first : at_once, request);
	return 0;
}

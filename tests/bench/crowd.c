/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * crowd COUNT USER SERVICE ALIVE_MS
 *
 * COUNT sessions of USER under a PAM service, each with everything that an ssh session has but the encryption: a leader that
 * called pam_open_session, a TCP connection over loopback that the leader reads, a terminal, and below the leader a process that
 * reads it. This process is everybody's client: it holds the other ends. Unless ALIVE_MS is 0 each client sends a
 * keepalive of ssh's size so often, and the leader answers it.
 *
 * Prints "open NS" for each, the time that pam_open_session took, and "ready". On "type MS" it types one key into each
 * session, MS milliseconds apart, and prints "typed". When all connections are gone, or its input is at its end, it prints for
 * each session a line "cut TYPED SHOWN GONE": when the key was typed, the first words were shown on the terminal, and the
 * connection was gone, CLOCK_BOOTTIME in nanoseconds, 0 for never.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

/* What ssh and sshd send under chacha20-poly1305: a keepalive, its answer, a key. */
#define ALIVE_SIZE 52
#define ANSWER_SIZE 28
#define KEY_SIZE 36

#define NS_PER_MS INT64_C(1000000)

struct client {
	int socket, terminal;
	int64_t typed, shown, gone;
};

struct crowd {
	struct client *clients;
	struct pollfd *polled; /* standard input, then each client's socket and terminal */
	size_t count, left;
	int64_t alive_ns;
};

static void must(bool is_well, const char *what)
{
	if (!is_well)
		fail(what, strerror(errno));
}

/* -- The leader's side ------------------------------------------------------- */

static _Noreturn void read_terminal(int terminal)
{
	char key;

	(void)setsid();
	must(ioctl(terminal, TIOCSCTTY, 0) == 0, "taking the terminal");
	must(dup2(terminal, STDIN_FILENO) == STDIN_FILENO, "dup2");
	(void)close_range(STDERR_FILENO + 1, ~0U, 0);
	while (read(STDIN_FILENO, &key, 1) > 0)
		;
	_exit(0);
}

static pam_handle_t *open_session(const char *user, const char *service, int64_t *ret_took)
{
	const struct pam_conv conversation = {.conv = say_nothing};
	pam_handle_t *pamh = NULL;

	if (pam_start(service, user, &conversation, &pamh) != PAM_SUCCESS ||
	    pam_set_item(pamh, PAM_RHOST, "127.0.0.1") != PAM_SUCCESS || pam_set_item(pamh, PAM_TTY, "ssh") != PAM_SUCCESS)
		fail(service, "pam_start failed");
	int64_t begin = now_ns(CLOCK_BOOTTIME);
	int result = pam_open_session(pamh, 0);
	*ret_took = now_ns(CLOCK_BOOTTIME) - begin;
	if (result != PAM_SUCCESS)
		fail(service, pam_strerror(pamh, result));
	return pamh;
}

/* Descriptor 0 is the connection, 3 the terminal, 4 takes the time that opening took. */
static _Noreturn void lead(const char *user, const char *service)
{
	char data[4096], answer[ANSWER_SIZE] = {0};
	int64_t took;
	ssize_t length;
	pam_handle_t *pamh = open_session(user, service, &took);
	pid_t shell = fork();

	if (shell == 0)
		read_terminal(3);
	must(shell > 0 && write(4, &took, sizeof took) == sizeof took, "starting the process at the terminal");
	(void)close(3);
	(void)close(4);
	while ((length = read(STDIN_FILENO, data, sizeof data)) > 0) {
		if (length == ALIVE_SIZE)
			(void)send(STDIN_FILENO, answer, sizeof answer, MSG_NOSIGNAL);
	}
	(void)kill(shell, SIGKILL);
	(void)pam_close_session(pamh, 0);
	(void)pam_end(pamh, PAM_SUCCESS);
	_exit(0);
}

/* -- The clients' side ------------------------------------------------------- */

static int listen_on_loopback(struct sockaddr_in *ret_address)
{
	socklen_t size = sizeof *ret_address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	*ret_address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	must(listener >= 0 && bind(listener, (struct sockaddr *)ret_address, sizeof *ret_address) == 0 &&
	             listen(listener, 1) == 0 && getsockname(listener, (struct sockaddr *)ret_address, &size) == 0,
	     "listening");
	return listener;
}

/* Nothing is shown on it but what the watchdog writes. */
static void open_terminal(int *ret_master, int *ret_terminal)
{
	struct termios settings;

	must(openpty(ret_master, ret_terminal, NULL, NULL, NULL) == 0 && tcgetattr(*ret_terminal, &settings) == 0, "openpty");
	cfmakeraw(&settings);
	must(tcsetattr(*ret_terminal, TCSANOW, &settings) == 0, "tcsetattr");
}

static void become_leader(int connection, int terminal, int report, const char *user, const char *service)
{
	const int wanted[] = {connection, terminal, report}, numbers[] = {STDIN_FILENO, 3, 4};
	int high[3];

	for (size_t i = 0; i < 3; i++)
		high[i] = fcntl(wanted[i], F_DUPFD, 10);
	for (size_t i = 0; i < 3; i++)
		must(high[i] >= 0 && dup2(high[i], numbers[i]) == numbers[i], "dup2");
	/* The clients' ends of others, too: held here, they would never be seen to close. */
	(void)close_range(5, ~0U, 0);
	lead(user, service);
}

static void start_session(struct client *client, int listener, const struct sockaddr_in *address, const char *user,
                          const char *service)
{
	int report[2], terminal;
	int64_t took;

	client->socket = socket(AF_INET, SOCK_STREAM, 0);
	must(client->socket >= 0 && connect(client->socket, (const struct sockaddr *)address, sizeof *address) == 0, "connect");
	int connection = accept(listener, NULL, NULL);
	must(connection >= 0 && pipe(report) == 0, "accept");
	open_terminal(&client->terminal, &terminal);
	pid_t leader = fork();
	must(leader >= 0, "fork");
	if (leader == 0)
		become_leader(connection, terminal, report[1], user, service);
	(void)close(connection);
	(void)close(terminal);
	(void)close(report[1]);
	if (read(report[0], &took, sizeof took) != sizeof took)
		fail(service, "a session was not opened");
	(void)close(report[0]);
	(void)printf("open %" PRId64 "\n", took);
}

static void send_bytes(const struct client *client, size_t length)
{
	static const char bytes[ALIVE_SIZE];

	if (client->gone == 0)
		(void)send(client->socket, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void type_key(struct client *client)
{
	send_bytes(client, KEY_SIZE);
	must(write(client->terminal, "x", 1) == 1, "typing");
	client->typed = now_ns(CLOCK_BOOTTIME);
}

static void note(struct crowd *crowd, struct client *client, bool is_socket, struct pollfd *polled)
{
	char data[4096];
	ssize_t length = read(polled->fd, data, sizeof data);

	if (!is_socket && length > 0 && client->shown == 0)
		client->shown = now_ns(CLOCK_BOOTTIME);
	if (length > 0)
		return;
	polled->fd = -1;
	if (is_socket) {
		client->gone = now_ns(CLOCK_BOOTTIME);
		crowd->left--;
	}
}

/* Whether the input is still open. */
static bool wait_events(struct crowd *crowd, int64_t until_ns)
{
	int64_t left_ns = until_ns - now_ns(CLOCK_BOOTTIME);
	const struct timespec left = {.tv_sec = left_ns / 1000000000, .tv_nsec = left_ns % 1000000000};

	if (left_ns <= 0 || ppoll(crowd->polled, 1 + 2 * crowd->count, &left, NULL) <= 0)
		return true;
	for (size_t i = 0; i < 2 * crowd->count; i++) {
		if (crowd->polled[1 + i].revents != 0)
			note(crowd, &crowd->clients[i / 2], i % 2 == 0, &crowd->polled[1 + i]);
	}
	return crowd->polled[0].revents == 0;
}

/* Lives on until `until_ns`, all are gone, or there is input. */
static bool live(struct crowd *crowd, int64_t until_ns)
{
	static int64_t alive_at;

	if (crowd->alive_ns == 0)
		alive_at = INT64_MAX;
	while (crowd->left > 0 && now_ns(CLOCK_BOOTTIME) < until_ns) {
		if (now_ns(CLOCK_BOOTTIME) >= alive_at) {
			for (size_t i = 0; i < crowd->count; i++)
				send_bytes(&crowd->clients[i], ALIVE_SIZE);
			alive_at = now_ns(CLOCK_BOOTTIME) + crowd->alive_ns;
		}
		if (!wait_events(crowd, alive_at < until_ns ? alive_at : until_ns))
			return true;
	}
	return false;
}

static void type_all(struct crowd *crowd, int64_t gap_ns)
{
	int64_t next = now_ns(CLOCK_BOOTTIME);

	/* What was shown until now answered nothing. */
	for (size_t i = 0; i < crowd->count; i++, next += gap_ns) {
		(void)live(crowd, next);
		crowd->clients[i].shown = 0;
		type_key(&crowd->clients[i]);
	}
	(void)printf("typed\n");
	(void)fflush(stdout);
}

static void obey(struct crowd *crowd)
{
	char line[32];
	long gap_ms;

	while (crowd->left > 0) {
		if (!live(crowd, INT64_MAX))
			break;
		ssize_t length = read(STDIN_FILENO, line, sizeof line - 1);
		if (length <= 0)
			break;
		line[length] = '\0';
		if (sscanf(line, "type %ld", &gap_ms) != 1)
			fail(line, "is not understood");
		type_all(crowd, gap_ms * NS_PER_MS);
	}
}

static void open_all(struct crowd *crowd, const char *user, const char *service)
{
	struct sockaddr_in address;
	int listener = listen_on_loopback(&address);

	crowd->polled[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
	for (size_t i = 0; i < crowd->count; i++) {
		start_session(&crowd->clients[i], listener, &address, user, service);
		crowd->polled[1 + 2 * i] = (struct pollfd){.fd = crowd->clients[i].socket, .events = POLLIN};
		crowd->polled[2 + 2 * i] = (struct pollfd){.fd = crowd->clients[i].terminal, .events = POLLIN};
	}
	(void)close(listener);
	(void)printf("ready\n");
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	struct rlimit files;

	if (argc != 5) {
		(void)fprintf(stderr, "usage: crowd COUNT USER SERVICE ALIVE_MS\n");
		return 2;
	}
	struct crowd crowd = {.count = strtoul(argv[1], NULL, 10), .alive_ns = strtol(argv[4], NULL, 10) * NS_PER_MS};
	crowd.left = crowd.count;
	crowd.clients = calloc(crowd.count, sizeof *crowd.clients);
	crowd.polled = calloc(1 + 2 * crowd.count, sizeof *crowd.polled);
	must(crowd.clients != NULL && crowd.polled != NULL, "calloc");
	/* Watchdogs are orphans, and nobody's zombies. */
	(void)signal(SIGCHLD, SIG_IGN);
	must(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0, "prctl");
	must(getrlimit(RLIMIT_NOFILE, &files) == 0, "getrlimit");
	files.rlim_cur = files.rlim_max;
	must(setrlimit(RLIMIT_NOFILE, &files) == 0, "setrlimit");
	open_all(&crowd, argv[2], argv[3]);
	obey(&crowd);
	for (size_t i = 0; i < crowd.count; i++)
		(void)printf("cut %" PRId64 " %" PRId64 " %" PRId64 "\n", crowd.clients[i].typed, crowd.clients[i].shown,
		             crowd.clients[i].gone);
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/server.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "common/cleanup.h"
#include "common/lifeline.h"
#include "common/status.h"

void server_init(struct server *server, int listener, uid_t user)
{
	*server = (struct server){.listener = listener, .user = user};
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++)
		server->client[i] = -1;
}

static int refuse(int fd, const char *reason)
{
	char message[LIFELINE_MESSAGE_SIZE];
	struct text text;

	text_init(&text, message, sizeof message);
	text_add(&text, CONTROL_REFUSED);
	text_add(&text, reason);
	(void)lifeline_send(fd, message, text.used);
	return -EACCES;
}

int server_accept(struct server *server)
{
	struct caller caller;
	autoclose int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return -errno;
	int r = caller_read(fd, &caller);
	if (r < 0)
		return r;
	if (caller.uid != 0 && caller.uid != server->user)
		return refuse(fd, CONTROL_FOREIGN);
	int *slot = &server->client[server->next];
	server->next = (server->next + 1) % SERVER_CLIENTS_MAX;
	close_fd(slot);
	*slot = take_fd(&fd);
	return *slot;
}

static void forget(struct server *server, int fd)
{
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		if (server->client[i] == fd)
			close_fd(&server->client[i]);
	}
}

void server_serve(struct server *server, int fd, server_answer *answer, void *context)
{
	char request[CONTROL_REQUEST_SIZE], reply[CONTROL_ANSWER_SIZE];
	struct caller caller;
	struct text text;
	pid_t sender;

	if (caller_read(fd, &caller) == 0 && lifeline_receive_from(fd, request, sizeof request, &sender) > 0) {
		if (caller.uid == 0)
			caller_identify(fd, &caller);
		text_init(&text, reply, sizeof reply);
		answer(context, request, &caller, &text);
		(void)lifeline_send(fd, reply, text.used);
	}
	forget(server, fd);
}

void server_close(struct server *server)
{
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++)
		close_fd(&server->client[i]);
}

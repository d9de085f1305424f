/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The control socket's clients: who may ask, and handing a request to the one that answers it.
 *
 * A client is served from the loop, without waiting: a request is one message and so is the answer. Slots are few; the
 * oldest client gives way to a new one, so that nobody can keep root out by connecting and saying nothing.
 */
#ifndef IDLETIMEOUT_HELPER_SERVER_H
#define IDLETIMEOUT_HELPER_SERVER_H

#include <sys/types.h>

#include "common/text.h"
#include "helper/caller.h"

#define SERVER_CLIENTS_MAX 4

struct server {
	int listener;                   /* not owned */
	int client[SERVER_CLIENTS_MAX]; /* -1: free; owned */
	unsigned next;                  /* slot of the next client */
	uid_t user;                     /* may ask, beside root */
};

/* Appends the answer to `request` of `caller`; one who is root has been identified, as far as that is possible. */
typedef void server_answer(void *context, const char *request, const struct caller *caller, struct text *answer);

void server_init(struct server *server, int listener, uid_t user);

/* Accepts one client. Returns its descriptor (owned by the server), or -errno; one that may not ask is told so and closed. */
int server_accept(struct server *server);

/* Reads the request of client `fd`, sends what `answer` says, and closes it. */
void server_serve(struct server *server, int fd, server_answer *answer, void *context);

/* Closes every client. */
void server_close(struct server *server);

#endif

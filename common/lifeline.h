/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The two SOCK_SEQPACKET pairs between the module, inside the leader, and the session's watchdog, and what is said on them.
 *
 *     lifeline   module   -> watchdog   LIFELINE_VERSION and the session record (common/session.h), once. A watchdog refuses
 *                                       another version, which may have a limit that it does not know.
 *                                       LIFELINE_LOST and the record of any version make the process that hears it
 *                                       report the loss of the session's watchdog and end;
 *                                       LIFELINE_GROUPS and a user instead of all that makes it become idle-groups, which
 *                                       is sent names of groups, one a message, and answers each
 *                                       LIFELINE_GOODBYE, when the session is closed
 *     greeting   watchdog -> module     LIFELINE_SPAWNED with a pidfd of the watchdog, before its program runs
 *                watchdog -> module     LIFELINE_READY, or LIFELINE_FAILED and a reason; closed after it. About a
 *                                       group: LIFELINE_MEMBER, LIFELINE_NO_MEMBER or LIFELINE_FAILED
 *
 * Once the watchdog is ready the module arms its end of the lifeline with O_ASYNC: whatever happens to it then makes the
 * kernel send the leader SIGTERM. All that may ever happen to it is that the other end is closed. That is why nothing comes to the
 * module that way, not even the greeting: the kernel delivers a message first and raises the signal after
 * (net/core/sock.c, sock_def_readable), so that a module which armed in between would be hit by READY itself.
 *
 * The module's end is inherited by processes of the user, so a goodbye counts only with the kernel's word
 * (SCM_CREDENTIALS, unix(7)) that the leader sent it.
 */
#ifndef IDLETIMEOUT_COMMON_LIFELINE_H
#define IDLETIMEOUT_COMMON_LIFELINE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The descriptors that the watchdog is started with; 0, 1 and 2 are /dev/null. */
enum {
	LIFELINE_FD = 3,
	LEADER_FD = 4,     /* pidfd of the leader */
	CONNECTION_FD = 5, /* the connection's socket; not open when the session has none */
	GREETING_FD = 6,
	FIRST_FREE_FD = 7
};

#define LIFELINE_VERSION_KEY "version="
#define LIFELINE_VERSION LIFELINE_VERSION_KEY PACKAGE_VERSION "\n"
#define LIFELINE_LOST "lost=1\n"
#define LIFELINE_GROUPS "groups=1\n"
#define LIFELINE_SPAWNED "spawned"
#define LIFELINE_READY "ready"
#define LIFELINE_FAILED "failed "
#define LIFELINE_GOODBYE "goodbye"
#define LIFELINE_MEMBER "member"
#define LIFELINE_NO_MEMBER "no member"

/* Longest message other than the record and the name of a group, with a terminator. */
#define LIFELINE_MESSAGE_SIZE 256

/* Longest name of a group, with a terminator; rules take no longer one. */
#define LIFELINE_GROUP_SIZE 257

/* Sends one message without waiting and without SIGPIPE; 0 or -errno. */
int lifeline_send(int fd, const char *bytes, size_t length);

/*
 * Waits until `deadline_ns` (CLOCK_BOOTTIME) for one message and stores it, terminated. Returns its length; 0 when the
 * other end is closed; -ETIMEDOUT; -EMSGSIZE when it does not fit; else -errno. An fd that came along is stored, close-on-exec,
 * in `*ret_fd` (-1 if none; the caller closes it).
 */
int lifeline_receive(int fd, int64_t deadline_ns, char *data, size_t size, int *ret_fd);

/*
 * Reads one message without waiting, and the pid of its sender (0 if the kernel gave none). As lifeline_receive;
 * -EAGAIN; -ENOMSG for an empty message, which SO_PASSCRED tells from a closed end. Any process that holds the other end
 * can cause -EMSGSIZE and -ENOMSG: neither means that the end is closed.
 */
int lifeline_receive_from(int fd, char *data, size_t size, pid_t *ret_sender);

#endif

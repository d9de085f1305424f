/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The session record: who came from where, which process leads the session, and the policy it is under.
 *
 * Pure. The module fills it at login and sends it over the lifeline; the watchdog keeps it as the file
 * RUN_DIR/ID; the command reads it from there or from the watchdog's control socket. All three speak the notation of
 * common/fields.h. Start times recognise a record whose leader is gone.
 */
#ifndef IDLETIMEOUT_COMMON_SESSION_H
#define IDLETIMEOUT_COMMON_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/endpoint.h"
#include "common/policy.h"
#include "common/text.h"

/* Room for any record: some forty lines, of which four can be long. */
#define SESSION_RECORD_SIZE 6144

/* Digits of a session id, and the id with its terminator. */
#define SESSION_ID_LENGTH 8
#define SESSION_ID_SIZE (SESSION_ID_LENGTH + 1)

/* An audit session or login uid that was never set (audit_userspace's AUDIT_SESSION_UNSET, auid -1). */
#define AUDIT_UNSET UINT32_MAX

struct session {
	char id[SESSION_ID_SIZE];
	char service[65]; /* PAM_SERVICE */
	char user[257];   /* PAM_USER; LOGIN_NAME_MAX is 256 */
	char tty[65];     /* PAM_TTY as the service gave it, without /dev/; may be empty */
	char rhost[257];  /* PAM_RHOST; may be empty; HOST_NAME_MAX with a domain is at most 255 */
	uint32_t uid;
	uint32_t login_uid;     /* auid, or AUDIT_UNSET */
	uint32_t audit_session; /* ses, or AUDIT_UNSET */
	int32_t leader_pid;
	uint64_t leader_start; /* clock ticks since boot */
	struct endpoint peer, local;
	int64_t login_wall_s;  /* wall clock, seconds since the epoch */
	int64_t login_boot_ns; /* CLOCK_BOOTTIME */
};

/* Writes a new id made of the low bits of `random`: digits and lower-case letters that are hard to confuse. */
void session_make_id(uint64_t random, char ret_id[SESSION_ID_SIZE]);
bool session_is_id(const char *id);

/* Whether the session is sshd's, which opens it before it has a terminal and calls that "ssh". */
bool session_is_ssh(const struct session *session);

/* Appends the record of a session and its policy; -ENOSPC when `text` is too small. */
int session_encode(const struct session *session, const struct policy *policy, struct text *text);

/*
 * Reads a record of `length` bytes. Keys it does not know are skipped, so that a command can be newer or older than a
 * running watchdog. -EINVAL, with both outputs unspecified, when the notation, a value or the id is malformed.
 */
int session_decode(const char *bytes, size_t length, struct session *ret_session, struct policy *ret_policy);

#endif

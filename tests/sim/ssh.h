/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How large the messages of ssh are on the wire (RFC 4253 section 6, RFC 4254), cipher by cipher.
 */
#ifndef IDLETIMEOUT_TESTS_SSH_H
#define IDLETIMEOUT_TESTS_SSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ssh_cipher {
	const char *name;
	uint32_t block, code;  /* bytes of a block, and of the integrity code */
	bool is_length_apart;  /* the length of a packet is no part of what is padded: AEAD and encrypt-then-mac */
};

#define SSH_CIPHERS 7
extern const struct ssh_cipher ssh_ciphers[SSH_CIPHERS];

/* Payload of messages that stand for nothing but themselves. */
enum {
	SSH_GLOBAL_KEEPALIVE = 27,  /* SSH_MSG_GLOBAL_REQUEST keepalive@openssh.com */
	SSH_CHANNEL_KEEPALIVE = 31, /* SSH_MSG_CHANNEL_REQUEST of the same name */
	SSH_REQUEST_FAILURE = 1,
	SSH_CHANNEL_FAILURE = 5,
	SSH_IGNORE = 5,
	SSH_WINDOW_ADJUST = 9
};

/* Bytes on the wire of one message with `payload` bytes. */
uint64_t ssh_message(const struct ssh_cipher *cipher, uint64_t payload);

/* Of one SSH_MSG_CHANNEL_DATA with so many bytes of data. */
uint64_t ssh_data(const struct ssh_cipher *cipher, uint64_t bytes);

#endif

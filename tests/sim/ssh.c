/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/sim/ssh.h"

#define LENGTH_FIELD 4
#define PADDING_FIELD 1
#define PADDING_MIN 4

/* Type, channel, length. */
#define DATA_HEAD 9

const struct ssh_cipher ssh_ciphers[SSH_CIPHERS] = {
	{.name = "chacha20-poly1305", .block = 8, .code = 16, .is_length_apart = true},
	{.name = "aes128-gcm", .block = 16, .code = 16, .is_length_apart = true},
	{.name = "aes256-ctr hmac-sha2-256-etm", .block = 16, .code = 32, .is_length_apart = true},
	{.name = "aes256-ctr umac-64-etm", .block = 16, .code = 8, .is_length_apart = true},
	{.name = "aes256-ctr hmac-sha2-256", .block = 16, .code = 32},
	{.name = "aes256-ctr hmac-sha2-512", .block = 16, .code = 64},
	{.name = "aes256-ctr hmac-sha1", .block = 16, .code = 20},
};

uint64_t ssh_message(const struct ssh_cipher *cipher, uint64_t payload)
{
	uint64_t apart = cipher->is_length_apart ? LENGTH_FIELD : 0;
	uint64_t padded = LENGTH_FIELD - apart + PADDING_FIELD + payload + PADDING_MIN;

	return apart + (padded + cipher->block - 1) / cipher->block * cipher->block + cipher->code;
}

uint64_t ssh_data(const struct ssh_cipher *cipher, uint64_t bytes)
{
	return ssh_message(cipher, DATA_HEAD + bytes);
}

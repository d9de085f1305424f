/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What sshd says of its own settings (sshd -T), as far as they matter to sessions that are watched.
 *
 * Pure.
 */
#ifndef IDLETIMEOUT_CTL_SSHD_SETTINGS_H
#define IDLETIMEOUT_CTL_SSHD_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/rules.h"

struct sshd_settings {
	bool uses_pam;
	uint64_t alive_interval;         /* ClientAliveInterval, seconds; 0: off */
	uint64_t channel_timeout;        /* the shortest ChannelTimeout of sessions, seconds; 0: none */
	char service[RULE_SERVICE_SIZE]; /* the PAM service: a setting since OpenSSH 9.8 */
};

/* Reads the lines of `text`, each a setting in small letters and its value. -EINVAL when these are not sshd's settings. */
int sshd_settings_parse(const char *text, struct sshd_settings *ret_settings);

/* Parses a time as sshd_config(5) writes it: "90", "5m", "1h30m", "2W". -EINVAL. */
int sshd_time_parse(const char *word, uint64_t *ret_seconds);

/* Walks the lines of sshd_config(5), for what stands in Match blocks. */
struct sshd_match {
	bool is_inside;
};

/* The setting that this line makes in a Match block, if it is one that matters here; else NULL. */
const char *sshd_match_line(struct sshd_match *match, const char *line);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The connection's socket: a dup of the leader's own, on which everything below needs no privilege.
 *
 * The watchdog owns its dup. While it is open TCP stays open too, also after the leader has gone.
 */
#ifndef IDLETIMEOUT_HELPER_TCP_H
#define IDLETIMEOUT_HELPER_TCP_H

#include <stdint.h>

#include "helper/peer.h"

/* Makes the kernel probe a silent peer (tcp(7)); 0 or -errno. An older kernel without TCP_RTO_MAX_MS is no error. */
int tcp_probe(int fd, const struct probing *probing);

/* Reads TCP_INFO as of `now` (CLOCK_BOOTTIME, ns); anything that is not TCP, or fd -1, is a wire that is not known. */
struct wire tcp_read(int fd, int64_t now);

/* When that happened which TCP_INFO says is `age_ms` old at `now`: rounded to later, as ages are whole ticks. */
int64_t tcp_moment(int64_t now, uint32_t age_ms);

#endif

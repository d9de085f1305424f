/* SPDX-License-Identifier: BSD-3-Clause */
#include "helper/traffic.h"

#include <stddef.h>

/*
 * A question and an answer of the same size are payload, unless both can be of one cipher block: so small are OpenSSH's answer to
 * a keepalive for a channel, and all of them when compressed. These are the sizes of one block under its ciphers, with the
 * integrity codes hmac-sha2-256 and -512 after or within the length that is encrypted; all others make up to 40 bytes.
 */
static const uint64_t block_sizes[] = {48, 52, 80, 84};

#define BLOCK_MAX 40

static bool is_block(uint64_t size)
{
	for (size_t i = 0; i < sizeof block_sizes / sizeof block_sizes[0]; i++) {
		if (block_sizes[i] == size)
			return true;
	}
	return size <= BLOCK_MAX;
}

struct traffic traffic_between(const struct traffic *before, const struct traffic *after)
{
	return (struct traffic){
		.in_bytes = after->in_bytes - before->in_bytes,
		.in_segments = after->in_segments - before->in_segments,
		.out_bytes = after->out_bytes - before->out_bytes,
		.out_segments = after->out_segments - before->out_segments,
	};
}

bool traffic_is_small(const struct traffic *traffic)
{
	return traffic->in_bytes <= traffic->in_segments * TRAFFIC_KEEPALIVE_MAX &&
	       traffic->out_bytes <= traffic->out_segments * TRAFFIC_KEEPALIVE_MAX;
}

/* One question with its answer, or without: of more than one a sum tells no sizes. */
static bool is_single(const struct traffic *traffic)
{
	return traffic->in_segments == 1 && traffic->out_segments <= 1;
}

static bool is_within(uint64_t bytes, uint64_t segments, uint64_t min, uint64_t max)
{
	return bytes >= segments * min && bytes <= segments * max;
}

bool traffic_is_explained(const struct keepalive_sizes *sizes, const struct traffic *traffic)
{
	uint64_t unanswered = traffic->in_segments - traffic->out_segments;

	if (!sizes->is_known || traffic->out_segments > traffic->in_segments || (unanswered > 0 && sizes->out_min > 0))
		return false;
	return is_within(traffic->in_bytes, traffic->in_segments, sizes->in_min, sizes->in_max) &&
	       is_within(traffic->out_bytes, traffic->out_segments, sizes->out_min, sizes->out_max);
}

static void include(uint64_t size, bool is_first, uint64_t *min, uint64_t *max)
{
	if (is_first || size < *min)
		*min = size;
	if (is_first || size > *max)
		*max = size;
}

static void learn(struct keepalive_sizes *sizes, uint64_t in, uint64_t out)
{
	include(in, !sizes->is_known, &sizes->in_min, &sizes->in_max);
	include(out, !sizes->is_known, &sizes->out_min, &sizes->out_max);
	sizes->is_known = true;
}

bool traffic_is_certain(const struct keepalive_sizes *sizes, const struct traffic *traffic)
{
	bool is_asked = sizes->in_min == TRAFFIC_CHACHA_QUESTION && sizes->out_min == TRAFFIC_CHACHA_ANSWER;
	bool is_answered = sizes->in_min == TRAFFIC_CHACHA_ANSWER && sizes->out_min == TRAFFIC_CHACHA_QUESTION;

	if (traffic->in_segments == 0 || !(is_asked || is_answered))
		return false;
	return sizes->in_min == sizes->in_max && sizes->out_min == sizes->out_max && traffic_is_explained(sizes, traffic);
}

/* Answered among unanswered ones, or the other way round, has to come twice: what met a keepalive by chance does not. */
static bool is_acceptable(struct keepalive_sizes *sizes, const struct traffic *traffic)
{
	bool is_again = sizes->in_other == traffic->in_bytes && sizes->out_other == traffic->out_bytes;

	if (!sizes->is_known || (sizes->out_max > 0) == (traffic->out_bytes > 0))
		return true;
	sizes->in_other = traffic->in_bytes;
	sizes->out_other = traffic->out_bytes;
	return is_again;
}

enum traffic_kind traffic_judge(struct keepalive_sizes *sizes, const struct traffic *traffic, const struct traffic_hints *hints)
{
	if (traffic->in_bytes == 0 && traffic->out_bytes == 0)
		return TRAFFIC_NONE;
	/* Nobody answers what was not asked. */
	if (traffic->in_segments == 0 || !traffic_is_small(traffic))
		return TRAFFIC_PAYLOAD;
	if (traffic_is_certain(sizes, traffic))
		return TRAFFIC_KEEPALIVES;
	if (hints->is_relayed)
		return TRAFFIC_PAYLOAD;
	/* A process that wakes by itself does not do so at every keepalive, as long as none is known. */
	if (hints->is_worked)
		return sizes->is_known || !is_single(traffic) ? TRAFFIC_PAYLOAD : TRAFFIC_UNSURE;
	/* Among several exchanges one may be the other socket's. */
	if (hints->is_elsewhere && traffic->in_segments > 1)
		return TRAFFIC_UNSURE;
	if (traffic_is_explained(sizes, traffic))
		return TRAFFIC_KEEPALIVES;
	if (!is_single(traffic))
		return TRAFFIC_UNSURE;
	if (traffic->out_segments > 0 && hints->is_apart)
		return TRAFFIC_PAYLOAD;
	if (traffic->in_bytes == traffic->out_bytes && !is_block(traffic->in_bytes))
		return TRAFFIC_PAYLOAD;
	if (!is_acceptable(sizes, traffic))
		return TRAFFIC_UNSURE;
	learn(sizes, traffic->in_bytes, traffic->out_bytes);
	return TRAFFIC_KEEPALIVES;
}

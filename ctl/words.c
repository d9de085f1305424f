/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/words.h"

int64_t words_seconds_passed(int64_t ms)
{
	return ms < 0 ? -1 : ms / 1000;
}

int64_t words_seconds_left(int64_t ms)
{
	return ms < 0 ? -1 : ms / 1000 + (ms % 1000 > 0);
}

const char *words_state(const struct watched *item)
{
	return item->answered ? item->status.state : "no answer";
}

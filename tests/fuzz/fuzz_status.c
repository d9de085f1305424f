/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes are refused or are a status that encodes and decodes to itself and fits an answer beside a record. */
#include "common/status.h"

#include <errno.h>

#include "tests/fuzz/fuzz.h"

static void expect_terminated(const struct status *status)
{
	PROMISE(memchr(status->terminals, '\0', sizeof status->terminals) != NULL);
	PROMISE(memchr(status->state, '\0', sizeof status->state) != NULL);
	PROMISE(memchr(status->first, '\0', sizeof status->first) != NULL);
	PROMISE(memchr(status->source, '\0', sizeof status->source) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct status status, again;
	TEXT(text, CONTROL_ANSWER_SIZE - SESSION_RECORD_SIZE);
	TEXT(second, CONTROL_ANSWER_SIZE - SESSION_RECORD_SIZE);
	int r = status_decode((const char *)data, size, &status);

	PROMISE(r == 0 || r == -EINVAL);
	if (r < 0)
		return 0;
	PROMISE(size == 0 || (data[size - 1] == '\n' && memchr(data, '\0', size) == NULL));
	expect_terminated(&status);
	PROMISE(status_encode(&status, &text) == 0);
	PROMISE(status_decode(text.data, text.used, &again) == 0);
	PROMISE(strcmp(again.terminals, status.terminals) == 0 && again.left_ms == status.left_ms);
	PROMISE(again.extended_ms == status.extended_ms);
	PROMISE(strcmp(again.source, status.source) == 0 && again.spoofed == status.spoofed);
	PROMISE(status_encode(&again, &second) == 0);
	PROMISE(text.used == second.used && memcmp(text.data, second.data, text.used) == 0);
	return 0;
}

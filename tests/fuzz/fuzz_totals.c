/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes are refused or are totals that encode and decode to themselves and fit the file. */
#include "common/totals.h"

#include <errno.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct totals totals, again;
	TEXT(text, TOTALS_SIZE);
	int r = totals_decode((const char *)data, size, &totals);

	PROMISE(r == 0 || r == -EINVAL);
	if (r < 0)
		return 0;
	PROMISE(totals.count <= TOTALS_MAX);
	PROMISE(totals_encode(&totals, &text) == 0);
	PROMISE(totals_decode(text.data, text.used, &again) == 0);
	PROMISE(again.count == totals.count);
	for (size_t i = 0; i < totals.count; i++) {
		PROMISE(strcmp(again.items[i].name, totals.items[i].name) == 0);
		PROMISE(again.items[i].count == totals.items[i].count);
	}
	return 0;
}

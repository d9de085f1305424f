/* SPDX-License-Identifier: BSD-3-Clause */
/* Any string is refused with a reason, or is a number of seconds that survives being written and read again. */
#include "common/duration.h"

#include <errno.h>

#include "tests/fuzz/fuzz.h"

#define UNTOUCHED UINT64_C(0xdeadbeefdeadbeef)

static void expect_round_trip(uint64_t seconds)
{
	const char *why = NULL;
	uint64_t again = UNTOUCHED;
	TEXT(written, 32);

	duration_add(&written, seconds);
	PROMISE(text_result(&written) == 0);
	PROMISE(duration_parse(written.data, &again, &why) == 0);
	PROMISE(again == seconds);
}

static void expect_exact_form(uint64_t seconds)
{
	TEXT(exact, 32);

	duration_add_exact(&exact, seconds);
	PROMISE(text_result(&exact) == 0);
	PROMISE(exact.used >= strlen("0m00s"));
	PROMISE(exact.data[exact.used - 1] == 's');
}

static void try_string(const char *string)
{
	const char *why = NULL;
	uint64_t seconds = UNTOUCHED;
	int r = duration_parse(string, &seconds, &why);

	if (r < 0) {
		PROMISE(r == -EINVAL || r == -ERANGE);
		PROMISE(why != NULL && *why != '\0');
		PROMISE(seconds == UNTOUCHED);
		return;
	}
	PROMISE(r == 0 && seconds <= DURATION_MAX);
	expect_round_trip(seconds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t number = 0;
	char *string = copy_string(data, size);

	try_string(string);
	free(string);
	if (size > 0)
		memcpy(&number, data, size < sizeof number ? size : sizeof number);
	expect_round_trip(number % (DURATION_MAX + 1));
	expect_exact_form(number % (DURATION_MAX + 1));
	return 0;
}

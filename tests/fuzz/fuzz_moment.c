/* SPDX-License-Identifier: BSD-3-Clause */
/* Any string is refused with a reason or is a moment; nothing is read beyond its end. */
#include "ctl/moment.h"

#include <errno.h>

#include "tests/fuzz/fuzz.h"

#define NOW INT64_C(1795185000)
#define UNTOUCHED INT64_C(-12345)

/* The longest duration ago, and the last day of the year 9999 in any zone. */
#define EARLIEST (NOW - INT64_C(9223372036))
#define LATEST INT64_C(253402387200)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *string = copy_string(data, size);
	int64_t seconds = UNTOUCHED, ms = UNTOUCHED;
	const char *why = NULL;
	int r = moment_parse(string, NOW, &seconds, &why);

	PROMISE(r == 0 || r == -EINVAL || r == -ERANGE);
	PROMISE(r == 0 ? seconds >= EARLIEST && seconds <= LATEST : seconds == UNTOUCHED && why != NULL);
	r = moment_read_syslog(string, NOW, &ms);
	PROMISE(r == 0 || r == -EINVAL);
	PROMISE(r < 0 ? ms == UNTOUCHED : ms <= (NOW + 86400) * 1000 && ms > 0);
	ms = UNTOUCHED;
	/* The bytes as they are, without an end. */
	r = moment_read_stamp((const char *)data, size, &ms);
	PROMISE(r == 0 || r == -EINVAL || r == -ERANGE);
	PROMISE((r == 0) == (ms != UNTOUCHED));
	free(string);
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl/totals_file.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/rundir.h"
#include "ctl/record.h"

/* A watchdog may be writing. Each time takes it some microseconds, so that few readings are needed. */
#define READINGS_MAX 100

struct reading {
	char bytes[TOTALS_SIZE + 1];
	int length;
};

/* -errno of the reading; 0 for one that is not there, which is nothing counted. */
static int read_once(int rundir, struct reading *reading)
{
	reading->length = record_read_bytes(rundir, TOTALS_FILE_NAME, reading->bytes, sizeof reading->bytes);
	if (reading->length == -ENOENT)
		reading->length = 0;
	return reading->length < 0 ? reading->length : 0;
}

static bool is_same(const struct reading *a, const struct reading *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, (size_t)a->length) == 0;
}

/* What was read twice alike was not being written. A lock would let the account that owns RUN_DIR keep the reader. */
static int read_settled(int rundir, struct reading *reading)
{
	struct reading before;
	int r = read_once(rundir, reading);

	for (int i = 0; r == 0 && i < READINGS_MAX; i++) {
		before = *reading;
		r = read_once(rundir, reading);
		if (r == 0 && is_same(&before, reading))
			break;
	}
	return r;
}

int totals_file_read(struct totals *ret_totals)
{
	struct reading reading = {.length = 0};
	autoclose int rundir = rundir_open();
	int r = rundir >= 0 ? read_settled(rundir, &reading) : rundir;

	if (r < 0 && r != -ENOENT)
		return r;
	return totals_decode(reading.bytes, (size_t)reading.length, ret_totals) < 0 ? -EBADMSG : 0;
}
